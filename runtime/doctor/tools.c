// SPDX-License-Identifier: GPL-2.0-or-later
/* Who asks, and the programs and files that make a module of a script. */
#include "doctor/check.h"

#include <stdio.h>

#include "base/child.h"
#include "base/file.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/distro.h"
#include "host/host.h"
#include "modules/modules.h"
#include "stap/preflight.h"
#include "stap/quirks.h"

static bool in_group(const char *const *groups, const char *name)
{
	for (; *groups; groups++)
		if (!strcmp(*groups, name))
			return true;
	return false;
}

void check_privileges_of(unsigned int uid, const char *const *groups, struct check_result *r)
{
	bool usr = in_group(groups, "stapusr"), dev = in_group(groups, "stapdev");

	if (!uid) {
		check_say(r, CHECK_OK, "root");
		return;
	}
	if (usr && dev) {
		check_say(r, CHECK_OK, "uid %u, in the groups stapusr and stapdev: any script",
			  uid);
		return;
	}
	if (usr && in_group(groups, "stapsys"))
		check_say(r, CHECK_WARNING,
			  "uid %u, in the groups stapusr and stapsys: no scripts with "
			  "embedded C of their own",
			  uid);
	else if (usr)
		check_say(r, CHECK_MISSING,
			  "uid %u, in the group stapusr alone: only modules that root "
			  "installed in /lib/modules/RELEASE/systemtap",
			  uid);
	else if (dev)
		check_say(r, CHECK_MISSING,
			  "uid %u, in the group stapdev but not in stapusr, which may run "
			  "staprun",
			  uid);
	else
		check_say(r, CHECK_MISSING, "uid %u, in none of the groups stapusr and stapdev",
			  uid);
	strv_add(&r->fixes, "sudo …");
	strv_addf(&r->fixes, "usermod -a -G stapusr,stapdev $(id -un %u)", uid);
	strv_add(&r->notes,
		 "run usermod as root; it counts from the next login on, and gives the power of "
		 "root");
}

void check_privileges(const struct check_input *in, struct check_result *r)
{
	STRV_CLEAN struct strv groups = { 0 };
	static const char *const none[] = { NULL };

	(void)in;
	preflight_groups(&groups);
	check_privileges_of(geteuid(), groups.n ? (const char *const *)groups.v : none, r);
}

void check_systemtap(const struct check_input *in, struct check_result *r)
{
	char version[VERSION_TEXT];

	if (!in->stap->path || in->stap_problem->what) {
		check_say(r, CHECK_MISSING, "%s",
			  in->stap_problem->what ? in->stap_problem->what : "no stap");
		host_install_hints(in->host, PKG_STAP, &r->fixes, &r->notes);
		return;
	}
	strv_addf(&r->details, "runtime: %s", in->stap->runtime ? in->stap->runtime : "not found");
	if (version_is_set(&in->stap->version))
		check_say(r, CHECK_OK, "SystemTap %s (%s)",
			  version_text(&in->stap->version, version), in->stap->path);
	else
		check_say(r, CHECK_WARNING, "SystemTap of unknown version (%s)", in->stap->path);
}

/* Where stap looks for it: $SYSTEMTAP_STAPRUN, beside itself. NULL without stap */
static char *staprun_place(const struct stap_program *stap)
{
	const char *env = getenv("SYSTEMTAP_STAPRUN");
	FREE char *real = stap->path ? realpath(stap->path, NULL) : NULL;
	char *slash = real ? strrchr(real, '/') : NULL;

	if (env && *env)
		return strdup(env);
	return slash ? str_printf("%.*s/staprun", (int)(slash - real), real) : NULL;
}

static void compare_staprun(const struct staprun *run, const struct version *stap,
			    struct check_result *r)
{
	static const struct version strict = { 5, 0, 0 };
	char a[VERSION_TEXT], b[VERSION_TEXT];

	if (!version_is_set(&run->version) || !version_is_set(stap)) {
		check_say(r, CHECK_OK, "%s, version unknown", run->path);
		return;
	}
	version_text(&run->version, a);
	version_text(stap, b);
	if (!version_cmp(&run->version, stap)) {
		check_say(r, CHECK_OK, "%s, of SystemTap %s, like stap", run->path, a);
		return;
	}
	/* since 5.0 it refuses what another version's stap compiled */
	check_say(r, version_cmp(&run->version, &strict) < 0 ? CHECK_WARNING : CHECK_MISSING,
		  "%s is of SystemTap %s, stap of %s", run->path, a, b);
	strv_add(&r->notes,
		 "a module needs the staprun of the SystemTap that compiled it: select another "
		 "stap with --stap PATH, another staprun with SYSTEMTAP_STAPRUN in the "
		 "environment");
}

