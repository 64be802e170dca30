/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF files: build-ids, DWARF, what a module says of itself. elf.c is the owner of elfutils. */
#ifndef HOST_ELF_H
#define HOST_ELF_H

#include "base/base.h"

struct build_id {
	unsigned char b[64];
	size_t len;		/* 0: not known */
};

struct elf_facts {
	struct build_id id;
	bool has_dwarf;		/* .debug_info that holds something */
};

/* What is no ELF file, not a whole one, or can't be decompressed here is an error */
int elf_facts(const char *path, struct elf_facts *f);
/* The -errno of elf_facts() in words, to stand after the file's name and a colon */
const char *elf_why_not(int err);
/* The machine it is for, "x86_64", and section .modinfo as it is; the caller frees *@text */
int elf_modinfo(const char *path, char arch[32], char **text, size_t *len);
/* From raw notes as sysfs has them; -ENODATA when there is none in it */
int elf_notes_build_id(const void *notes, size_t len, struct build_id *id);
bool build_id_eq(const struct build_id *a, const struct build_id *b);
#define BUILD_ID_TEXT (2 * 64 + 1)
const char *build_id_text(const struct build_id *id, char text[BUILD_ID_TEXT]);

#endif
