// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * close_range(2) by its number: glibc has it since 2.34, Linux since 5.9 (278a5fbaed89), and
 * a program that was built where it is known may run where it isn't.
 */
#include "base/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "base/strv.h"

#ifndef SYS_close_range
#define SYS_close_range 436	/* on each architecture; Alpha adds 110 */
#endif

/* Of what is open only; where /proc isn't mounted, of all that may be */
void fds_close_one_by_one(unsigned int from, unsigned int to)
{
	STRV_CLEAN struct strv names = { 0 };
	struct rlimit most = { .rlim_cur = 1024 };

	if (!file_list("/proc/self/fd", &names)) {
		for (size_t i = 0; i < names.n; i++) {
			unsigned long fd = strtoul(names.v[i], NULL, 10);

			if (fd >= from && fd <= to)
				close((int)fd);
		}
		return;
	}
	getrlimit(RLIMIT_NOFILE, &most);
	for (unsigned long fd = from; fd <= to && fd < most.rlim_cur; fd++)
		close((int)fd);
}

void fds_close(unsigned int from, unsigned int to)
{
	if (syscall(SYS_close_range, from, to, 0))
		fds_close_one_by_one(from, to);
}

void fds_close_others(const int *keep, size_t n)
{
	unsigned int from = 3;

	for (;;) {
		unsigned int next = ~0U;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= (int)from && (unsigned int)keep[i] < next)
				next = keep[i];
		if (next > from)
			fds_close(from, next - (next != ~0U));
		if (next == ~0U)
			return;
		from = next + 1;
	}
}
