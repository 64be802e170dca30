// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of SystemTap's runtime/stp_task_work.c, for kernels where
 * task_work_cancel() takes a callback_head and what took a function is called
 * task_work_cancel_func() (68cbd415dd4b, f409530e4db9).
 *
 * What the rest of the runtime wants of this file: stp_task_work_init() before
 * all else; _add() and _cancel() as the kernel's, but every callback that is
 * still to come is counted; _func_done() as a callback's last act; and
 * _exit(), which returns when none is left, since after it the code that
 * they would run is gone. The runtime declares the two kallsyms_ pointers.
 */
#ifndef _STP_TASK_WORK_C
#define _STP_TASK_WORK_C

#include "linux/task_work_compatibility.h"

static atomic_t stp_task_work_pending = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(stp_task_work_none);

/* Neither function is exported to modules: their addresses are looked up. */
#ifdef STAPCONF_TASK_WORK_ADD_EXPORTED
#define stp_kernel_task_work_add task_work_add
#else
#define stp_kernel_task_work_add ((typeof(&task_work_add))kallsyms_task_work_add)
#endif
/* The exported one, if any, is the one of this name: it takes another argument. */
#ifdef STAPCONF_TASK_WORK_CANCEL_EXPORTED
static void *kallsyms_task_work_cancel;
#endif
#define stp_kernel_task_work_cancel \
	((typeof(&task_work_cancel_func))kallsyms_task_work_cancel)

static int stp_task_work_init(void)
{
#ifndef STAPCONF_TASK_WORK_ADD_EXPORTED
	kallsyms_task_work_add = (void *)kallsyms_lookup_name("task_work_add");
	if (!kallsyms_task_work_add) {
		_stp_error("Can't resolve task_work_add!");
		return -ENOENT;
	}
#endif
	kallsyms_task_work_cancel = (void *)kallsyms_lookup_name("task_work_cancel_func");
	if (!kallsyms_task_work_cancel) {
		_stp_error("Can't resolve task_work_cancel_func!");
		return -ENOENT;
	}
	return 0;
}

static void stp_task_work_exit(void)
{
	wait_event(stp_task_work_none, !atomic_read(&stp_task_work_pending));
}

static void stp_task_work_func_done(void)
{
	if (atomic_dec_and_test(&stp_task_work_pending))
		wake_up(&stp_task_work_none);
}

static int stp_task_work_add(struct task_struct *task, struct task_work *work)
{
	int ret;

	/* counted first: once it is added it may be done before we are back */
	atomic_inc_return(&stp_task_work_pending);
	ret = stp_kernel_task_work_add(task, work, TWA_RESUME);
	if (ret)
		stp_task_work_func_done();
	return ret;
}

static struct task_work *stp_task_work_cancel(struct task_struct *task, task_work_func_t func)
{
	struct task_work *work = stp_kernel_task_work_cancel(task, func);

	if (work)
		stp_task_work_func_done();
	return work;
}

#endif
