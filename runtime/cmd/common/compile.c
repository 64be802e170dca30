// SPDX-License-Identifier: GPL-2.0-or-later
/* From a script to a module and its manifest, by the stap of this host. */
#include "cmd/common/module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/child.h"
#include "base/file.h"
#include "base/guard.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "cmd/common/host.h"
#include "doctor/check.h"
#include "host/cache-dir.h"
#include "host/debuginfo.h"
#include "host/host.h"
#include "modules/modules.h"
#include "stap/command.h"
#include "stap/output.h"
#include "stap/preflight.h"
#include "stap/quirks.h"
#include "stap/scripts.h"
#include "verb/verb.h"

#define LINES_MAX 20000

#ifndef VERSION
#define VERSION "0"
#endif

/* The first of what to type, else of what to do */
static const char *way_out(const struct check_result *r)
{
	if (r->fixes.n)
		return r->fixes.v[r->fixes.n - 1];
	return r->notes.n ? r->notes.v[0] : NULL;
}

/* What would be missing next, so that it needn't be found one failed run at a time */
static void say_what_else(const struct compile *c, const char *said)
{
	static const char *const ids[] = { "systemtap", "compiler", "headers", "debuginfo" };
	const struct problem none = { 0 };
	const struct check_input in = {
		.host = &c->job->host, .stap = &c->stap, .stap_problem = &none,
		.cache = c->job->cache,
	};
	bool before = true;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		CLEANUP(check_result_free) struct check_result r = { 0 };
		const struct check *check = check_by_id(ids[i]);

		before &= strcmp(ids[i], said) != 0;
		if (!strcmp(ids[i], said) || (before && !strcmp(ids[i], "systemtap")) ||
		    check_run(check, &in, &r) || r.state != CHECK_MISSING)
			continue;
		const char *way = way_out(&r);

		msg_hint("missing too: %s: %s%s%s", ids[i], r.found, way ? ": " : "",
			 str_empty(way));
	}
	if (c->job->host.running)
		msg_hint("%s doctor checks everything that is needed", msg_program);
	else
		msg_hint("%s doctor -r %s checks everything that is needed", msg_program,
			 c->job->host.release);
}

static int preflight(struct compile *c)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	const struct host *h = &c->job->host;
	int ret = preflight_stap(h, c->job->options->stap, &c->stap, &p);

	const char *what = "systemtap";

	if (!ret) {
		ret = preflight_headers(h, &p);
		what = "headers";
	}
	if (!ret) {
		ret = preflight_modules(h, &p);
		what = "vhost";
	}
	verb_report(ret, &p);
	if (ret)
		say_what_else(c, what);
	return ret ? STATUS_MISSING : STATUS_OK;
}

static int find_debuginfo(struct compile *c)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };
	const char *cache = c->job->cache;
	STRV_CLEAN struct strv extra = { 0 };
	int ret = meta_debuginfo(c->job->source.path, &extra);

	if (!ret)
		ret = debuginfo_prepare(&c->job->host, cache, &extra, &c->debuginfo_path,
					&warnings, &p);

	if (ret && !p.what) {
		msg_errno(ret, "can't keep links to debuginfo in %s", cache);
		msg_hint("set STAP_VHOST_CACHE to a directory of yours that no other user can "
			 "write to, with free space");
		return STATUS_MISSING;
	}
	for (size_t i = 0; i < warnings.n && !ret; i++)
		msg_warn("%s", warnings.v[i]);
	verb_report(ret, &p);
	if (ret)
		say_what_else(c, "debuginfo");
	return ret ? STATUS_MISSING : STATUS_OK;
}

/* What is compiled in: for a module as the key has it, else all that was said */
static void words_of(const struct compile *c, bool into_module, struct strv *globals,
		     struct strv *args)
{
	const struct script_key *s = &c->job->source;
	const struct module_options *w = c->job->options;

	if (!into_module) {
		strv_add_all(globals, &w->globals);
		for (char *const *a = w->args; a && *a; a++)
			strv_add(args, *a);
		return;
	}
	for (size_t i = 0; i < s->words.n; i++) {
		if (!strcmp(s->words.v[i], "-G") && i + 1 < s->words.n)
			strv_add(globals, s->words.v[++i]);
		else if (!strcmp(s->words.v[i], "--"))
			for (i++; i < s->words.n; i++)
				strv_add(args, s->words.v[i]);
	}
}