/* Those in stapusr who aren't in stapdev, by /etc/group: "alice, bob"; NULL: nobody */
static char *only_stapusr(const struct host *h)
{
	FREE char *text = check_read(h, "/etc/group");
	STRV_CLEAN struct strv usr = { 0 };
	STRV_CLEAN struct strv dev = { 0 };
	STRV_CLEAN struct strv only = { 0 };
	char *line_save = NULL, *save = NULL;

	for (char *line = text ? strtok_r(text, "\n", &line_save) : NULL; line;
	     line = strtok_r(NULL, "\n", &line_save)) {
		char *members = strrchr(line, ':');
		struct strv *to = NULL;

		if (!strncmp(line, "stapusr:", 8))
			to = &usr;
		else if (!strncmp(line, "stapdev:", 8))
			to = &dev;
		for (char *m = to && members ? strtok_r(members + 1, ",", &save) : NULL; m;
		     m = strtok_r(NULL, ",", &save))
			strv_add(to, m);
	}
	for (size_t i = 0; i < usr.n; i++)
		if (!strv_has(&dev, usr.v[i]))
			strv_add(&only, usr.v[i]);
	return only.n ? strv_join(&only, ", ") : NULL;
}

/* What is known of a version, as far as it concerns this host */
static void note_defects(const struct host *h, const struct version *v, struct check_result *r)
{
	static const struct version path_check = { 5, 5, 0 };
	FREE char *members =
		version_is_set(v) && version_cmp(v, &path_check) < 0 ? only_stapusr(h) : NULL;

	if (members)
		strv_addf(
			&r->notes,
			"before SystemTap 5.5 (f878e5a6f) a member of stapusr can load any module, "
			"by a path with '..': unless the distribution has repaired it, these "
			"members have the power of root: %s",
			members);
}

void check_staprun(const struct check_input *in, struct check_result *r)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	CLEANUP(staprun_free) struct staprun run = { 0 };
	FREE char *place = staprun_place(in->stap);

	if (!staprun_find(in->host, in->stap->path, &run, &p)) {
		compare_staprun(&run, &in->stap->version, r);
		note_defects(in->host, &run.version, r);
	} else if (place && file_exists(place)) {
		check_say(r, CHECK_MISSING, "no permission to run %s", place);
		strv_add(&r->notes, "only root and the group stapusr may run it: see privileges");
	} else {
		check_say(r, CHECK_MISSING, "no program %s", place ? place : "staprun");
		host_install_hints(in->host, PKG_RUNTIME, &r->fixes, &r->notes);
	}
}

void check_quirks(const struct check_input *in, struct check_result *r)
{
	const struct quirk_facts f = {
		.stap = in->stap->version, .kernel = in->host->kernel, .runtime = in->stap->runtime,
		.build = in->host->build, .source = in->host->source,
	};
	STRV_CLEAN struct strv ids = { 0 };

	if (!in->stap->path || in->stap_problem->what) {
		check_say(r, CHECK_UNKNOWN, "unknown without SystemTap");
		return;
	}
	for (size_t i = 0; i < n_quirks; i++) {
		STRV_CLEAN struct strv why = { 0 };
		enum quirk_verdict v = quirk_explain(&quirks[i], &f, &why);

		if (v != QUIRK_NO)
			strv_addf(&ids, "%s%s", quirks[i].id,
				  v == QUIRK_UNKNOWN ? " (some scripts)" : "");
	}
	FREE char *all = strv_join(&ids, ", ");

	if (ids.n)
		check_say(r, CHECK_OK, "%zu, which 'run' works around: %s", ids.n,
			  all ? all : "?");
	else
		check_say(r, CHECK_OK, "none");
}

void check_tested(const struct check_input *in, struct check_result *r)
{
	const struct version *s = &in->stap->version, *k = &in->host->kernel;
	char stap[VERSION_TEXT], kernel[VERSION_TEXT];

	if (!version_is_set(s) || !version_is_set(k)) {
		check_say(r, CHECK_UNKNOWN, "unknown without %s version",
			  version_is_set(s) ? "the kernel's" : "SystemTap's");
		return;
	}
	version_text(s, stap);
	version_text(k, kernel);

	FREE char *pairs = tested_pairs();

	strv_addf(&r->details, "tested: %s", pairs ? pairs : "?");
	if (tested_pair(s, k)) {
		check_say(r, CHECK_OK, "SystemTap %s with kernel %s: tested together", stap,
			  kernel);
		return;
	}
	check_say(r, CHECK_WARNING,
		  "SystemTap %s with kernel %s: not a tested pair; stap-vhost tries it", stap,
		  kernel);
}

/* The program in CONFIG_CC_VERSION_TEXT="x86_64-linux-gnu-gcc-14 (Debian …) 14.2.0", or NULL */
static char *kernels_compiler(const struct host *h)
{
	FREE char *path = NULL;
	FREE char *text = check_config_text(h, &path);
	char value[256] = "";

	if (text)
		check_config_value(text, "CONFIG_CC_VERSION_TEXT", value, sizeof(value));
	value[1 + strcspn(value + (*value != '\0'), " \"")] = '\0';
	return strstr(value, "gcc") ? strdup(value + 1) : NULL;
}

