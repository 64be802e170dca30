// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The files of quirks/, in the program: it needs no directory of its own to
 * repair a SystemTap.
 */
#include "stap/quirks.h"

/* .globl: with -flto the text and what names it are compiled apart */
#define INCLUDE(symbol, file)						\
	__asm__(".pushsection .rodata\n"				\
		".globl " #symbol "\n.globl " #symbol "_end\n"		\
		#symbol ":\n.incbin \"runtime/stap/quirks/" file "\"\n"	\
		#symbol "_end:\n.byte 0\n.popsection\n")

INCLUDE(quirk_print_flush, "print_flush.c");
INCLUDE(quirk_stp_task_work, "stp_task_work.c");
INCLUDE(quirk_kprobes, "linux/kprobes.c");
INCLUDE(quirk_uprobes_inode, "linux/uprobes-inode.c");
extern const char quirk_print_flush[], quirk_print_flush_end[];
extern const char quirk_stp_task_work[], quirk_stp_task_work_end[];
extern const char quirk_kprobes[], quirk_kprobes_end[];
extern const char quirk_uprobes_inode[], quirk_uprobes_inode_end[];

const struct quirk_file *quirk_file(const char *name)
{
	static struct quirk_file files[] = {
		{ "print_flush.c", quirk_print_flush, 0 },
		{ "stp_task_work.c", quirk_stp_task_work, 0 },
		{ "linux/kprobes.c", quirk_kprobes, 0 },
		{ "linux/uprobes-inode.c", quirk_uprobes_inode, 0 },
	};
	static const char *const ends[] = {
		quirk_print_flush_end, quirk_stp_task_work_end, quirk_kprobes_end,
		quirk_uprobes_inode_end,
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		files[i].len = ends[i] - files[i].text;
		if (!strcmp(files[i].name, name))
			return &files[i];
	}
	return NULL;
}
