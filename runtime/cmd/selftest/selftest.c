// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the aliases see on this kernel what guests did that count themselves. */
#include "cmd/selftest/selftest.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "cmd/common/host.h"
#include "host/host.h"
#include "print/table.h"
#include "selftest/selftest.h"
#include "stap/preflight.h"
#include "verb/verb.h"

#define PACKETS 4000

struct selftest {
	const struct writer *format;
	struct test_run run;
	struct host host;
	char *vguest;
	char stap[VERSION_TEXT];	/* SystemTap's version */
	struct test_guest guests[TEST_GUESTS];
	struct strv seen;
	struct findings findings;
};

#define AT(member) offsetof(struct selftest, member)

static const struct verb_opt opts[] = {
	{ 'v', "verbose", NULL, "the reason for each number, and each step; given twice,\n"
	  "run is verbose too", { OPTION_COUNT, AT(run.verbose) } },
	{ 'p', "packets", "N", "packets of the first guest, each way (default: 4000)",
	  { OPTION_NUMBER, AT(run.packets), TEST_PACKETS_MIN, TEST_PACKETS_MAX } },
	VERB_FORMAT_ROW(struct selftest, format, table_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost selftest", "before you trust the numbers of this host" },
	{ "stap-vhost selftest -v", "with the reason for each number" },
	{ "stap-vhost selftest --format json", "for a program that monitors many hosts" },
	{ 0 },
};

static const struct verb_note environment[] = {
	{ "STAP_VHOST_VGUEST", "the vguest to use (default: the one beside this program,\n"
			       "in /usr/local/sbin, /usr/sbin or $PATH)" },
	{ "NO_COLOR", "no colours, even on a terminal" },
	{ "STAP_VHOST_…", "as with run" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "every alias tested is exact: all that these guests can make fire" },
	{ "1", "failed: it is unknown whether the aliases are exact" },
	{ "2", "wrong option" },
	{ "3", "this host lacks what is needed: root, tun, vhost_net, vguest, or\n"
	       "what run needs" },
	{ "4", "an alias isn't exact" },
	{ "128+N", "interrupted by signal N" },
	{ 0 },
};

static void selftest_free(struct selftest *s)
{
	host_free(&s->host);
	free(s->vguest);
	for (size_t i = 0; i < TEST_GUESTS; i++)
		strv_free(&s->guests[i].counters);
	strv_free(&s->seen);
	findings_free(&s->findings);
}

static int parse(struct selftest *s, struct verb_parse *p)
{
	s->run.packets = PACKETS;
	if (verb_opts(p))
		return -EINVAL;
	msg_verbose = s->run.verbose > 0;
	return verb_no_arguments(p);
}

/* What makes taps, or vhost-net; loading a module is the user's to do */
static bool has_device(const struct host *h, const char *module, const char *device)
{
	FREE char *loaded = str_printf("%s/sys/module/%s", h->root, module);
	FREE char *builtin = str_printf("%s/sys/class/misc/%s", h->root, device);

	return loaded && builtin && (file_exists(loaded) || file_exists(builtin));
}

static int needs(const struct host *h)
{
	CLEANUP(problem_free) struct problem p = { 0 };

	if (geteuid()) {
		msg_error("selftest: needs root: it creates taps, and probes the kernel");
		msg_hint("run as root");
		return STATUS_MISSING;
	}

	int status = verb_report(preflight_modules(h, &p), &p);

	if (status || has_device(h, "tun", "tun"))
		return status;
	msg_error("selftest: the tun module is not loaded: the test guests need taps");
	msg_hint("modprobe tun");
	return STATUS_MISSING;
}

static char *beside_us(const char *name)
{
	FREE char *self = realpath("/proc/self/exe", NULL);
	char *slash = self ? strrchr(self, '/') : NULL;

	if (!slash)
		return NULL;
	*slash = '\0';
	return str_printf("%s/%s", self, name);
}

static int find_vguest(struct selftest *s)
{
	const char *env = getenv("STAP_VHOST_VGUEST");
	FREE char *beside = beside_us("vguest");
	const char *const places[] = {
		beside ? beside : "vguest", "/usr/local/sbin/vguest", "/usr/sbin/vguest", "vguest",
	};

	if (env && *env)
		s->vguest = preflight_program(env);
	for (size_t i = 0; i < ARRAY_SIZE(places) && !s->vguest && !(env && *env); i++)
		s->vguest = preflight_program(places[i]);
	if (s->vguest) {
		msg_debug("the test guests are %s", s->vguest);
		return STATUS_OK;
	}
	msg_error("selftest: no program %s: the test guests are missing",
		  env && *env ? env : "vguest");
	msg_hint("install it together with %s, or set $STAP_VHOST_VGUEST to its path", msg_program);
	return STATUS_MISSING;
}

/* For the words at the end; 'run' says it when there is none */
static void find_version(struct selftest *s)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	CLEANUP(stap_program_free) struct stap_program stap = { 0 };

	preflight_stap(&s->host, NULL, &stap, &p);
	version_text(&stap.version, s->stap);
}