/* What the kernel's own Makefile gives to every compiler, where its configuration says so */
static const struct {
	const char *option, *flag;
} compiler_flags[] = {
	{ "CONFIG_INIT_STACK_ALL_ZERO", "-ftrivial-auto-var-init=zero" },
	{ "CONFIG_INIT_STACK_ALL_PATTERN", "-ftrivial-auto-var-init=pattern" },
	{ "CONFIG_ZERO_CALL_USED_REGS", "-fzero-call-used-regs=used-gpr" },
	{ "CONFIG_SLS", "-mharden-sls=all" },
	{ "CONFIG_MITIGATION_SLS", "-mharden-sls=all" },
};

static bool takes(const char *gcc, const char *flag)
{
	char *argv[] = { (char *)gcc, (char *)flag, "-x",	 "c", "-c",
			 "/dev/null", "-o",	    "/dev/null", NULL };
	char answer[256];
	int status = 0;

	return child_answer(argv, NULL, 5000, answer, sizeof(answer), &status) ||
	       !child_exit_code(status);
}

/* The first flag that this kernel asks for and @gcc refuses, or NULL */
static const char *refused_flag(const struct host *h, const char *gcc)
{
	FREE char *path = NULL;
	FREE char *config = check_config_text(h, &path);

	for (size_t i = 0; config && i < ARRAY_SIZE(compiler_flags); i++) {
		char value[8];

		check_config_value(config, compiler_flags[i].option, value, sizeof(value));
		if (!strcmp(value, "y") && !takes(gcc, compiler_flags[i].flag))
			return compiler_flags[i].flag;
	}
	return NULL;
}

/* Debian's headers name the compiler themselves */
static bool headers_choose(const struct host *h)
{
	FREE char *path = h->build ? str_printf("%s/.kernelvariables", h->build) : NULL;

	return path && file_exists(path);
}

/* @own: where the kernel's compiler is here, NULL: it isn't */
static void say_refused(const struct host *h, const char *flag, const char *name, const char *own,
			struct check_result *r)
{
	const char *newer = name ? name : "a newer gcc";
	const char *first = own;
	const char *package = name ? strstr(name, "gcc") : NULL;
	FREE char *command = package && !own ? host_package_command(h, package) : NULL;

	check_say(r, CHECK_MISSING,
		  "gcc doesn't know %s, which this kernel needs: it was compiled by %s%s", flag,
		  newer, own ? "" : ", which isn't installed");
	if (command)
		strv_add(&r->fixes, command);
	else if (!own)
		strv_addf(&r->notes, "install %s", newer);
	if (!own)
		first = name ? name : "the newer gcc";
	strv_addf(
		&r->notes,
		"make uses the first gcc on PATH: make that a link to %s (with "
		"update-alternatives, or in a directory of its own, first on PATH)",
		first);
}

void check_compiler(const struct check_input *in, struct check_result *r)
{
	FREE char *gcc = preflight_program("gcc");
	FREE char *make = preflight_program("make");
	FREE char *name = kernels_compiler(in->host);
	FREE char *own = name ? preflight_program(name) : NULL;

	if (name)
		strv_addf(&r->details, "the kernel was compiled by %s", name);
	if (!make || (!gcc && !own)) {
		const char *missing = make ? "gcc" : "make";

		if (!make && !gcc && !own)
			missing = "gcc, no make";
		check_say(r, CHECK_MISSING, "no program %s", missing);
		host_install_hints(in->host, PKG_COMPILER, &r->fixes, &r->notes);
	} else if (gcc && !headers_choose(in->host) && refused_flag(in->host, gcc)) {
		say_refused(in->host, refused_flag(in->host, gcc), name, own, r);
	} else if (name && !own) {
		check_say(r, CHECK_WARNING,
			  "%s, %s; the kernel was compiled by %s, which isn't installed", gcc, make,
			  name);
	} else {
		check_say(r, CHECK_OK, "%s, %s", own ? own : gcc, make);
	}
}

void check_headers(const struct check_input *in, struct check_result *r)
{
	static const char *const needed[] = { "Makefile", ".config" };
	CLEANUP(problem_free) struct problem p = { 0 };
	const struct host *h = in->host;

	if (preflight_headers(h, &p)) {
		check_say(r, CHECK_MISSING, "%s", p.what ? p.what : "none");
		host_install_hints(h, PKG_HEADERS, &r->fixes, &r->notes);
		return;
	}
	FREE char *real = realpath(h->build, NULL);
	const char *build = real ? real : h->build;

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		FREE char *path = str_printf("%s/%s", h->build, needed[i]);

		if (path && file_exists(path))
			continue;
		check_say(r, CHECK_MISSING, "%s is incomplete: it has no %s", build, needed[i]);
		strv_add(&r->notes, "if the package is installed already, reinstall it");
		host_install_hints(h, PKG_HEADERS, &r->fixes, &r->notes);
		return;
	}
	FREE char *symvers = str_printf("%s/Module.symvers", h->build);

	if (symvers && file_exists(symvers))
		check_say(r, CHECK_OK, "%s", build);
	else
		check_say(r, CHECK_WARNING,
			  "%s has no Module.symvers: the kernel's version decides about quirks",
			  build);
}
