// SPDX-License-Identifier: GPL-2.0-or-later
/* What the local SystemTap gets wrong with this kernel, how that is seen, what is done. */
#include "verb/verb.h"

#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "cmd/common/host.h"
#include "host/host.h"
#include "print/table.h"
#include "stap/preflight.h"
#include "stap/quirks.h"

struct quirks_request {
	bool all;
	const char *release, *stap;
	const struct writer *format;
};

#define AT(member) offsetof(struct quirks_request, member)

static const struct verb_opt opts[] = {
	{ VERB_LONG, "all", NULL, "also those that don't apply, and why not",
	  { OPTION_FLAG, AT(all) } },
	{ 'r', "release", "RELEASE", "a kernel other than the running one",
	  { OPTION_TEXT, AT(release) } },
	VERB_STAP_ROW(struct quirks_request, stap),
	VERB_FORMAT_ROW(struct quirks_request, format, table_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost quirks", "the repairs on this host, and why" },
	{ "stap-vhost quirks --all --format json", "all that is known, for a bug report" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_STAP,
	VERB_ENV_SYSROOT,
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "the quirks were listed, whether any applies or not" },
	{ "2", "wrong option or kernel release" },
	{ "3", "there is no usable SystemTap" },
	{ 0 },
};

enum { APPLIES, ID, SYMPTOM, WHY, KERNEL, COMMIT, RELEASES, REMEDY, FLAGS, ENVIRONMENT, RUNTIME };

static const struct column columns[] = {
	[APPLIES] = { "applies", "APPLIES", IN_LINE },
	[ID] = { "id", "QUIRK", IN_LINE },
	[SYMPTOM] = { "symptom", "WITHOUT ITS REMEDY", IN_LINE },
	[WHY] = { "why", "why", BELOW },
	[KERNEL] = { NULL, "since", BELOW },
	[COMMIT] = { "kernel_commit", NULL, IN_LINE },
	[RELEASES] = { "kernel_releases", NULL, IN_LINE },
	[REMEDY] = { NULL, "remedy", BELOW_WHOLE },
	[FLAGS] = { "flags", NULL, IN_LINE },
	[ENVIRONMENT] = { "environment", NULL, IN_LINE },
	[RUNTIME] = { "runtime_files", NULL, IN_LINE },
};

static void add_remedies(struct table *t, const struct quirk *q)
{
	STRV_CLEAN struct strv flags = { 0 }, env = { 0 }, runtime = { 0 }, text = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(q->remedies) && q->remedies[i].kind; i++) {
		const char *value = q->remedies[i].value;

		switch (q->remedies[i].kind) {
		case REMEDY_FLAG:
			strv_add(&flags, value);
			break;
		case REMEDY_ENV:
			strv_add(&env, value);
			strv_addf(&text, "%s in stap's environment", value);
			break;
		case REMEDY_RUNTIME:
			strv_add(&runtime, value);
			strv_addf(&text, "a copy of SystemTap's runtime with a repaired %s", value);
			break;
		}
	}
	if (flags.n) {
		FREE char *all = strv_join(&flags, " ");

		strv_addf(&text, "stap %s", all ? all : "");
	}
	table_list(t, REMEDY, &text);
	table_list(t, FLAGS, &flags);
	table_list(t, ENVIRONMENT, &env);
	table_list(t, RUNTIME, &runtime);
}

static void add_commit(struct table *t, const struct quirk *q)
{
	FREE char *text = q->commit ? str_printf("Linux %s (%s)", q->releases, q->commit) : NULL;

	if (!q->commit)
		return;
	table_string(t, KERNEL, text);
	table_string(t, COMMIT, q->commit);
	table_string(t, RELEASES, q->releases);
}

static void add_quirk(struct table *t, const struct quirk *q, const struct quirk_facts *f, bool all)
{
	STRV_CLEAN struct strv why = { 0 };
	enum quirk_verdict verdict = quirk_explain(q, f, &why);

	if (verdict == QUIRK_NO && !all)
		return;
	table_row(t);
	if (verdict != QUIRK_UNKNOWN)
		table_bool(t, APPLIES, verdict == QUIRK_YES);
	table_string(t, ID, q->id);
	table_string(t, SYMPTOM, q->symptom);
	table_list(t, WHY, &why);
	add_commit(t, q);
	add_remedies(t, q);
}

static int show(const struct quirks_request *r, const struct host *h, const struct stap_program *s)
{
	struct quirk_facts facts = {
		.stap = s->version, .kernel = h->kernel, .runtime = s->runtime,
		.build = h->build, .source = h->source,
	};
	struct out_style style = out_style_of(STDOUT_FILENO);
	CLEANUP(table_free) struct table t;
	char version[VERSION_TEXT];

	version_text(&s->version, version);
	table_init(&t, "quirks", "quirks", columns, ARRAY_SIZE(columns));
	table_field_string(&t, "kernel", h->release);
	table_field_string(&t, "headers", h->build);
	table_field_string(&t, "stap", s->path);
	table_field_string(&t, "stap_version", version_is_set(&s->version) ? version : NULL);
	table_field_string(&t, "stap_runtime", s->runtime);
	for (size_t i = 0; i < n_quirks; i++)
		add_quirk(&t, &quirks[i], &facts, r->all);
	if (r->format->prose) {
		out_say(stdout, &style, "SystemTap %s (%s) with kernel %s:",
			version, s->path,
			h->release);
		if (!t.n_rows)
			out_say(stdout, &style, "no quirk applies.");
	}
	return verb_print(&t, r->format);
}

static int quirks_verb(const struct verb *v, int argc, char **argv)
{
	CLEANUP(host_free) struct host h = { 0 };
	CLEANUP(stap_program_free) struct stap_program stap = { 0 };
	CLEANUP(problem_free) struct problem problem = { 0 };
	struct quirks_request r = { 0 };
	struct verb_parse p = { v, argc, argv, &r };

	if (verb_opts(&p) || verb_no_arguments(&p))
		return p.status;

	int status = verb_host(r.release, &h);

	if (!status)
		status = verb_report(preflight_stap(&h, r.stap, &stap, &problem), &problem);
	return status ? status : show(&r, &h, &stap);
}

VERB = {
	.name = "quirks",
	.place = 10,
	.args = "[OPTIONS]",
	.summary = "Show defects of SystemTap on this kernel, and their remedies",
	.about =
	"stap-vhost recognises a quirk by the kernel's headers and SystemTap's own files. It\n"
	"uses the kernel's version only if it can't read those. 'run' applies the remedies by\n"
	"itself.\n"
	"\n"
	"--format json prints an object, stap-vhost.quirks/1, as quirks.schema.json in the data\n"
	"directory describes it.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = quirks_verb,
};