static int assemble(struct compile *c, bool into_module)
{
	const struct module_job *j = c->job;
	STRV_CLEAN struct strv globals = { 0 };
	STRV_CLEAN struct strv args = { 0 };
	static char *const none[] = { NULL };
	struct quirk_facts facts = {
		.stap = c->stap.version, .kernel = j->host.kernel, .runtime = c->stap.runtime,
		.build = j->host.build, .source = j->host.source, .script = j->source.path,
	};
	int ret = quirks_select(&facts, &c->quirks);

	words_of(c, into_module, &globals, &args);

	/* stap starts in another directory; a person types what he typed */
	const char *script = into_module ? j->source.path : j->script_path;
	const char *module = into_module ? j->source.module : NULL;
	const char *release = j->host.running ? NULL : j->host.release;
	struct request q = {
		.stap = c->stap.path, .tapsets = j->tapsets, .script = script, .module = module,
		.release = release, .debuginfo_path = c->debuginfo_path, .quirks = &c->quirks,
		.globals = &globals, .args = args.n ? args.v : none, .verbose = j->options->verbose,
	};

	if (!ret && (globals.broken || args.broken))
		ret = -ENOMEM;
	if (!c->stap.runtime && c->quirks.runtime.n)
		msg_debug("SystemTap's runtime directory was not found: %s stays as it is",
			  c->quirks.runtime.v[0]);
	else if (!ret && c->quirks.runtime.n)
		ret = overlay_make(j->cache, c->stap.runtime, &c->quirks.runtime, &c->runtime);
	q.runtime = c->runtime;
	if (!ret)
		ret = command_build(&q, &c->command);
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't assemble the stap command");
	return STATUS_FAILED;
}

/*
 * stap keeps what it found out about the kernel in ~/.systemtap, and makes that
 * even for --version. Not in the user's home: in our cache, which we make
 * before stap does, for this process alone.
 */
static void give_stap_a_home(const struct module_job *j)
{
	FREE char *dir = str_printf("%s/systemtap", j->cache);

	if (dir && !cache_dir_open(j->cache))
		setenv("SYSTEMTAP_DIR", dir, 0);
}

int compile_prepare(struct compile *c, struct module_job *j, bool into_module)
{
	c->job = j;
	if (!j->cache)
		return module_no_cache();
	give_stap_a_home(j);

	int status = preflight(c);

	if (!status)
		status = find_debuginfo(c);
	if (!status)
		status = assemble(c, into_module);
	return status;
}

/*
 * What stap says, kept until it has ended, unless -v: of a full disk the fifty
 * lines that gcc and make have to say about it are noise
 */
struct words {
	struct stderr_filter filter;
	struct strv lines;
	bool disk_full;
};

static bool hear(void *ctx, const char *line, size_t len)
{
	struct words *w = ctx;

	if (w->lines.n < LINES_MAX)
		strv_addf(&w->lines, "%.*s", (int)len, line);
	if (memmem(line, len, "No space left on device", 23))
		w->disk_full = true;
	if (w->filter.keep_all)
		stderr_filter_line(&w->filter, line, len);
	return false;
}

static void repeat_words(struct words *w)
{
	for (size_t i = 0; i < w->lines.n && !w->filter.keep_all; i++)
		stderr_filter_line(&w->filter, w->lines.v[i], strlen(w->lines.v[i]));
}

/* The log of a build that failed with an untested pair, where a user can find it */
static void keep_log(const struct compile *c, const struct words *w)
{
	const struct module_job *j = c->job;
	FREE char *dir = str_printf("%s/log", j->cache);
	FREE char *to = str_printf("%s/log/%s-%s.log", j->cache, j->source.module, j->host.release);
	FREE char *line = command_shell(&c->command);
	FREE char *said = strv_join(&w->lines, "\n");
	FREE char *text = str_printf("%s\n%s\n", str_empty(line), str_empty(said));
	FREE char *pairs = tested_pairs();
	char version[VERSION_TEXT];

	if (tested_pair(&c->stap.version, &j->host.kernel) || !dir || !to || !text ||
	    file_mkdir_p(dir) || file_write(to, text, strlen(text)))
		return;
	msg_hint("SystemTap %s with Linux %u.%u is not among the tested pairs (%s): please report "
		 "it, with %s", version_text(&c->stap.version, version), j->host.kernel.major,
		 j->host.kernel.minor, str_empty(pairs), to);
}