enum { ALIAS, QUEUE, EXPECTED, SEEN, VERDICT, WHAT, KEY, WHY, DETAILS, COLUMNS };

static const struct column columns[] = {
	[ALIAS] = { "alias", "ALIAS", IN_LINE },
	[QUEUE] = { "queue", "QUEUE", IN_LINE },
	[EXPECTED] = { "expected", "EXPECTED", IN_LINE },
	[SEEN] = { "seen", "SEEN", IN_LINE },
	[VERDICT] = { "verdict", "VERDICT", IN_LINE_STATE },
	[WHAT] = { "what", "WHAT IS COUNTED", IN_LINE },
	[KEY] = { "key", NULL, IN_LINE },
	[WHY] = { "why", "because", BELOW },
	[DETAILS] = { "details", "", BELOW },
};

static void fill(const struct selftest *s, struct table *t)
{
	for (size_t i = 0; i < s->findings.n; i++) {
		const struct finding *f = &s->findings.v[i];

		table_row(t);
		table_string(t, ALIAS, f->rule->alias);
		table_string(t, QUEUE, f->queue);
		if (f->verdict != VERDICT_UNKNOWN) {
			table_number(t, EXPECTED, f->expected);
			table_number(t, SEEN, f->seen);
		}
		table_string(t, VERDICT, verdict_str(f->verdict));
		table_string(t, WHAT, f->rule->what);
		table_string(t, KEY, f->rule->key);
		if (!s->format->prose || s->run.verbose || f->verdict != VERDICT_EXACT)
			table_string(t, WHY, f->rule->because);
		table_list(t, DETAILS, &f->details);
	}
}

/* Aliases that these guests can't make fire */
static void untested(struct strv *others)
{
	for (size_t i = 0; i < n_untested_aliases; i++)
		strv_add(others, untested_aliases[i].alias);
}

static void sum_up(const struct selftest *s, const struct strv *wrong, const struct strv *others)
{
	struct out_style style = out_style_of(STDOUT_FILENO);
	FREE char *names = strv_join(wrong, ", ");
	FREE char *unseen = strv_join(others, ", ");

	putchar('\n');
	out_say(stdout, &style, "Not tested, because these guests can't make them fire: %s.",
		str_known(unseen));
	if (!wrong->n)
		out_say(stdout, &style,
			"Every alias tested is exact on kernel %s with SystemTap %s.",
			s->host.release, s->stap);
	else
		out_say(stdout, &style,
			"Not exact on kernel %s with SystemTap %s: %s. Don't trust numbers that "
			"come from %s. Please report this table, and the output of '%s doctor'.",
			s->host.release, s->stap, str_known(names),
			wrong->n == 1 ? "it" : "them", msg_program);
}

static int print(const struct selftest *s)
{
	CLEANUP(table_free) struct table t;
	STRV_CLEAN struct strv wrong = { 0 }, others = { 0 };

	untested(&others);
	findings_wrong(&s->findings, &wrong);
	table_init(&t, "selftest", "aliases", columns, COLUMNS);
	table_field_string(&t, "kernel", s->host.release);
	table_field_string(&t, "stap_version", s->stap);
	table_field_number(&t, "packets", (long long)s->run.packets);
	table_field_bool(&t, "exact", !wrong.n);
	table_field_list(&t, "untested", &others);
	fill(s, &t);

	int status = verb_print(&t, s->format);

	if (!status && s->format->prose)
		sum_up(s, &wrong, &others);
	if (status)
		return status;
	return wrong.n ? STATUS_PROBLEM : STATUS_OK;
}

static int selftest(const struct verb *v, int argc, char **argv)
{
	CLEANUP(selftest_free) struct selftest s = { 0 };
	struct verb_parse p = { v, argc, argv, &s };

	if (parse(&s, &p))
		return p.status;

	int status = verb_host(NULL, &s.host);

	if (!status)
		status = needs(&s.host);
	if (!status)
		status = find_vguest(&s);
	if (status)
		return status;
	find_version(&s);
	s.run.vguest = s.vguest;
	status = selftest_run(&s.run, s.guests, &s.seen);
	if (status)
		return status;
	if (selftest_compare(s.guests, TEST_GUESTS, &s.seen, &s.findings)) {
		msg_error("selftest: out of memory");
		return STATUS_FAILED;
	}
	return print(&s);
}

VERB = {
	.name = "selftest",
	.place = 13,
	.args = "[OPTIONS]",
	.summary = "Compare the counts of every alias with those of test guests, on this host",
	.about =
	"Starts three test guests (vguest), each with a tap of its own in a network namespace of\n"
	"its own. The guests send and receive. selftest watches them through every alias of the\n"
	"tapsets, and compares the counts with those of the guests themselves.\n"
	"\n"
	"It is safe beside real guests: it watches only the processes of its own three guests,\n"
	"and touches no interface of the host. However it ends, nothing stays behind: no process,\n"
	"no tap, no namespace, no module.\n"
	"\n"
	"--format json prints an object, stap-vhost.selftest/1, as selftest.schema.json in the\n"
	"data directory describes it.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = selftest,
};
