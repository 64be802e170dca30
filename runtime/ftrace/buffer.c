// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How big the kernel's buffer may be. It is the kernel's memory, of each CPU, and can't be
 * swapped out: on a host with many CPUs the usual size is a lot, and a host that runs short
 * of memory kills guests.
 */
#include "ftrace/ftrace.h"

#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"

#define USUAL_KIB 4096		/* a twentieth of a second of a busy CPU */
#define LEAST_KIB 64
#define SHARE 16		/* of what is available, where the size is ours to choose */
#define SHARE_MAX 2		/* where it was asked for */
#define MEMINFO_MAX 65536

unsigned long long ftrace_buffer_kib(unsigned long long wanted, unsigned long long available,
				     unsigned int buffers)
{
	unsigned int share = wanted ? SHARE_MAX : SHARE;
	unsigned long long most = available / share / (buffers ? buffers : 1);

	if (wanted)
		return !available || wanted <= most ? wanted : 0;
	if (!available || most > USUAL_KIB)
		return USUAL_KIB;
	return most < LEAST_KIB ? 0 : most;
}

/* KiB; 0: it isn't known */
static unsigned long long available_kib(const char *root)
{
	FREE char *path = str_printf("%s/proc/meminfo", root);
	FREE char *text = NULL;
	const char *p;

	if (!path || file_read(path, MEMINFO_MAX, &text, NULL))
		return 0;
	p = strstr(text, "MemAvailable:");
	return p ? strtoull(p + strlen("MemAvailable:"), NULL, 10) : 0;
}

/* As tracefs has them: each has a buffer, or gets one when it comes online */
static unsigned int cpus(const struct ftrace *t)
{
	FREE char *path = str_printf("%s/per_cpu", t->dir);
	DIR *d = path ? opendir(path) : NULL;
	unsigned int n = 0;

	for (struct dirent *e; d && (e = readdir(d));)
		n += !strncmp(e->d_name, "cpu", 3);
	if (d)
		closedir(d);
	return n ? n : 1;
}

int ftrace_buffer(const struct ftrace *t, const char *root, unsigned long long asked,
		  bool snapshot, char text[FTRACE_BUFFER_TEXT], struct ftrace_trouble *p)
{
	unsigned long long available = available_kib(root);
	unsigned int n = cpus(t), buffers = snapshot ? 2 * n : n;
	unsigned long long kib = ftrace_buffer_kib(asked, available, buffers);

	if (!kib) {
		unsigned long long needed = asked ? asked : LEAST_KIB;
		const char *least = asked ? "" : " at least";
		const char *twice = snapshot ? ", twice for a snapshot" : "";

		ftrace_say(
			p,
			str_printf(
				"not enough memory for a buffer: it needs %llu KiB%s for each of "
				"%u CPUs%s, but %llu MiB are available",
				needed, least, n, twice, available >> 10),
			asked ? str_printf("use at most --buffer %llu, or leave it out",
					   available / SHARE_MAX / buffers) :
				strdup("set --buffer KIB: it may take up to half of the "
				       "available memory"));
		return -ENOMEM;
	}
	if (!asked && kib < USUAL_KIB)
		msg_warn(
			"the buffer is %llu KiB for each of %u CPUs, instead of %d: only %llu MiB "
			"of memory are available",
			kib, n, USUAL_KIB, available >> 10);
	snprintf(text, FTRACE_BUFFER_TEXT, "%llu", kib);
	return 0;
}
