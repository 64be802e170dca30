/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stap: what stands between a script and SystemTap. It knows the host's kernel
 * and modules, finds their debuginfo, says which repairs the local SystemTap
 * needs, and puts the command together. Nothing here prints except msg_debug();
 * what went wrong comes back as -errno or as a struct problem.
 */
#ifndef STAP_H
#define STAP_H

#include "base/base.h"

/* One thing that is in the way, and what to do about it */
struct problem {
	char *what;
	struct strv hints;
};

/* Sets what and the first hint, which may be NULL; takes both, frees what was there */
void problem_set(struct problem *p, char *what, char *hint);
void problem_free(struct problem *p);

/* Versions (version.c; what compares them is base's) */

/* The version in what 'stap --version' or 'staprun -V' prints */
bool version_of_stap(const char *output, struct version *v);

/* The host (host/host.c) */

struct host {
	char *root;		/* in front of every path below: "" except in tests */
	char *release;		/* the kernel that it's about */
	bool running;		/* that kernel is the one that runs */
	struct version kernel;
	char *build;		/* its headers' directory, NULL when there is none */
	char *source;		/* the part of them that Debian keeps apart, or NULL */
};

/*
 * @root is "" for this machine. @release NULL means the running kernel.
 * -ENOENT: no kernel runs there, as far as can be seen.
 */
int host_init(struct host *h, const char *root, const char *release);
/* A release names directories: one that could climb out of them is none */
bool host_release_ok(const char *s);
void host_free(struct host *h);
char *host_path(const struct host *h, const char *fmt, ...) PRINTF(2, 3);
/*
 * @path with the links at its end followed inside of @h's root, where links
 * that start with / would lead out of it. Takes @path. NULL when there is no
 * such file.
 */
char *host_resolve(const struct host *h, char *path);

/* Installing things (host/distro.c) */

enum host_pkg { PKG_STAP, PKG_HEADERS, PKG_DEBUGINFO, PKG_COMPILER, PKG_DEBUGINFOD, PKG_RUNTIME, PKG_N };

/* How to install @pkg on this distribution, in one line; the caller frees it */
char *host_install_hint(const struct host *h, enum host_pkg pkg);
/* All of it: what to type, one after the other, and what to know */
void host_install_hints(const struct host *h, enum host_pkg pkg, struct strv *commands,
			struct strv *notes);
/* The command that installs package @name, if the package manager knows it; else NULL */
char *host_package_command(const struct host *h, const char *name);
/* That the distribution has a debuginfod server; NULL when it has none */
char *host_debuginfod_hint(const struct host *h);

/* ELF files (host/elf.c, which alone knows elfutils) */

struct build_id {
	unsigned char b[64];
	size_t len;		/* 0: not known */
};

struct elf_facts {
	struct build_id id;
	bool has_dwarf;		/* .debug_info that holds something */
};

/* What is no ELF file, not a whole one, or can't be decompressed here is an error */
int elf_facts(const char *path, struct elf_facts *f);
/* The -errno of elf_facts() in words, to stand after the file's name and a colon */
const char *elf_why_not(int err);
/* The machine it is for, "x86_64", and section .modinfo as it is; the caller frees *@text */
int elf_modinfo(const char *path, char arch[32], char **text, size_t *len);
/* From raw notes as sysfs has them; -ENODATA when there is none in it */
int elf_notes_build_id(const void *notes, size_t len, struct build_id *id);
bool build_id_eq(const struct build_id *a, const struct build_id *b);
#define BUILD_ID_TEXT (2 * 64 + 1)
const char *build_id_text(const struct build_id *id, char text[BUILD_ID_TEXT]);

/* Kernel modules (host/module.c) */

#define MODULE_NAME 64		/* more than the kernel's own limit */

struct module {
	char name[MODULE_NAME];
	char *rel;		/* kernel/drivers/vhost/vhost.ko.xz, NULL: no such file */
	char *path;		/* the same from the root on */
	bool builtin, loaded;
	struct build_id id;
};

