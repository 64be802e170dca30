// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: records of the verb's script, which 'run' runs for the chosen guests. */
#include <errno.h>
#include <signal.h>

#include "base/child.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/strv.h"
#include "cmd/common/guests.h"
#include "cmd/common/records.h"
#include "cmd/common/source.h"
#include "verb/verb.h"

struct script {
	struct guest_list guests;
	struct guest_matches chosen;
	struct strv globals;	/* "NAME=VALUE" */
};

static bool is_chosen(const struct records *r)
{
	(void)r;
	return true;
}

static int choose_guests(struct records *r)
{
	struct script *s = calloc(1, sizeof(*s));

	r->own = s;
	if (s)
		return guests_chosen(guests_choose(r->verb, r->guest, &s->guests, &s->chosen));
	msg_error("%s: out of memory", r->verb);
	return STATUS_FAILED;
}

/* The reader's longest; a name that is longer is cut */
#define NAME_MAX_LEN 250

/* What no script can know: a NAME record of each guest */
static bool pass_names(struct records *r, const struct script *s)
{
	for (size_t i = 0; i < s->chosen.n; i++) {
		const struct guest_process *g = &s->guests.v[s->chosen.v[i]];
		FREE char *name = g->qemu.name ? records_text(g->qemu.name) : NULL;
		FREE char *line = name ? str_printf("NAME pid=%lld name=%.*s", g->pid,
						    NAME_MAX_LEN, name) :
					 NULL;

		if (line && !records_line(r, line, strlen(line)))
			return false;
	}
	return true;
}

/*
 * A global holds no more than SystemTap's strings do, so the scripts have several: pid, pid2, pid3
 * …
 */
#define PIDS_MAX_LEN 400
#define PIDS_GLOBALS 8

/*
 * Ids of guests from the @i'th on, as many as a global holds; @i is the first that isn't in it.
 * NULL: no memory. stap -G takes no commas, so dots
 */
static char *pids_from(const struct script *s, size_t *i)
{
	STRV_CLEAN struct strv pids = { 0 };

	for (size_t len = 0; *i < s->chosen.n && len <= PIDS_MAX_LEN - sizeof("4194304."); ++*i) {
		strv_addf(&pids, "%lld", s->guests.v[s->chosen.v[*i]].pid);
		len += pids.broken ? 0 : strlen(pids.v[pids.n - 1]) + 1;
	}
	return pids.broken ? NULL : strv_join(&pids, ".");
}

/* Their process ids, or "all" */
static void add_pids(struct script *s)
{
	STRV_CLEAN struct strv pids = { 0 };
	size_t i = 0;

	while (i < s->chosen.n && pids.n < PIDS_GLOBALS) {
		FREE char *some = pids_from(s, &i);

		strv_add(&pids, some ? some : "all");
	}
	/* more than the globals hold: all of the host's, which the script finds by itself */
	if (i < s->chosen.n || pids.broken) {
		strv_add(&s->globals, "pid=all");
		return;
	}
	for (i = 0; i < pids.n; i++) {
		if (i)
			strv_addf(&s->globals, "pid%zu=%s", i + 1, pids.v[i]);
		else
			strv_addf(&s->globals, "pid=%s", pids.v[i]);
	}
}

/* for struct child: true ends the script */
static bool on_stdout(void *ctx, const char *line, size_t len)
{
	return !records_line(ctx, line, len);
}

static void command(const struct records *r, const struct script *s, struct strv *argv)
{
	strv_add(argv, "/proc/self/exe");
	strv_add(argv, "run");
	for (unsigned int i = 0; i < r->verbose; i++)
		strv_add(argv, "-v");
	if (msg_quiet)
		strv_add(argv, "-q");
	if (progress_off)
		strv_add(argv, "--no-progress");
	for (size_t i = 0; i < s->globals.n; i++) {
		strv_add(argv, "-G");
		strv_add(argv, s->globals.v[i]);
	}
	strv_add(argv, r->sink->script);
}

/* The exit status of 'run', which has reported what was wrong, or -errno after a message */
static int start_script(struct records *r, const struct script *s)
{
	STRV_CLEAN struct strv argv = { 0 };
	struct child c = { .on_stdout = on_stdout, .ctx = r, .reader_gone = &r->reader_gone };
	int status = 0, ret;

	command(r, s, &argv);
	c.argv = argv.v;
	ret = argv.broken || s->globals.broken ? -ENOMEM : child_run(&c, &status, &r->sig);
	if (ret) {
		msg_errno(ret, "%s: can't run %s", r->verb, r->sink->script);
		return ret;
	}

	int code = child_exit_code(status);

	/* 'run' passes on stap's own numbers, which mean something else here */
	return !code || code == STATUS_MISSING || code > 128 ? code : STATUS_FAILED;
}

static int run_script(struct records *r)
{
	struct script *s = r->own;
	int code;

	add_pids(s);
	if (!pass_names(r, s) || r->sink->start(r->ctx, &s->guests, &s->chosen, &s->globals))
		return STATUS_FAILED;
	code = start_script(r, s);
	if (code < 0)
		return STATUS_FAILED;
	if (r->reader_gone)
		return 128 + SIGPIPE;
	if (r->ret)
		return STATUS_FAILED;
	/* the user who ended it wants to know what was seen until then */
	if (r->sig && r->sink->until_signal && r->dumps)
		return STATUS_OK;
	if (code)
		return code;
	if (r->dumps || r->reader->open || (r->sig && !r->sink->until_signal))
		return STATUS_OK;
	msg_error("%s: the script printed no records", r->verb);
	return STATUS_FAILED;
}

static void free_script(struct records *r)
{
	struct script *s = r->own;

	if (!s)
		return;
	guests_free(&s->guests);
	free(s->chosen.v);
	strv_free(&s->globals);
	free(s);
}

RECORD_SOURCE = {
	.name = "the script's output",
	.place = 9,
	.chosen = is_chosen,
	.open = choose_guests,
	.run = run_script,
	.close = free_script,
};
