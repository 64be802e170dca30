// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the table of known defects, and what this host says that decides about some of them. */
#include "cmd/common/defects.h"

#include <errno.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "defects/defects.h"
#include "host/host.h"
#include "stap/scripts.h"

int verb_defects_load(struct defect_table *t, char **why)
{
	STRV_CLEAN struct strv dirs = { 0 };
	FREE char *path = NULL;
	FREE char *text = NULL;
	int ret = scripts_datadirs(&dirs);

	*why = NULL;
	if (!ret)
		ret = scripts_data(&dirs, DEFECTS_FILE, &path);
	if (!ret)
		ret = file_read(path, DEFECTS_MAX, &text, NULL);
	if (!ret)
		ret = defect_parse(text, t);
	if (ret && t->mistake)
		*why = str_printf("%s, %s", path, t->mistake);
	else if (ret && path)
		*why = str_printf("can't read %s: %s", path, strerror(-ret));
	else if (ret)
		*why = str_printf("no %s in the data directory", DEFECTS_FILE);
	return ret;
}

char *verb_kernel_says(const char *path)
{
	FREE char *whole = str_printf("%s%s", host_sysroot(), path);
	char *text;

	if (!whole || file_read(whole, 4096, &text, NULL))
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

char *verb_kernel_version(void)
{
	char *version = verb_kernel_says("/proc/sys/kernel/version");

	/* what is longer than uname's is none */
	if (version && *version && strlen(version) <= sizeof(((struct utsname *)0)->version))
		return version;
	free(version);
	return NULL;
}

int verb_kernel_zerocopy(void)
{
	FREE char *zerocopy =
		verb_kernel_says("/sys/module/vhost_net/parameters/experimental_zcopytx");

	/* an int, and any but 0 switches it on */
	return !zerocopy || !*zerocopy ? -1 : strcmp(zerocopy, "0") != 0;
}
