// SPDX-License-Identifier: GPL-2.0-or-later
/* Modules for this kernel or another: in the cache, in a directory, in a bundle. */
#include "cmd/common/module.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "modules/modules.h"
#include "stap/scripts.h"
#include "verb/verb.h"

struct build {
	struct module_options options;
	struct strv releases, scripts;
	const char *out, *bundle;
	bool all, stapusr;
	/* of each that was built */
	struct strv made_release, made_dir, made_name;
};

#define AT(member) offsetof(struct build, member)

static const struct verb_opt opts[] = {
	{ 'r', "release", "RELEASE",
	  "for this kernel, which need not be the running one; may\n"
	  "be repeated", { OPTION_LIST, AT(releases) } },
	{ VERB_LONG, "all", NULL, "all installed scripts", { OPTION_FLAG, AT(all) } },
	{ VERB_LONG, "stapusr", NULL,
	  "the installed scripts that members of stapusr may run: they\n"
	  "show users only their own guests", { OPTION_FLAG, AT(stapusr) } },
	{ 'o', "output", "DIR",
	  "copy NAME.ko and NAME.json there; with several kernels,\n"
	  "into DIR/RELEASE", { OPTION_TEXT, AT(out) } },
	{ VERB_LONG, "bundle", "FILE",
	  "write all modules to one file, a tar packed with zstd, for\n"
	  "machines without a compiler: stap-vhost run --bundle", { OPTION_TEXT, AT(bundle) } },
	{ VERB_LONG, "rebuild", NULL, "compile, even when there is a module that fits",
	  { OPTION_FLAG, AT(options.rebuild) } },
	{ 'v', "verbose", NULL, "show what is searched and chosen; twice: stap is verbose too",
	  { OPTION_COUNT, AT(options.verbose) } },
	VERB_STAP_ROW(struct build, options.stap),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost build host-queryqemu", "makes the first run quick" },
	{ "stap-vhost build -r 6.1.0-56-amd64 -r 6.12.117+deb13-amd64 --all --bundle vhost.tar.zst",
	  "one file for hosts of two kernels" },
	{ "stap-vhost build --stapusr -o /lib/modules/$(uname -r)/systemtap",
	  "the directory from which members of stapusr may load modules" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "all modules were built; their paths are on standard output" },
	{ "1", "stap failed (any other small number: stap's own)" },
	{ "2", "wrong option, script name or release" },
	{ "3", "something is missing: stap, kernel headers, debuginfo, disk space" },
	{ 0 },
};

static void build_free(struct build *b)
{
	strv_free(&b->releases);
	strv_free(&b->scripts);
	strv_free(&b->made_release);
	strv_free(&b->made_dir);
	strv_free(&b->made_name);
}

static int parse(struct build *b, struct verb_parse *p)
{
	if (verb_opts(p))
		return -EINVAL;
	msg_verbose = b->options.verbose > 0;
	for (int i = p->rest; i < p->argc; i++)
		strv_add(&b->scripts, p->argv[i]);
	return 0;
}

/* All that are installed, or those for stapusr */
static void list_scripts(struct build *b)
{
	STRV_CLEAN struct strv dirs = { 0 };
	STRV_CLEAN struct strv names = { 0 };

	scripts_datadirs(&dirs);
	scripts_list(&dirs, &names);
	for (size_t i = 0; i < names.n; i++) {
		FREE char *path = NULL;

		if (!b->stapusr ||
		    (!scripts_find(&dirs, names.v[i], &path) && meta_for_stapusr(path)))
			strv_add(&b->scripts, names.v[i]);
	}
}

static int find_scripts(struct build *b)
{
	if ((b->all || b->stapusr) && !b->scripts.n) {
		list_scripts(b);
		if (b->scripts.n)
			return STATUS_OK;
		msg_error(b->stapusr ? "build: no script for members of stapusr is installed" :
				       "build: no scripts are installed");
		msg_hint("set STAP_VHOST_DATADIR to the directory that has scripts/ and tapsets/");
		return STATUS_MISSING;
	}
	if (b->scripts.n && !b->all && !b->stapusr)
		return STATUS_OK;
	if (b->stapusr)
		msg_error("build: --stapusr and names of scripts don't go together");
	else if (b->all)
		msg_error("build: --all and names of scripts don't go together");
	else
		msg_error("build: no script given");
	msg_hint("%s build --help shows examples", msg_program);
	return STATUS_USAGE;
}