/* -ENOENT when the kernel has it neither as a file nor built in */
int module_find(const struct host *h, const char *name, struct module *m);
void module_free(struct module *m);
/* From sysfs; -ENOENT when it isn't loaded, -ENODATA when it has none */
int module_loaded_build_id(const struct host *h, const char *name, struct build_id *id);
/* Likewise of the kernel that runs */
int module_kernel_build_id(const struct host *h, struct build_id *id);
/* The files below @dir that are named as the module's would be: NAME.ko, NAME.ko.debug … */
void module_walk(const char *dir, const char *name, struct strv *found);

/* Debuginfo (host/debuginfo.c) */

struct debuginfod;

/*
 * The file with the DWARF of @m (NULL: of the kernel itself, whose build-id
 * is @id, of length 0 where it can't be known), as far as this machine has it.
 * Files that look right and are not are named in @refused. -ENOENT when there is none.
 */
int debuginfo_find(const struct host *h, const struct module *m, const struct build_id *id,
		   char **path, struct strv *refused);
/* The same; at the end @server is asked, NULL: none. -EINTR when that was interrupted */
int debuginfo_find_or_fetch(const struct host *h, const struct module *m,
			    const struct build_id *id, struct debuginfod *server, char **path,
			    struct strv *refused);

/* host/debuginfo-prepare.c */

/*
 * Finds the debuginfo of all that the scripts probe and links it below @cache,
 * where stap is told to look. *@search_path is for SYSTEMTAP_DEBUGINFO_PATH.
 * @extra: modules, or "kernel", that this script can't do without; may be NULL.
 * Fills @p when something is missing or wrong. @warnings are things to say and go on.
 */
int debuginfo_prepare(const struct host *h, const char *cache, const struct strv *extra,
		      char **search_path, struct strv *warnings, struct problem *p);
/* What the script's .meta names, for @extra */
int debuginfo_wanted(const char *script, struct strv *names);

/* Data (host/debuginfo-table.c), each to a row of NULL */
struct debuginfo_layout {
	const char *who, *path;
};

extern const struct debuginfo_layout debuginfo_module_layouts[], debuginfo_kernel_layouts[],
	debuginfo_build_layouts[];
extern const char *const debuginfo_trees[];	/* to be searched whole */

/* Whose debuginfo the scripts need */
struct debuginfo_target {
	const char *module;
	bool may_lack;		/* not every script probes it */
};

extern const struct debuginfo_target debuginfo_targets[];

/* Servers (host/debuginfod.c, which alone knows libdebuginfod) */

struct debuginfod {
	const char *urls;	/* $DEBUGINFOD_URLS, NULL: not set */
	void *client;
	int answer;		/* what it came to in the end, -errno; 0: nothing failed */
	bool silent;		/* no use to ask again */
};

void debuginfod_init(struct debuginfod *d);
void debuginfod_close(struct debuginfod *d);
/* *@path is a file of the library's own cache, the caller's to check and to free */
int debuginfod_fetch(struct debuginfod *d, const char *what, const struct build_id *id, char **path);
/* What came of it, as a hint; NULL: there was nothing to ask */
char *debuginfod_answer(const struct debuginfod *d, const struct host *h);

/* The running kernel's build-id; of another's nothing is known, its length is 0 */
void debuginfo_kernel_id(const struct host *h, struct build_id *id);

/* The cache directory (host/debuginfo-links.c) */

/*
 * $STAP_VHOST_CACHE; else for root /var/cache/stap-vhost, whatever HOME sudo
 * left; else stap-vhost below $XDG_CACHE_HOME or ~/.cache. NULL without memory
 * or HOME.
 */
char *farm_cache_dir(void);
/* Makes it, 0700; -EPERM when somebody else could put files there */
int farm_open(const char *cache);
/* CACHE/debug/.build-id/xx/yyyy.debug -> @target; safe against others who do the same */
int farm_link(const char *cache, const struct build_id *id, const char *target);

/* Quirks (quirks.c, quirks-table.c) */

enum quirk_where {
	IN_RUNTIME = 1,		/* a file of SystemTap's runtime directory */
	IN_SYMVERS,		/* a symbol that the kernel exports */
	IN_BUILD,		/* a file of the kernel's headers */
	IN_SCRIPT,		/* the script's own text */
};

