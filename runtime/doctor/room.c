// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory and disk. */
#include "doctor/check.h"

#include <errno.h>
#include <stdio.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"

/*
 * Measured with host-queryqemu on Debian 13 (SystemTap 5.1): stap and the compiler
 * together 644 MiB at most, 3 MiB of temporary files, 2 MiB in stap's cache.
 */
#define MEMORY_MIB 650
#define DISK_MIB 50

void check_memory(const struct check_input *in, struct check_result *r)
{
	FREE char *text = check_read(in->host, "/proc/meminfo");
	const char *p = text ? strstr(text, "MemAvailable:") : NULL;
	unsigned long long kib;

	if (!p || sscanf(p, "MemAvailable: %llu", &kib) != 1) {
		check_say(r, CHECK_UNKNOWN, "/proc/meminfo doesn't show what is available");
		return;
	}
	if (kib / 1024 >= MEMORY_MIB) {
		check_say(r, CHECK_OK, "%llu MiB available, of which compiling takes about %d",
			  kib / 1024, MEMORY_MIB);
		return;
	}
	check_say(r, CHECK_WARNING,
		  "%llu MiB available: compiling takes about %d, and the kernel may kill it",
		  kib / 1024, MEMORY_MIB);
	strv_add(&r->notes, "compile it on another machine with this kernel's packages: "
		 "stap-vhost build -r RELEASE");
}

/* The nearest directory above @path that is there */
static char *existing(const char *path)
{
	char *dir = strdup(path);

	while (dir && !file_is_dir(dir)) {
		char *slash = strrchr(dir, '/');

		if (!slash || slash == dir) {
			free(dir);
			return strdup("/");
		}
		*slash = '\0';
	}
	return dir;
}

/* False: something is wrong, and said. *@least is the least that was free */
static bool look_at(const char *what, const char *path, unsigned long long *least,
		    struct check_result *r)
{
	FREE char *dir = existing(path);
	struct statvfs fs;

	if (!dir || statvfs(dir, &fs)) {
		strv_addf(&r->details, "%s, %s: %s", what, path, strerror(errno));
		return true;
	}
	unsigned long long mib = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;

	strv_addf(&r->details, "%s, %s: %llu MiB free", what, path, mib);
	if (access(dir, W_OK)) {
		check_say(r, CHECK_MISSING, "%s, %s: %s", what, path, strerror(errno));
		return false;
	}
	if (mib < DISK_MIB) {
		check_say(r, CHECK_MISSING, "%s, %s: %llu MiB free, %d are needed", what, path, mib,
			  DISK_MIB);
		return false;
	}
	if (mib < *least)
		*least = mib;
	return true;
}

/* $SYSTEMTAP_DIR/cache, or ~/.systemtap/cache */
static char *stap_cache(void)
{
	const char *dir = getenv("SYSTEMTAP_DIR"), *home = getenv("HOME");

	if (dir && *dir)
		return str_printf("%s/cache", dir);
	return home && *home ? str_printf("%s/.systemtap/cache", home) : NULL;
}

void check_disk(const struct check_input *in, struct check_result *r)
{
	const char *tmp = getenv("TMPDIR");
	FREE char *cache = stap_cache();
	const struct {
		const char *what, *path, *variable;
	} places[] = {
		{ "temporary files", tmp && *tmp ? tmp : "/tmp", "TMPDIR" },
		{ "stap-vhost's cache", in->cache, "STAP_VHOST_CACHE" },
		{ "stap's cache", cache, "SYSTEMTAP_DIR" },
	};

	unsigned long long least = -1ULL;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (!places[i].path || look_at(places[i].what, places[i].path, &least, r))
			continue;
		strv_addf(&r->notes, "make room there, or name another directory: %s=DIR",
			  places[i].variable);
		return;
	}
	if (least == -1ULL)
		check_say(r, CHECK_UNKNOWN, "free space is unknown");
	else
		check_say(r, CHECK_OK, "%llu MiB and more free for temporary files and caches",
			  least);
}
