// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the SystemTap of a distribution gets wrong on that distribution's
 * kernel, and what makes it work. A row's signs are things to be found, so that
 * a SystemTap or a kernel with the repair in it doesn't get the remedy.
 */
#include "stap/quirks.h"

/* The half-open range that never ends; braces of their own, for more than one */
#define FROM(major, minor, patch) { { { major, minor, patch }, { 0 } } }

const struct quirk quirks[] = {
	{
		/*
		 * task_work_cancel() got another argument, and what took a function
		 * is task_work_cancel_func() since. A runtime that says the new name
		 * knows (5.2, and distributions' 5.1 with the patch); that of 4.8
		 * doesn't compile, whatever the script.
		 */
		.id = "task-work-cancel",
		.symptom = "pass 4 fails in runtime/stp_task_work.c: passing argument 2 of the "
			   "function through a cast pointer from incompatible pointer type",
		.commit = "68cbd415dd4b", .releases = "6.11, 6.1.103, 5.10.224",
		.stap_below = { 5, 2, 0 },
		.signs = {
			{ IN_RUNTIME, "stp_task_work.c", "task_work_cancel_func", true },
			{ IN_RUNTIME, "stp_task_work.c", "task_work_cancel" },
			{ IN_BUILD, "include/linux/task_work.h", "task_work_cancel_func", false,
			  { { { 6, 11, 0 }, { 0 } }, { { 6, 1, 103 }, { 6, 2, 0 } },
			    { { 5, 10, 224 }, { 5, 11, 0 } } } },
		},
		.remedies = { { REMEDY_RUNTIME, "stp_task_work.c" } },
	},
	{
		/*
		 * module_mutex is no longer exported. SystemTap 4.5 asks for it
		 * before it uses it ("runtime: port to 5.12-rc unexporting of
		 * mutex_lock"); 4.4, Debian 11's, doesn't.
		 */
		.id = "module-mutex",
		.symptom = "pass 4 fails for every script with a probe in the kernel: modpost: "
			   "\"module_mutex\" undefined!",
		.commit = "089049f6c995", .releases = "5.12, 5.10.220",
		.stap_below = { 4, 5, 0 },
		.signs = {
			{ IN_RUNTIME, "linux/kprobes.c", "mutex_lock(&module_mutex)" },
			{ IN_SYMVERS, NULL, "module_mutex", true,
			  { { { 5, 12, 0 }, { 0 } }, { { 5, 10, 220 }, { 5, 11, 0 } } } },
		},
		.remedies = { { REMEDY_RUNTIME, "linux/kprobes.c" } },
	},
	{
		/*
		 * A message has a header since 4.6, which stapio reads in one piece.
		 * When a sub-buffer's last 8 bytes or less are free the message is
		 * dropped, and stapio stumbles over the rest: of lines of 60 bytes
		 * one in 200. 5.0 pads. This is the comparison that drops it.
		 */
		.id = "print-straddle",
		.symptom = "lines are lost: 'bufhdr read error', 'There were N transport failures'",
		.stap_below = { 5, 0, 0 },
		.signs = {
			{ IN_RUNTIME, "print_flush.c", "bytes_reserved > hlen" },
			{ IN_RUNTIME, "transport/relay_v2.c", "__stp_relay_switch_subbuf" },
		},
		.remedies = { { REMEDY_RUNTIME, "print_flush.c" } },
	},
	{
		/*
		 * Linux 6.12 made uprobe_unregister_nosync() and _sync() of
		 * uprobe_unregister() (04b01625da13 "perf/uprobe: split
		 * uprobe_unregister()"). A runtime that doesn't know takes it for
		 * a function that merely isn't exported, looks for its address
		 * when the module is loaded, and gives up. Scripts with user-space
		 * probes need more (uprobe-register, below), and for all others the
		 * function is never called.
		 * SystemTap 5.2 is the first that was tested on 6.12.
		 */
		.id = "uprobe-unregister",
		.symptom = "ERROR: Can't resolve uprobe_unregister!",
		.commit = "04b01625da13", .releases = "6.12",
		.stap_below = { 5, 2, 0 },
		.signs = {
			{ IN_SYMVERS, NULL, "uprobe_unregister_nosync", false, FROM(6, 12, 0) },
			{ IN_SYMVERS, NULL, "uprobe_unregister", true, FROM(6, 12, 0) },
			{ IN_RUNTIME, "linux/uprobes-inode.c", "uprobe_unregister_nosync", true },
		},
		.remedies = { { REMEDY_FLAG, "-DSTAPCONF_UPROBE_UNREGISTER_EXPORTED=1" } },
	},
	{
		/*
		 * uprobe_register() returns a uprobe since 6.12, and takes one
		 * argument more; the calls of an older runtime don't compile.
		 * From 6.13 on its handlers take another one, too (da09a9e0c3ea
		 * "uprobe: Add data pointer to consumer handlers"): no distribution has
		 * such a SystemTap there, and ours would be wrong.
		 */
		.id = "uprobe-register",
		.symptom = "pass 4 fails in runtime/linux/uprobes-inode.c: too few arguments to "
			   "function 'uprobe_register'",
		.commit = "3c83a9ad0295", .releases = "6.12",
		.stap_below = { 5, 2, 0 },
		.signs = {
			{ IN_SCRIPT, NULL, "process(" },
			{ IN_SYMVERS, NULL, "uprobe_unregister_nosync", false, FROM(6, 12, 0) },
			{ IN_BUILD, "include/linux/uprobes.h", "__u64 *data", true,
			  { { { 6, 12, 0 }, { 6, 13, 0 } } } },
			{ IN_RUNTIME, "linux/uprobes-inode.c", "uprobe_unregister_nosync", true },
		},
		.remedies = { { REMEDY_RUNTIME, "linux/uprobes-inode.c" } },
	},
	{
		/*
		 * The files that SystemTap writes to ask for the kernel's
		 * tracepoints have a __COUNT_ARGS that counts to 12. That of newer
		 * kernels counts to 15: "redefined", which -Werror makes an error.
		 * Only for scripts that say kernel.trace (a comment will do, where
		 * it's a tapset that does): without -Werror, code that doesn't fit
		 * the kernel would be built into the module and run.
		 */
		.id = "kernel-trace",
		.symptom = "SystemTap doesn't find kernel.trace() probes; tapsets fall back "
			   "silently",
		.stap_below = { 5, 2, 0 },
		.signs = {
			{ IN_SCRIPT, NULL, "kernel.trace" },
			{ IN_BUILD, "include/linux/args.h", "_13, _14, _15", false, FROM(6, 12,
			  0) },
		},
		.remedies = {
			{ REMEDY_FLAG, "-B" },
			{ REMEDY_FLAG, "CFLAGS_MODULE=-Wno-error" },
		},
	},
	{
		/*
		 * "%s" of a text that the compiler knows, such as "<NULL>": SystemTap's
		 * strnlen() has a bound beyond its end, which GCC 11 and later takes for a
		 * mistake. With CONFIG_FORTIFY_SOURCE the kernel's strnlen() is another
		 * function, and nothing is said. It reads no further than the text's end.
		 */
		.id = "strnlen-bound",
		.symptom = "pass 4 fails in runtime/vsprintf.c: 'strnlen' specified bound 8192 "
			   "exceeds source size",
		.signs = {
			{ IN_RUNTIME, "vsprintf.c", "strnlen(ptr, clamp_t(" },
			{ IN_BUILD, "include/generated/autoconf.h", "CONFIG_FORTIFY_SOURCE 1", true },
		},
		.remedies = { { REMEDY_FLAG, "-BKCFLAGS=-Wno-stringop-overread" } },
	},
	{
		/* staprun writes 0 to debug/kprobes-optimization and leaves it there. */
		.id = "kprobes-optimization",
		.symptom = "the host's kprobes stay unoptimised after staprun has ended",
		.remedies = { { REMEDY_ENV, "STAP_PR13193_OVERRIDE=1" } },
	},
	{
		/* staprun writes 1 to kernel/kptr_restrict and leaves it there. */
		.id = "kptr-restrict",
		.symptom = "the host's kptr_restrict stays changed after staprun has ended",
		.remedies = { { REMEDY_ENV, "STAP_BZ1552745_OVERRIDE=1" } },
	},
};

const size_t n_quirks = ARRAY_SIZE(quirks);
