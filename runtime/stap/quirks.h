/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the local SystemTap gets wrong with this kernel, and what repairs it. */
#ifndef STAP_QUIRKS_H
#define STAP_QUIRKS_H

#include "base/base.h"
#include "base/strv.h"
#include "base/version.h"

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
	const char *symptom;		/* what a user sees without the remedy */
	const char *commit;		/* the kernel's, that made it necessary; NULL: none did */
	const char *releases;		/* those that took the commit */
	struct version stap_below;	/* SystemTap that no longer has it; 0.0.0: all have it */
	struct quirk_sign signs[4];	/* all must be there */
	struct quirk_remedy remedies[4];
};

extern const struct quirk quirks[];
extern const size_t n_quirks;

/* What the signs are looked for in; NULL: not known */
struct quirk_facts {
	struct version stap, kernel;
	const char *runtime, *build, *source, *script;
};

/* Whether a kernel of this version has the sign, where nothing can be read */
bool quirk_by_version(const struct quirk_sign *s, const struct version *kernel);
bool quirk_applies(const struct quirk *q, const struct quirk_facts *f);
/* Whether the sign's text is there: 1, 0, or -errno when that is unknown */
int quirk_sign_found(const struct quirk_sign *s, const struct quirk_facts *f);

enum quirk_verdict { QUIRK_NO, QUIRK_YES, QUIRK_UNKNOWN };
/*
 * The same as quirk_applies() in words (quirks-explain.c): what was found of each
 * sign is added to @reasons. Unknown: it depends on a script that isn't given, or
 * on an unknown version.
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

#endif
