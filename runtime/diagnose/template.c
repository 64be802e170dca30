// SPDX-License-Identifier: GPL-2.0-or-later
/* Sentences with blanks, filled in from the evidence. */
#include "diagnose/diagnose.h"

#include "base/str.h"
#include "dump/dump.h"

#define GUEST_NAME_MAX 50	/* what is longer makes no sentence */

char *subject_guest(const struct subject *at)
{
	const char *name = at->guest->name;
	bool cut = strlen(name) > GUEST_NAME_MAX;

	if (*name)
		return str_printf("%.*s%s (process %llu)", GUEST_NAME_MAX, name, cut ? "…" : "",
				  at->guest->pid.n);
	return str_printf("process %llu", at->guest->pid.n);
}

static char *name_of(const char *name, bool command)
{
	if (!*name)
		return strdup("?");
	return command ? str_shell_quote(name) : strdup(name);
}

/* Whose it is; NULL, with *@other: it's none of these names */
static char *fill_name(const char *key, size_t len, const struct subject *at, bool command,
		       bool *other)
{
	struct value tid = at->queue->worker_tid;

	*other = false;
	if (len == 5 && !strncmp(key, "guest", len))
		return subject_guest(at);
	if (len == 3 && !strncmp(key, "pid", len))
		return str_printf("%llu", at->guest->pid.n);
	/* as virsh takes it */
	if (len == 4 && !strncmp(key, "name", len))
		return *at->guest->name ? name_of(at->guest->name, command) : strdup("GUEST");
	if (len == 2 && !strncmp(key, "if", len))
		return name_of(at->dev->iface, command);
	if (len == 5 && !strncmp(key, "queue", len))
		return name_of(at->queue->name, command);
	if (len == 6 && !strncmp(key, "thread", len))
		return value_known(tid) ? str_printf("%llu", tid.n) : strdup("?");
	*other = true;
	return NULL;
}

/* "drops|packet|packets": the number and the word for it */
static char *fill_metric(const char *key, size_t len, const struct subject *at)
{
	const char *one = memchr(key, '|', len), *end = key + len;
	const struct metric *f = metric_find(key, one ? (size_t)(one - key) : len);
	char shown[METRIC_SHOWN];

	if (!f)
		return strdup("?");

	const char *text = metric_show(f, &at->queue->metrics, shown);

	if (!one)
		return strdup(text);

	const char *many = memchr(one + 1, '|', end - one - 1);
	bool single = f->unit != UNIT_WORD && value_is(metric_value(f, &at->queue->metrics), 1);

	if (!many || single)
		return str_printf("%s %.*s", text, (int)((many ? many : end) - one - 1), one + 1);
	return str_printf("%s %.*s", text, (int)(end - many - 1), many + 1);
}

char *template_fill(const char *text, const struct subject *at, bool command)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);
	bool broken = !f;

	while (!broken && *text) {
		size_t plain = strcspn(text, "{");
		const char *end = strchr(text + plain, '}');

		fprintf(f, "%.*s", (int)plain, text);
		text += plain;
		if (!*text || !end)
			break;

		bool other;
		FREE char *value = fill_name(text + 1, end - text - 1, at, command, &other);

		if (other)
			value = fill_metric(text + 1, end - text - 1, at);
		broken = !value || fputs(value, f) < 0;
		text = end + 1;
	}
	if (f && (fclose(f) || broken)) {
		free(out);
		out = NULL;
	}
	return out;
}