/* DIR, or DIR/RELEASE; others may read what is in it */
static char *out_dir(const struct build *b, const char *release)
{
	char *dir = b->releases.n > 1 ? str_printf("%s/%s", b->out, release) : strdup(b->out);

	/* file_mkdir_p() makes directories for ourselves alone */
	if (dir && ((mkdir(b->out, 0755) && errno != EEXIST) ||
		    (mkdir(dir, 0755) && errno != EEXIST))) {
		msg_errno(errno, "can't make directory %s", dir);
		free(dir);
		return NULL;
	}
	return dir;
}

/* The manifest last: without one, half a copy is no module */
static int copy_out(const struct module_job *j, const char *dir)
{
	FREE char *ko = str_printf("%s/%s.ko", dir, j->source.module);
	FREE char *json = str_printf("%s/%s.json", dir, j->source.module);
	int ret = ko && json ? 0 : -ENOMEM;

	if (!ret && unlink(json) && errno != ENOENT)
		ret = -errno;
	if (!ret)
		ret = file_copy(j->entry.ko, ko);
	if (!ret)
		ret = file_copy(j->entry.json, json);
	if (ret) {
		msg_errno(ret, "can't write %s", ko ? ko : dir);
		return STATUS_MISSING;
	}
	puts(ko);
	return STATUS_OK;
}

/* Where staprun lets members of stapusr load from */
static bool is_for_stapusr(const char *dir)
{
	FREE char *real = realpath(dir, NULL);
	const char *is = real ? real : dir;

	return strstr(is, "/lib/modules/") && str_ends_with(is, "/systemtap");
}

/* A module there is every member's to load: what it shows him is up to the script */
static int check_place(const struct module_job *j, const char *dir)
{
	if (!is_for_stapusr(dir) || meta_for_stapusr(j->source.path))
		return STATUS_OK;
	msg_error(
		"build: %s: not copied to %s: members of stapusr load from there, and its .meta "
		"has no 'x-stapusr: yes'",
		j->source.name, dir);
	msg_hint(
		"only scripts that show users their own guests alone, and no address of the "
		"kernel, have that; root and members of stapdev need no module there");
	return STATUS_USAGE;
}

static int hand_out(struct build *b, const struct module_job *j)
{
	FREE char *dir = NULL;

	strv_add(&b->made_release, j->host.release);
	strv_add(&b->made_dir, j->entry.dir);
	strv_add(&b->made_name, j->source.module);
	if (!b->out) {
		puts(j->entry.ko);
		return STATUS_OK;
	}
	dir = out_dir(b, j->host.release);
	if (!dir)
		return STATUS_MISSING;

	int status = check_place(j, dir);

	return status ? status : copy_out(j, dir);
}

static int build_one(struct build *b, const char *script, const char *release)
{
	CLEANUP(module_job_free) struct module_job j = { .entry = { .lock = -1 } };
	int status;

	b->options.script = script;
	b->options.release = release;
	status = module_find_sources(&j, &b->options);
	if (!status && !j.source.path) {
		msg_error("build: script %s is not installed, only a module of it", script);
		return STATUS_USAGE;
	}
	if (!status)
		module_clean_up(&j);
	if (!status)
		status = module_get(&j);
	return status ? status : hand_out(b, &j);
}

static int write_bundle(const struct build *b)
{
	int ret = bundle_write(b->bundle, &b->made_release, &b->made_dir, &b->made_name);

	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't write %s", b->bundle);
	return STATUS_MISSING;
}

static int build_all(struct build *b)
{
	static char *running[] = { NULL, NULL };
	char **releases = b->releases.n ? b->releases.v : running;
	size_t n = b->releases.n ? b->releases.n : 1;

	for (size_t r = 0; r < n; r++) {
		for (size_t s = 0; s < b->scripts.n; s++) {
			if (n * b->scripts.n > 1)
				module_progress("%zu of %zu: %s", r * b->scripts.n + s + 1,
						n * b->scripts.n, b->scripts.v[s]);
			int status = build_one(b, b->scripts.v[s], releases[r]);

			if (status)
				return status;
		}
	}
	return b->bundle ? write_bundle(b) : STATUS_OK;
}

static int build(const struct verb *v, int argc, char **argv)
{
	CLEANUP(build_free) struct build b = { 0 };
	struct verb_parse p = { v, argc, argv, &b };

	if (parse(&b, &p))
		return p.status;

	int status = find_scripts(&b);

	return status ? status : build_all(&b);
}

VERB = {
	.name = "build",
	.place = 8,
	.args = "[OPTIONS] SCRIPT…",
	.summary = "Compile scripts to modules, for this kernel or for others",
	.about =
	"A module is two files: NAME.ko, and NAME.json, which records its kernel, its\n"
	"SystemTap and its sources. 'run' compares that with the host before it loads a\n"
	"module. The arguments of a run (process ids, options) are not part of the module.",
	.opts = opts,
	.examples = examples,
	.statuses = statuses,
	.run = build,
};
