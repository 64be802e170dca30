// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb that everything else is for: a script, on this host, as it is. */
#include "verb.h"
#include "stap/stap.h"

#include <errno.h>
#include <stdio.h>

enum { OPT_STAP = 256 };

static const struct verb_opt opts[] = {
	{ 'v', "verbose", NULL,
	  "say what is looked for and chosen, and keep stap's own\n"
	  "messages whole; given twice, stap is verbose too" },
	{ 'n', "dry-run", NULL,
	  "print the command that would be run, and don't run it;\n"
	  "needs no root" },
	{ 'r', "release", "RELEASE",
	  "a kernel other than the running one: stap compiles the\n"
	  "script and doesn't load it" },
	{ 'G', "global", "NAME=VALUE", "set a global of the script; may be repeated" },
	{ OPT_STAP, "stap", "PATH", "the stap to use (default: $STAP_VHOST_STAP, or stap)" },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost run host-queryqemu $(pidof qemu-system-x86_64)",
	  "the queues of the one guest that runs here" },
	{ "stap-vhost run ./mine.stp",
	  "a script of your own, with our tapsets" },
	{ "stap-vhost run -n host-queryqemu 4242",
	  "the stap command for it, to be run by hand" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_DATADIR,
	VERB_ENV_CACHE,
	VERB_ENV_STAP,
	VERB_ENV_SYSROOT,
	{ "SYSTEMTAP_DEBUGINFO_PATH", "kept, with ours added to it" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "the script ran to its end, or was interrupted and ended cleanly" },
	{ "1", "stap or the script failed (any other small number: stap's own)" },
	{ "2", "wrong option or script name" },
	{ "3", "this host lacks what is needed: root, stap, kernel headers,\n"
	       "the vhost_net module, debuginfo; stap was not run" },
	{ "128+N", "stap was ended by signal N" },
	{ 0 },
};

struct run {
	const char *release, *stap_name;
	struct strv globals;
	bool dry_run;
	unsigned int verbose;

	char *script, *tapsets, *cache, *debuginfo_path, *runtime;
	struct host host;
	struct stap_program stap;
	struct quirk_result quirks;
	struct command command;
};

static void run_free(struct run *r)
{
	strv_free(&r->globals);
	free(r->script);
	free(r->tapsets);
	free(r->cache);
	free(r->debuginfo_path);
	free(r->runtime);
	host_free(&r->host);
	stap_program_free(&r->stap);
	quirk_result_free(&r->quirks);
	command_free(&r->command);
}

/* 0, or -errno with @p->status set */
static int parse(struct run *r, struct verb_parse *p)
{
	int key;

	while ((key = verb_opts_next(p)) != VERB_OPTS_END) {
		switch (key) {
		case 'v':
			r->verbose++;
			break;
		case 'n':
			r->dry_run = true;
			break;
		case 'r':
			r->release = p->value;
			break;
		case 'G':
			if (!command_global_ok(p->value)) {
				msg_error("run: --global wants NAME=VALUE, not '%s'", p->value);
				p->status = STATUS_USAGE;
				return -EINVAL;
			}
			strv_add(&r->globals, p->value);
			break;
		case OPT_STAP:
			r->stap_name = p->value;
			break;
		default:
			return -EINVAL;
		}
	}
	msg_verbose = r->verbose > 0;
	return 0;
}

static int no_script(const struct strv *dirs, const char *name)
{
	STRV_CLEAN struct strv names = { 0 };
	FREE char *all = NULL;
	const char *nearest;

	scripts_list(dirs, &names);
	nearest = strv_nearest(&names, name);
	all = strv_join(&names, ", ");
	msg_error("no script '%s'", name);
	if (nearest)
		msg_hint("did you mean %s?", nearest);
	else if (names.n)
		msg_hint("there are: %s", all ? all : "");
	else
		msg_hint("no scripts are installed; $STAP_VHOST_DATADIR can say where they are");
	return STATUS_USAGE;
}

static int find_files(struct run *r, const char *name)
{
	STRV_CLEAN struct strv dirs = { 0 };

	if (!name) {
		msg_error("run: which script?");
		msg_hint("%s run --help shows examples", msg_program);
		return STATUS_USAGE;
	}
	scripts_datadirs(&dirs);
	if (scripts_find(&dirs, name, &r->script))
		return no_script(&dirs, name);
	if (scripts_tapsets(&dirs, &r->tapsets)) {
		msg_error("no directory tapsets/ beside the program or in $STAP_VHOST_DATADIR");
		return STATUS_MISSING;
	}
	return STATUS_OK;
}

