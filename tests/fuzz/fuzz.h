/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the harnesses share: the input as a file, without a disk */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What must hold, whatever comes in */
#define MUST(what)		\
	do {			\
		if (!(what))	\
			abort();\
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The name of a file that holds the input, the same one each time */
static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
	static char name[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		MUST(fd >= 0);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	MUST(!ftruncate(fd, 0));
	MUST(pwrite(fd, data, size, 0) == (ssize_t)size);
	return name;
}

#endif
