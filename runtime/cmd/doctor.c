// SPDX-License-Identifier: GPL-2.0-or-later
/* Is everything there? Each thing with its state, and what to type where it's not. */
#include "verb/verb.h"

#include <errno.h>

#include "base/problem.h"
#include "base/str.h"
#include "base/version.h"
#include "cmd/common/host.h"
#include "doctor/check.h"
#include "host/cache-dir.h"
#include "host/host.h"
#include "print/table.h"
#include "stap/preflight.h"

struct doctor {
	const char *release, *stap_name;
	bool verbose;
	const struct writer *format;

	struct host host;
	struct stap_program stap;
	struct problem stap_problem;
	char *cache;
	size_t count[CHECK_SKIPPED + 1];
};

#define AT(member) offsetof(struct doctor, member)

static const struct verb_opt opts[] = {
	{ 'v', "verbose", NULL, "also files, versions and build-ids of what is in order",
	  { OPTION_FLAG, AT(verbose) } },
	{ 'r', "release", "RELEASE",
	  "a kernel other than the running one: skips the checks that\n"
	  "need the running one", { OPTION_TEXT, AT(release) } },
	VERB_STAP_ROW(struct doctor, stap_name),
	VERB_FORMAT_ROW(struct doctor, format, table_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost doctor", "before the first run, or when one failed" },
	{ "stap-vhost doctor -r 6.12.107+deb13-amd64",
	  "whether scripts can be compiled for that kernel" },
	{ "stap-vhost doctor --format json", "for a program that checks many hosts" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_STAP,
	VERB_ENV_CACHE,
	VERB_ENV_SYSROOT,
	{ "TMPDIR, SYSTEMTAP_DIR", "where stap writes" },
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "ready: nothing that is needed is missing" },
	{ "2", "wrong option or kernel release" },
	{ "3", "something is missing; the output shows what" },
	{ 0 },
};

static void doctor_free(struct doctor *d)
{
	host_free(&d->host);
	stap_program_free(&d->stap);
	problem_free(&d->stap_problem);
	free(d->cache);
}

enum { STATE, ID, FOUND, FIX, NOTES, DETAILS, WHY, NEEDED };

static const struct column columns[] = {
	[STATE] = { "state", "STATE", IN_LINE_STATE },
	[ID] = { "id", "CHECK", IN_LINE },
	[FOUND] = { "found", "FOUND", IN_LINE },
	[FIX] = { "fix", "do", BELOW_WHOLE },
	[NOTES] = { "notes", "note", BELOW },
	[DETAILS] = { "details", "found", BELOW },
	[WHY] = { "why", NULL, IN_LINE },
	[NEEDED] = { "needed", NULL, IN_LINE },
};

static void add_check(struct doctor *d, struct table *t, const struct check *c,
		      const struct check_input *in)
{
	CLEANUP(check_result_free) struct check_result r;

	if (check_run(c, in, &r)) {
		t->broken = true;
		return;
	}
	d->count[r.state]++;
	table_row(t);
	table_string(t, STATE, check_state_name(r.state));
	table_string(t, ID, c->id);
	table_string(t, FOUND, r.found);
	table_list(t, FIX, &r.fixes);
	table_list(t, NOTES, &r.notes);
	if (!d->format->prose || d->verbose)
		table_list(t, DETAILS, &r.details);
	table_string(t, WHY, c->why);
	table_bool(t, NEEDED, c->needed);
}

static void say_verdict(const struct doctor *d, const struct out_style *s)
{
	size_t missing = d->count[CHECK_MISSING], n = d->count[CHECK_WARNING];
	FREE char *warnings = n ? str_printf(", %zu warning%s", n, str_plural(n)) : strdup("");
	const char *w = str_empty(warnings);

	putchar('\n');
	if (missing)
		out_say(stdout, s, "Not ready: %zu missing%s.", missing, w);
	else if (d->host.running)
		out_say(stdout, s, "Ready%s: stap-vhost run host-queryqemu PID", w);
	else
		out_say(stdout, s, "Ready to compile for %s%s.", d->host.release, w);
}

static int examine(struct doctor *d)
{
	const struct check_input in = {
		.host = &d->host, .stap = &d->stap, .stap_problem = &d->stap_problem,
		.cache = d->cache,
	};
	struct out_style style = out_style_of(STDOUT_FILENO);
	CLEANUP(table_free) struct table t;
	char version[VERSION_TEXT];

	version_text(&d->stap.version, version);
	table_init(&t, "doctor", "checks", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < n_checks; i++)
		add_check(d, &t, &checks[i], &in);
	table_field_bool(&t, "ready", !d->count[CHECK_MISSING]);
	table_field_string(&t, "kernel", d->host.release);
	table_field_bool(&t, "kernel_is_running", d->host.running);
	table_field_string(&t, "stap", d->stap.path);
	table_field_string(&t, "stap_version",
			   version_is_set(&d->stap.version) ? version : NULL);
	if (d->format->prose)
		out_say(stdout, &style, "Kernel %s%s", d->host.release,
			d->host.running ? "" : ", which is not the running one");

	int status = verb_print(&t, d->format);

	if (!status && d->format->prose)
		say_verdict(d, &style);
	if (status)
		return status;
	return d->count[CHECK_MISSING] ? STATUS_MISSING : STATUS_OK;
}

static int doctor(const struct verb *v, int argc, char **argv)
{
	CLEANUP(doctor_free) struct doctor d = { 0 };
	struct verb_parse p = { v, argc, argv, &d };

	if (verb_opts(&p) || verb_no_arguments(&p))
		return p.status;

	int status = verb_host(d.release, &d.host);

	if (status)
		return status;
	/* what is wrong with it is for the checks to say */
	preflight_stap(&d.host, d.stap_name, &d.stap, &d.stap_problem);
	d.cache = cache_dir_path();
	return examine(&d);
}

VERB = {
	.name = "doctor",
	.place = 12,
	.args = "[OPTIONS]",
	.summary = "Check everything that a run needs, and show how to get what is missing",
	.about =
	"The checks are in the order in which things fail in practice. They only read: they\n"
	"load, change and download nothing. Run the commands after 'do:' as root.\n"
	"\n"
	"--format json prints an object, stap-vhost.doctor/1, as doctor.schema.json in the data\n"
	"directory describes it.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = doctor,
};
