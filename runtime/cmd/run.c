// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verb that everything else is for: a script, on this host, as it is. A
 * module of it that fits is loaded by staprun alone; else stap makes one.
 */
#include "cmd/common/module.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/child.h"
#include "base/guard.h"
#include "base/msg.h"
#include "base/strv.h"
#include "stap/command.h"
#include "stap/output.h"
#include "verb/verb.h"

struct run {
	struct module_options options;
	bool dry_run;
};

#define AT(member) offsetof(struct run, member)

static const struct verb_opt opts[] = {
	{ 'v', "verbose", NULL,
	  "show what is searched and chosen, and all of stap's own\n"
	  "messages; given twice, stap is verbose too",
	  { OPTION_COUNT, AT(options.verbose) } },
	{ 'n', "dry-run", NULL,
	  "print the stap command that does the same by hand, and\n"
	  "don't run it; needs no root", { OPTION_FLAG, AT(dry_run) } },
	{ 'r', "release", "RELEASE", "with -n: for a kernel other than the running one",
	  { OPTION_TEXT, AT(options.release) } },
	{ 'G', "global", "NAME=VALUE", "set a global of the script; may be repeated" },
	{ VERB_LONG, "bundle", "FILE",
	  "take the module from this bundle, or directory, and\n"
	  "nowhere else", { OPTION_TEXT, AT(options.bundle) } },
	{ VERB_LONG, "rebuild", NULL, "compile, even when there is a module that fits",
	  { OPTION_FLAG, AT(options.rebuild) } },
	VERB_STAP_ROW(struct run, options.stap),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost run host-queryqemu $(pidof qemu-system-x86_64)",
	  "the queues of the one guest that runs here" },
	{ "stap-vhost run ./mine.stp",
	  "a script of your own, with the tapsets of stap-vhost" },
	{ "stap-vhost run --bundle vhost.tar.zst host-queryqemu 4242",
	  "with a module built on another machine: no compiler, no debuginfo" },
	{ "stap-vhost run -n host-queryqemu 4242",
	  "the stap command for it, to be run by hand" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_DATADIR,
	VERB_ENV_CACHE,
	VERB_ENV_STAP,
	{ "SYSTEMTAP_STAPRUN", "the staprun to use" },
	{ "SYSTEMTAP_DIR", "stap's own cache (default: systemtap in the cache directory)" },
	VERB_ENV_SYSROOT,
	{ "SYSTEMTAP_DEBUGINFO_PATH", "kept; stap-vhost adds its own directory" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "the script ran to its end, or was interrupted and ended cleanly" },
	{ "1", "stap or the script failed, or a bundle is damaged (any other\n"
	       "small number: stap's or staprun's own)" },
	{ "2", "wrong option, script name or global" },
	{ "3", "this host lacks what is needed: root, stap, kernel headers,\n"
	       "the vhost_net module, debuginfo, room in the cache, a module in\n"
	       "the bundle that fits; nothing was loaded" },
	{ "128+N", "signal N ended stap or staprun; 141: the reader of the output\n"
		  "has gone" },
	{ 0 },
};

/* 0, or -errno with @p->status set */
static int parse(struct run *r, struct verb_parse *p)
{
	struct module_options *w = &r->options;
	int key;

	while ((key = verb_opts_next(p)) == 'G') {
		if (!command_global_ok(p->value))
			return verb_usage_value(p, "global", "NAME=VALUE", p->value);
		strv_add(&w->globals, p->value);
	}
	if (key != VERB_OPTS_END)
		return -EINVAL;
	msg_verbose = w->verbose > 0;
	w->script = p->argv[p->rest];
	w->args = w->script ? p->argv + p->rest + 1 : NULL;
	w->load = !r->dry_run;
	return 0;
}

