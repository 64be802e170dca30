// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/cache-dir.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/str.h"
#include "base/trust.h"

bool cache_dir_trusted(const char *cache)
{
	FREE char *why = NULL;
	struct stat st;

	return !stat(cache, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH)) && !trust_path(cache, &why);
}

char *cache_dir_path(void)
{
	const char *s = getenv("STAP_VHOST_CACHE");

	if (s && *s)
		return strdup(s);
	if (!geteuid())
		return strdup("/var/cache/stap-vhost");
	s = getenv("XDG_CACHE_HOME");
	if (s && *s == '/')
		return str_printf("%s/stap-vhost", s);
	s = getenv("HOME");
	return s && *s == '/' ? str_printf("%s/.cache/stap-vhost", s) : NULL;
}

int cache_dir_open(const char *cache)
{
	int ret = file_mkdir_p(cache);

	if (ret)
		return ret;
	if (strchr(cache, ':'))		/* it goes into a list that ':' separates */
		return -EINVAL;
	/* What is in it decides what code goes into the kernel. */
	return cache_dir_trusted(cache) ? 0 : -EPERM;
}