/* How one sees that a quirk is there */
struct quirk_sign {
	enum quirk_where where;
	const char *file;	/* for IN_RUNTIME and IN_BUILD */
	const char *text;
	bool absent;		/* the text must not be there */
	/* when the file can't be read: the kernels that have the sign; none given: all */
	struct version_range kernels[3];
};

enum quirk_remedy_kind {
	REMEDY_FLAG = 1,	/* one argument for stap */
	REMEDY_ENV,		/* NAME=VALUE for stap's environment */
	REMEDY_RUNTIME,		/* a file of quirks/ in the place of the runtime's own, -R */
};

struct quirk_remedy {
	enum quirk_remedy_kind kind;
	const char *value;
};

struct quirk {
	const char *id;
	const char *repairs;		/* what a user sees without the remedy */
	const char *commit;		/* the kernel's, that made it necessary; NULL: none did */
	const char *releases;		/* those that took the commit */
	struct version stap_below;	/* SystemTap that no longer has it; 0.0.0: all have it */
	struct quirk_sign signs[4];	/* all must be there */
	struct quirk_remedy remedies[4];
};

extern const struct quirk quirks[];
extern const size_t quirks_n;

/* What the signs are looked for in; NULL: not known */
struct quirk_facts {
	struct version stap, kernel;
	const char *runtime, *build, *source, *script;
};

/* Whether a kernel of this version has the sign, where nothing can be read */
bool quirk_by_version(const struct quirk_sign *s, const struct version *kernel);
bool quirk_applies(const struct quirk *q, const struct quirk_facts *f);
/* Whether the sign's text is there: 1, 0, or -errno when that can't be told */
int quirk_sign_found(const struct quirk_sign *s, const struct quirk_facts *f);

enum quirk_verdict { QUIRK_NO, QUIRK_YES, QUIRK_UNKNOWN };
/*
 * The same as quirk_applies() in words (quirks-explain.c): what was found of each
 * sign is added to @reasons. Unknown: it depends on a script that isn't given, or
 * on a version that nobody knows.
 */
enum quirk_verdict quirk_explain(const struct quirk *q, const struct quirk_facts *f,
				 struct strv *reasons);
/* The ids of those that apply, and what they ask for */
struct quirk_result {
	struct strv ids, flags, env, runtime;
};
int quirks_select(const struct quirk_facts *f, struct quirk_result *r);
/* What staprun's environment needs, whatever the host is */
int quirks_run_env(struct strv *env);
void quirk_result_free(struct quirk_result *r);

/* The files of quirks/ (quirks-files.c): they are in the program itself */
struct quirk_file {
	const char *name;	/* its path in SystemTap's runtime directory */
	const char *text;
	size_t len;
};

const struct quirk_file *quirk_file(const char *name);

/*
 * SystemTap's @runtime with @files, of quirks/, in the place of its own, as a
 * directory of links below @cache (overlay.c): *@tree is for stap -R. The
 * directory is named by what is in it, because SystemTap's cache looks at a
 * runtime's name and not at its files.
 */
int overlay_make(const char *cache, const char *runtime, const struct strv *files, char **tree);

/* Our own scripts and tapsets (scripts.c) */

#ifndef DATADIR
#define DATADIR "/usr/local/share"
#endif

/* Directories that may hold scripts/ and tapsets/, best first */
int scripts_datadirs(struct strv *dirs);
/* -ENOENT when no directory has it; @path is the caller's to free */
int scripts_find(const struct strv *dirs, const char *name, char **path);
int scripts_tapsets(const struct strv *dirs, char **path);
/* The file @name of the data; a source tree has it in share/ */
int scripts_data(const struct strv *dirs, const char *name, char **path);
/* Names, without .stp, sorted */
void scripts_list(const struct strv *dirs, struct strv *names);

/* What there is to choose from, for completion (host/kernels.c); sorted */

/* Kernels with modules below @root */
int choices_releases(const char *root, struct strv *releases);
/* The processes that are QEMUs */
int choices_qemus(const char *root, struct strv *pids);