static int check(const struct run *r)
{
	const struct module_options *w = &r->options;

	if (!w->script) {
		msg_error("run: no script given");
		msg_hint("%s run --help shows examples", msg_program);
		return STATUS_USAGE;
	}
	if (w->bundle && w->rebuild) {
		msg_error("run: --bundle and --rebuild don't go together");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int other_kernel(const struct module_options *w)
{
	msg_error("run: kernel %s is not the running one", w->release);
	msg_hint("%s build -r %s %s makes a module for it", msg_program, w->release, w->script);
	return STATUS_USAGE;
}

/* The command that a person would type */
static int print_stap(struct module_job *j)
{
	CLEANUP(compile_free) struct compile c = { 0 };
	int status = j->source.path ? compile_prepare(&c, j, false) : STATUS_OK;
	FREE char *line = status || !j->source.path ? NULL : command_shell(&c.command);

	if (status)
		return status;
	if (!j->source.path) {
		msg_error("run: script %s is not installed, only a module of it: there is no stap "
			  "command", j->source.name);
		return STATUS_MISSING;
	}
	puts(line ? line : "");
	return line ? STATUS_OK : STATUS_FAILED;
}

/*
 * What the guard does when we were killed. Its own module only: of twenty guards
 * each would try all twenty. A moment does, where the host has a CPU left for us.
 */
static void clean_up(void *job, pid_t staprun)
{
	if (staprun)
		module_clean_modules(job, staprun, 60000);
}

static int load(struct module_job *j, struct command *c)
{
	struct stderr_filter filter = { .keep_all = j->options->verbose > 0, .fd = STDERR_FILENO };
	struct guard guard;
	bool reader_gone = false;
	pid_t staprun = 0;
	struct child child = {
		.argv = c->argv.v, .env = c->env.v, .on_stderr = stderr_filter_line,
		.ctx = &filter, .guard = &guard, .reader_gone = &reader_gone, .pid = &staprun,
	};
	STRV_CLEAN struct strv advice = { 0 };
	int status = 0, sig = 0,
	    ret = guard_start(&guard, &(struct guard_duty){ .clean = clean_up, .ctx = j }, NULL, 0);

	if (ret)
		msg_debug("can't start a guard: %s", strerror(-ret));
	ret = child_run(&child, &status, &sig);
	/* nothing is left as a rule; stapio was killed, or its end failed */
	if (staprun)
		module_clean_modules(j, staprun, 5000);
	guard_end(&guard);
	if (ret) {
		msg_errno(ret, "can't run %s", j->staprun.path);
		return STATUS_FAILED;
	}
	stderr_filter_hints(&filter, j->host.release, sig != 0, &advice);
	for (size_t i = 0; i < advice.n; i++)
		msg_hint("%s", advice.v[i]);
	if (reader_gone)
		return 128 + SIGPIPE;	/* as of any program in a pipe */
	return child_exit_code(status) ?: filter.lost ? STATUS_FAILED : STATUS_OK;
}

static int get_and_load(struct module_job *j)
{
	CLEANUP(command_free) struct command c = { 0 };
	int status = module_get(j);

	if (!status)
		status = module_command(j, &c);
	if (status)
		return status;

	FREE char *line = command_shell(&c);

	msg_debug("%s", line ? line : "");
	return load(j, &c);
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct run r = { 0 };
	CLEANUP(module_job_free) struct module_job j = { .entry = { .lock = -1 } };
	struct verb_parse p = { v, argc, argv, &r };
	int status = parse(&r, &p) ? p.status : check(&r);

	if (!status && r.options.script)
		status = module_find_sources(&j, &r.options);
	if (!status && r.options.script) {
		if (r.dry_run)
			status = print_stap(&j);
		else
			status = j.host.running ? get_and_load(&j) : other_kernel(&r.options);
	}
	strv_free(&r.options.globals);
	return status;
}

VERB = {
	.name = "run",
	.place = 1,
	.args = "[OPTIONS] SCRIPT [ARGS…]",
	.summary = "Run a script; compile it for this kernel if no module of it fits",
	.about =
	"SCRIPT is an installed script by its name (host-queryqemu), or the path of a file.\n"
	"ARGS belong to the script; a word after SCRIPT is never an option of stap-vhost.\n"
	"A module that fits is taken from /lib/modules/RELEASE/systemtap or the cache and\n"
	"needs no compiler, headers or debuginfo. One that does not fit is never loaded.\n"
	"Ctrl-C ends the script normally, with its summary.\n"
	"\n"
	"The output of a script reaches the terminal unchanged. Scripts of stap-vhost escape\n"
	"names of processes, interfaces and functions; in a script of your own use text_str().",
	.opts = opts,
	.own_words = true,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = run,
};
