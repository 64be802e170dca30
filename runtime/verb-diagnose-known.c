// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the list of known defects for 'diagnose', and what it wants to know of the host. */
#include "verb-diagnose.h"

#include <errno.h>
#include <sys/utsname.h>

#include "stap/stap.h"

/* The first line of a file of the kernel's; NULL: it can't be read */
static char *kernel_says(const char *path)
{
	FREE char *whole = str_printf("%s%s", verb_sysroot(), path);
	char *text;

	if (!whole || file_read(whole, 4096, &text, NULL))
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* NULL and "" are not known */
static void add(struct strv *words, const char *key, const char *text)
{
	FREE char *word = text && *text ? records_text(text) : NULL;

	strv_addf(words, "%s=%s", key, word ? word : "?");
}

bool diagnose_host(struct diagnosis *d)
{
	FREE char *version = kernel_says("/proc/sys/kernel/version");
	FREE char *zerocopy = kernel_says("/sys/module/vhost_net/parameters/experimental_zcopytx");
	STRV_CLEAN struct strv words = { 0 };
	struct utsname u;

	strv_add(&words, "HOST");
	add(&words, "version", version && strlen(version) <= sizeof(u.version) ? version : NULL);
	add(&words, "arch", uname(&u) ? NULL : u.machine);
	/* an int, and any but 0 switches it on */
	add(&words, "zerocopy", !zerocopy || !*zerocopy ? NULL : strcmp(zerocopy, "0") ? "1" : "0");

	FREE char *line = words.broken ? NULL : strv_join(&words, " ");

	return !line || diagnose_line(d, line, strlen(line));
}

/* What is missing is said, and is no failure */
static int load(struct known_table *t)
{
	STRV_CLEAN struct strv dirs = { 0 };
	FREE char *path = NULL;
	FREE char *text = NULL;
	int ret = scripts_datadirs(&dirs);

	if (!ret)
		ret = scripts_data(&dirs, KNOWN_FILE, "diagnose", &path);
	if (!ret)
		ret = file_read(path, KNOWN_MAX, &text, NULL);
	if (!ret)
		ret = known_parse(text, t);
	if (ret && t->mistake)
		msg_warn("known defects are not shown: %s, %s", path, t->mistake);
	else if (ret && path)
		msg_warn("known defects are not shown: can't read %s: %s", path, strerror(-ret));
	else if (ret)
		msg_hint("known defects are not shown: no %s in the directory of our data", KNOWN_FILE);
	return ret;
}

int diagnose_known(struct diagnosis *d)
{
	int ret;

	if (load(&d->known))
		return 0;
	ret = trouble_find(&d->known, &d->watch.evidence, &d->verdicts, &d->trouble);
	if (ret == -EINVAL)
		msg_debug("release '%s' has no number to look for known defects with", d->watch.evidence.release);
	d->trouble_known = !ret;
	return ret == -ENOMEM ? ret : 0;
}
