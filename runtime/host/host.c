// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/host.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/version.h"

#define LINKS_MAX 16

const char *host_sysroot(void)
{
	const char *root = getenv("STAP_VHOST_SYSROOT");

	return root ? root : "";
}

char *host_path(const struct host *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	FREE char *tail = str_vprintf(fmt, ap);

	va_end(ap);
	return tail ? str_printf("%s%s", h->root, tail) : NULL;
}

/* Where the link at @path leads, seen from inside of the root */
static char *follow(const struct host *h, const char *path, const char *link)
{
	const char *slash = strrchr(path, '/');

	if (*link == '/')
		return host_path(h, "%s", link);
	return str_printf("%.*s%s", slash ? (int)(slash - path + 1) : 0, path, link);
}

char *host_resolve(const struct host *h, char *path)
{
	char link[4096];

	for (int i = 0; path && i < LINKS_MAX; i++) {
		ssize_t n = readlink(path, link, sizeof(link) - 1);

		if (n < 0)
			break;
		link[n] = '\0';
		char *next = follow(h, path, link);

		free(path);
		path = next;
	}
	if (path && !file_exists(path)) {
		free(path);
		return NULL;
	}
	return path;
}

bool host_release_ok(const char *s)
{
	if (!*s || *s == '.' || strlen(s) > 128)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._+~-", *s))
			return false;
	return true;
}

/* The running kernel; a made-up root has it in a made-up /proc */
static char *running_release(const struct host *h)
{
	FREE char *path = host_path(h, "/proc/sys/kernel/osrelease");
	struct utsname u;
	char *buf;

	if (!*h->root)
		return uname(&u) ? NULL : strdup(u.release);
	if (!path || file_read(path, 256, &buf, NULL))
		return NULL;
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

int host_init(struct host *h, const char *root, const char *release)
{
	*h = (struct host){ .root = strdup(root) };
	if (!h->root)
		return -ENOMEM;

	FREE char *running = running_release(h);

	if (!release)
		release = running;
	if (!release)
		return -ENOENT;
	if (!host_release_ok(release))
		return -EINVAL;
	h->running = running && !strcmp(release, running);
	h->release = strdup(release);
	if (!h->release)
		return -ENOMEM;
	if (!version_parse(h->release, &h->kernel))
		msg_debug("kernel release %s has no readable version", h->release);
	h->build = host_resolve(h, host_path(h, "/lib/modules/%s/build", h->release));
	h->source = host_resolve(h, host_path(h, "/lib/modules/%s/source", h->release));
	msg_debug("kernel %s%s, headers in %s", h->release, h->running ? " (running)" : "",
		  h->build ?: "no directory");
	return 0;
}

void host_free(struct host *h)
{
	free(h->root);
	free(h->release);
	free(h->build);
	free(h->source);
	*h = (struct host){ 0 };
}
