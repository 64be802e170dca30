// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration that the kernel was built with. */
#include "doctor/check.h"

#include <stdio.h>
#include <zlib.h>

#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"

#define CONFIG_MAX (4 << 20)

/* What SystemTap's own files refuse to be built without, and what is only good to have */
static const struct option {
	const char *name;
	bool needed;
	const char *why;
} options[] = {
	{ "CONFIG_MODULES", true, "a script is a module" },
	{ "CONFIG_MODULE_UNLOAD", true, "a script's module is unloaded at its end" },
	{ "CONFIG_KPROBES", true, "probes" },
	{ "CONFIG_KRETPROBES", true, "probes at a function's return" },
	{ "CONFIG_KALLSYMS", true, "where the kernel's functions are" },
	{ "CONFIG_RELAY", true, "how a script's output leaves the kernel" },
	{ "CONFIG_DEBUG_FS", true, "SystemTap's runtime does not compile without it" },
	{ "CONFIG_VHOST_NET", true, "the observed module" },
	{ "CONFIG_DEBUG_INFO", false, "without it there is no debuginfo of this kernel" },
	{ "CONFIG_KPROBES_ON_FTRACE", false, "a probe at a function's entry costs less" },
	{ "CONFIG_TRACEPOINTS", false, "scripts that use kernel.trace()" },
	{ "CONFIG_UPROBES", false, "scripts that probe QEMU itself" },
	{ "CONFIG_TUN", false, "taps, where a guest's packets come from" },
};

/* gzopen() reads what isn't compressed as it is */
static char *read_maybe_gz(const char *path)
{
	gzFile f = gzopen(path, "rbe");
	char *text = f ? malloc(CONFIG_MAX + 1) : NULL;
	int n = text ? gzread(f, text, CONFIG_MAX) : -1;

	if (f)
		gzclose(f);
	if (n <= 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

char *check_config_text(const struct host *h, char **path)
{
	char *built = h->build ? str_printf("%s/.config", h->build) : NULL;
	char *running = h->running ? host_path(h, "/proc/config.gz") : NULL;
	char *places[] = {
		host_path(h, "/boot/config-%s", h->release),
		host_path(h, "/lib/modules/%s/config", h->release),
		built,
		running,
	};
	char *text = NULL;

	*path = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (!text && places[i] && (text = read_maybe_gz(places[i])))
			*path = places[i];
		else
			free(places[i]);
	}
	return text;
}

void check_config_value(const char *text, const char *option, char *value, size_t size)
{
	size_t len = strlen(option);

	*value = '\0';
	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, option, len) && p[len] == '=') {
			p += len + 1;
			snprintf(value, size, "%.*s", (int)strcspn(p, "\n"), p);
			return;
		}
	}
}

void check_config(const struct check_input *in, struct check_result *r)
{
	FREE char *path = NULL;
	FREE char *text = check_config_text(in->host, &path);
	STRV_CLEAN struct strv needed = { 0 }, useful = { 0 };

	if (!text) {
		check_say(r, CHECK_UNKNOWN, "no readable configuration of kernel %s",
			  in->host->release);
		strv_addf(&r->details,
			  "not in /boot/config-%s, /lib/modules/%s/config, the headers' "
			  ".config or /proc/config.gz",
			  in->host->release, in->host->release);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *o = &options[i];
		char value[16];

		check_config_value(text, o->name, value, sizeof(value));
		strv_addf(&r->details, "%s=%s: %s", o->name, *value ? value : "n", o->why);
		if (strcmp(value, "y") != 0 && strcmp(value, "m") != 0)
			strv_add(o->needed ? &needed : &useful, o->name);
	}
	FREE char *lacks = strv_join(needed.n ? &needed : &useful, ", ");

	if (needed.n) {
		check_say(r, CHECK_MISSING, "the kernel was built without %s (%s)",
			  lacks ? lacks : "?", path);
		strv_add(&r->notes, "no package helps: boot a kernel that was built with them");
	} else if (useful.n) {
		check_say(r, CHECK_WARNING, "built without %s (%s)", lacks ? lacks : "?", path);
	} else {
		check_say(r, CHECK_OK, "all %zu options (%s)", ARRAY_SIZE(options), path);
	}
}