/* What NAME.meta says of a script (meta.c) */

struct meta {
	struct strv fields, values;	/* pairs, in the file's order */
};

/* @script is the path of the .stp; -ENOENT when it has no .meta */
int meta_read(const char *script, struct meta *m);
/* NULL when the field isn't there. Fields that are ours, beside SystemTap's own:
 *   load_args: GLOBAL    words without '=' are joined by ',' into this global when
 *                        the module is loaded; NAME=VALUE words set global NAME
 *   x-stapusr: yes       members of stapusr may load its module: it shows a user his own
 *                        guests alone, and no address of the kernel's
 *   debuginfo: NAME...   what the script probes beyond vhost: a module, or "kernel"
 */
const char *meta_get(const struct meta *m, const char *field);
/* Whether @script's .meta says x-stapusr: yes */
bool meta_for_stapusr(const char *script);
void meta_free(struct meta *m);

/* Before stap runs (preflight.c): each check fills @p and returns -errno */

struct stap_program {
	char *path;		/* as it is to be run */
	char *runtime;		/* its runtime directory, NULL: not found */
	struct version version;	/* 0.0.0: it doesn't say */
};

int preflight_privileges(struct problem *p);
/* The names of our groups, "" for one without */
void preflight_groups(struct strv *names);
/* The program as execvp() would find it, the caller frees it; NULL: there is none */
char *preflight_program(const char *name);
/* The same for made-up people: @groups NULL-terminated */
bool preflight_may_run_stap(uid_t euid, const char *const *groups);
int preflight_stap(const struct host *h, const char *wanted, struct stap_program *s,
		   struct problem *p);
/* As execvp() would find it; the caller frees it */
char *preflight_program(const char *name);
void stap_program_free(struct stap_program *s);
int preflight_headers(const struct host *h, struct problem *p);
int preflight_modules(const struct host *h, struct problem *p);
/* -ENOENT fills @p: module @name is not loaded */
int preflight_loaded(const struct host *h, const char *name, struct problem *p);

/* The command (cmdline.c) */

struct request {
	const char *stap, *tapsets, *script;
	const char *module;	/* compile to MODULE.ko where stap is started, NULL: run */
	const char *release;	/* for -r, NULL: the running kernel */
	const char *debuginfo_path;
	const char *runtime;	/* for -R, NULL: SystemTap's own */
	const struct quirk_result *quirks;
	const struct strv *globals;
	char *const *args;	/* NULL-terminated */
	unsigned int verbose;
};

struct command {
	struct strv argv, env;
};

int command_build(const struct request *r, struct command *c);
/* "env NAME=VALUE… stap …", quoted for a shell */
char *command_shell(const struct command *c);
void command_free(struct command *c);
/* NAME=VALUE with a NAME that can be a script's global */
bool command_global_ok(const char *s);

/* What stap says on its standard error (output.c, hints.c) */

struct hint {
	/* RAN: of a script that ran, so that it's worth saying after Ctrl-C too */
	enum { FAILED, RAN } when;
	const char *says;	/* part of a line of stap's */
	const char *hint;	/* what to do; @REL@ is the kernel's release */
};

extern const struct hint hints[];
extern const size_t hints_n;

/* A warning of stap's that is written once in a run of ours, with what it means */
struct aside {
	const char *says, *means;
};

extern const struct aside asides[];
extern const size_t asides_n;

struct stderr_filter {
	bool keep_all;		/* -v: the noise too */
	bool error_seen;	/* a line that says ERROR: went through */
	unsigned int lost;	/* lines that say that output can't be written */
	unsigned long long hinted;	/* bit n: hints[n] was recognised */
	int fd;			/* where the lines go */
};

/*
 * One line of stap's; for struct child's on_stderr: true when the output can't
 * be written any more
 */
bool stderr_filter_line(void *filter, const char *line, size_t len);
/* Whether the line only repeats what an ERROR line before it said */
bool stderr_is_noise(const char *line);
/* The recognised hints as text. What broke because it was interrupted needs none. */
void stderr_filter_hints(const struct stderr_filter *f, const char *release, bool interrupted,
			 struct strv *out);

#endif