static int failed(const struct compile *c, struct words *w, int status, int sig)
{
	STRV_CLEAN struct strv advice = { 0 };

	if (w->disk_full && !sig) {
		msg_error("can't build in %s: the disk is full", c->job->cache);
		msg_hint("a build takes some 20 MB: make room, or set STAP_VHOST_CACHE to another "
			 "directory");
		return STATUS_MISSING;
	}
	repeat_words(w);
	stderr_filter_hints(&w->filter, c->job->host.release, sig != 0, &advice);
	for (size_t i = 0; i < advice.n; i++)
		msg_hint("%s", advice.v[i]);
	if (!sig)
		keep_log(c, w);
	/* interrupted in the moment in which it was done */
	return child_exit_code(status) ? child_exit_code(status) : 128 + sig;
}

static int run_stap(struct compile *c, const char *dir, const char *tmp, const struct guard *g)
{
	FREE char *line = command_shell(&c->command);
	STRV_CLEAN struct strv env = { 0 };
	struct words w = {
		.filter = { .keep_all = c->job->options->verbose > 0, .fd = STDERR_FILENO },
	};
	int status = 0, sig = 0;

	strv_add_all(&env, &c->command.env);
	strv_addf(&env, "TMPDIR=%s", tmp);
	if (env.broken) {
		msg_errno(-ENOMEM, "can't run %s", c->stap.path);
		return STATUS_FAILED;
	}
	msg_debug("%s", str_empty(line));

	struct child child = {
		.argv = c->command.argv.v, .env = env.v, .on_stderr = hear, .ctx = &w,
		.dir = dir, .mute = true, .guard = g,
	};
	int ret = child_run(&child, &status, &sig);

	if (ret) {
		msg_errno(ret, "can't run %s", c->stap.path);
		ret = STATUS_FAILED;
	} else if (status || sig) {
		ret = failed(c, &w, status, sig);
	} else {
		repeat_words(&w);	/* warnings */
	}
	strv_free(&w.lines);
	return ret;
}

static int describe(struct compile *c, const char *dir)
{
	struct module_job *j = c->job;
	CLEANUP(manifest_free) struct manifest m = { 0 };
	CLEANUP(modinfo_free) struct modinfo info = { 0 };
	FREE char *ko = str_printf("%s/%s.ko", dir, j->source.module);
	FREE char *json = str_printf("%s/%s.json", dir, j->source.module);
	int ret = ko && json ? modinfo_read(ko, &info) : -ENOMEM;

	if (ret) {
		msg_errno(ret, "stap made no loadable module: %s", str_known(ko));
		return STATUS_FAILED;
	}
	ret = facts_of_files(&j->host, j->source.debuginfo, &m.facts);
	if (!ret)
		ret = hash_file(ko, m.sha256);
	m.facts.systemtap = c->stap.version;
	memcpy(m.facts.arch, info.arch, sizeof(m.facts.arch));
	memcpy(m.facts.sources, j->source.sources, sizeof(m.facts.sources));
	memcpy(m.key, j->source.key, sizeof(m.key));
	memcpy(m.name, j->source.module, sizeof(m.name));
	m.script = strdup(j->source.name);
	m.load_args = j->source.load_args ? strdup(j->source.load_args) : NULL;
	m.vermagic = strdup(info.vermagic);
	m.stap_vhost = strdup(VERSION);
	strv_add_all(&m.args, &j->source.words);
	if (!ret)
		ret = manifest_write(json, &m);
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't write %s", json);
	msg_hint("set STAP_VHOST_CACHE to another directory");
	return STATUS_MISSING;
}

int compile_run(struct compile *c, const char *dir, const char *tmp, const struct guard *g)
{
	int status = run_stap(c, dir, tmp, g);

	return status ? status : describe(c, dir);
}

void compile_free(struct compile *c)
{
	stap_program_free(&c->stap);
	quirk_result_free(&c->quirks);
	free(c->debuginfo_path);
	free(c->runtime);
	command_free(&c->command);
}