static int preflight(struct run *r)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	/* what would only be printed needs no privileges */
	int ret = r->dry_run ? 0 : preflight_privileges(&p);

	if (!ret)
		ret = preflight_stap(&r->host, r->stap_name, &r->stap, &p);
	if (!ret)
		ret = preflight_headers(&r->host, &p);
	if (!ret)
		ret = preflight_modules(&r->host, &p);
	return verb_report(ret, &p);
}

static int find_debuginfo(struct run *r)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };

	r->cache = farm_cache_dir();
	if (!r->cache) {
		msg_error("no place for a cache: HOME is not set");
		msg_hint("set STAP_VHOST_CACHE");
		return STATUS_MISSING;
	}

	STRV_CLEAN struct strv extra = { 0 };
	int ret = debuginfo_wanted(r->script, &extra);

	if (!ret)
		ret = debuginfo_prepare(&r->host, r->cache, &extra, &r->debuginfo_path, &warnings,
					&p);

	if (ret && !p.what) {
		msg_errno(ret, "can't keep links to debuginfo in %s", r->cache);
		msg_hint("it must be a directory of yours that nobody else can write to; "
			 "STAP_VHOST_CACHE names another");
		return STATUS_MISSING;
	}
	for (size_t i = 0; i < warnings.n && !ret; i++)
		msg_warn("%s", warnings.v[i]);
	return verb_report(ret, &p);
}

static int assemble(struct run *r, char **args)
{
	struct quirk_facts facts = {
		.stap = r->stap.version, .kernel = r->host.kernel, .runtime = r->stap.runtime,
		.build = r->host.build, .source = r->host.source, .script = r->script,
	};
	int ret = quirks_select(&facts, &r->quirks);
	struct request q = {
		.stap = r->stap.path, .tapsets = r->tapsets, .script = r->script,
		.release = r->host.running ? NULL : r->host.release,
		.debuginfo_path = r->debuginfo_path, .quirks = &r->quirks,
		.globals = &r->globals, .args = args, .verbose = r->verbose,
	};

	if (!ret && r->quirks.runtime.n)
		ret = overlay_make(r->cache, r->stap.runtime, &r->quirks.runtime, &r->runtime);
	q.runtime = r->runtime;
	if (!ret)
		ret = command_build(&q, &r->command);
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't put the stap command together");
	return STATUS_FAILED;
}

static int execute(struct run *r)
{
	struct stderr_filter filter = { .keep_all = r->verbose > 0, .fd = STDERR_FILENO };
	struct child c = {
		.argv = r->command.argv.v, .env = r->command.env.v,
		.on_stderr = stderr_filter_line, .ctx = &filter,
	};
	STRV_CLEAN struct strv advice = { 0 };
	int status = 0, sig = 0, ret = child_run(&c, &status, &sig);

	if (ret) {
		msg_errno(ret, "can't run %s", r->stap.path);
		return STATUS_FAILED;
	}
	stderr_filter_hints(&filter, r->host.release, sig != 0, &advice);
	for (size_t i = 0; i < advice.n; i++)
		msg_hint("%s", advice.v[i]);
	return child_exit_code(status);
}

static int run(const struct verb *v, int argc, char **argv)
{
	CLEANUP(run_free) struct run r = { 0 };
	struct verb_parse p = { v, argc, argv, NULL, 0, 0 };

	if (parse(&r, &p))
		return p.status;

	int status = find_files(&r, argv[p.rest]);

	if (!status)
		status = verb_host(v, r.release, &r.host);
	if (!status)
		status = preflight(&r);
	if (!status)
		status = find_debuginfo(&r);
	if (!status)
		status = assemble(&r, argv + p.rest + 1);
	if (status)
		return status;

	FREE char *line = command_shell(&r.command);

	if (r.dry_run) {
		puts(line ? line : "");
		return line ? STATUS_OK : STATUS_FAILED;
	}
	msg_debug("%s", line ? line : "");
	return execute(&r);
}

const struct verb verb_run = {
	.name = "run",
	.args = "[OPTIONS] SCRIPT [ARGS…]",
	.summary = "Run a script with the stap, debuginfo and repairs that this host needs",
	.about =
	"SCRIPT is one of ours by its name (host-queryqemu), or the path of a file.\n"
	"ARGS are the script's own: $1, $2 …; what stands after SCRIPT is never an option.\n"
	"Ctrl-C ends the script as it would by itself, with its summary.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = run,
};
