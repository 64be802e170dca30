// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completion: what may stand next on a command line. What an option or an
 * argument takes is told by its word in the verb's struct.
 */
#include "verb/verb.h"

#include "base/str.h"
#include "base/strv.h"
#include "ftrace/ftrace.h"
#include "host/guests.h"
#include "host/host.h"
#include "host/kernels.h"
#include "stap/scripts.h"

#define AROUND "[](). …"	/* what stands around the words of struct verb.args */

static void add_verbs(struct strv *s)
{
	for (const struct verb *const *v = verbs; *v; v++)
		strv_add(s, (*v)->name);
}

static void add_scripts(struct strv *s)
{
	STRV_CLEAN struct strv dirs = { 0 };

	if (!scripts_datadirs(&dirs))
		scripts_list(&dirs, s);
	strv_add(s, ":file .stp");
}

static void add_releases(struct strv *s)
{
	kernels_list(host_sysroot(), s);
}

static void add_qemus(struct strv *s)
{
	qemus_list(host_sysroot(), s);
}

static void add_guests(struct strv *s)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };

	guests_list(host_sysroot(), NULL, &l);
	for (size_t i = 0; i < l.n; i++) {
		strv_addf(s, "%lld", l.v[i].pid);
		if (l.v[i].qemu.name)
			strv_add(s, l.v[i].qemu.name);
		strv_add_all(s, &l.v[i].interfaces);
	}
	strv_add(s, "all");
}

static void add_functions(struct strv *s)
{
	for (size_t i = 0; i < ftrace_presets_n; i++)
		strv_add(s, ftrace_presets[i].name);
}

static void add_files(struct strv *s)
{
	strv_add(s, ":file");
}

static void add_dirs(struct strv *s)
{
	strv_add(s, ":dir");
}

static const struct {
	const char *word;
	void (*add)(struct strv *s);
} kinds[] = {
	{ "VERB", add_verbs },
	{ "SCRIPT", add_scripts },
	{ "RELEASE", add_releases },
	{ "PID", add_qemus },
	{ "GUEST", add_guests },
	{ "FUNCTION", add_functions },
	{ "FILE", add_files },
	{ "PATH", add_files },
	{ "DIR", add_dirs },
};

/* What the word @w, of @len bytes, stands for: "SCRIPT", "text|json" */
static void add_kind(struct strv *s, const char *w, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i].word) == len && !strncmp(kinds[i].word, w, len))
			kinds[i].add(s);
	if (!memchr(w, '|', len))
		return;
	for (size_t n; len; w += n, len -= n) {
		n = strcspn(w, "|");
		n = n < len ? n : len;
		strv_addf(s, "%.*s", (int)n, w);
		n += n < len;
	}
}

static void add_opts(struct strv *s, const struct verb *v)
{
	const struct verb_opt *o;

	for (size_t i = 0; (o = verb_opt_at(v, i)); i++) {
		if (o->key < 256)
			strv_addf(s, "-%c", o->key);
		strv_addf(s, "--%s", o->name);
	}
}

static const struct verb_opt *by_letter(const struct verb *v, char letter)
{
	const struct verb_opt *o;

	for (size_t i = 0; (o = verb_opt_at(v, i)); i++)
		if (o->key == letter)
			return o;
	return NULL;
}

static const struct verb_opt *by_name(const struct verb *v, const char *name, size_t len)
{
	const struct verb_opt *o;

	for (size_t i = 0; (o = verb_opt_at(v, i)); i++)
		if (strlen(o->name) == len && !strncmp(o->name, name, len))
			return o;
	return NULL;
}

/* The option in @word whose value the next word is */
static const struct verb_opt *awaits_value(const struct verb *v, const char *word)
{
	const struct verb_opt *o = NULL;

	if (!strncmp(word, "--", 2)) {
		o = by_name(v, word + 2, strlen(word + 2));
		return o && verb_opt_arg(o) ? o : NULL;
	}
	/* of -vrX, r has the value X */
	while (*++word) {
		o = by_letter(v, *word);
		if (o && verb_opt_arg(o))
			return word[1] ? NULL : o;
	}
	return NULL;
}

static void add_value(struct strv *s, const struct verb_opt *o)
{
	const char *arg = verb_opt_arg(o);

	add_kind(s, arg, strlen(arg));
}

/* An argument of a script, which takes process ids where its .meta says so */
static void add_script_args(struct strv *s, const char *script)
{
	CLEANUP(meta_free) struct meta m = { 0 };
	STRV_CLEAN struct strv dirs = { 0 };
	FREE char *path = NULL;

	if (scripts_datadirs(&dirs) || scripts_find(&dirs, script, &path) || meta_read(path, &m))
		return;

	const char *scope = meta_get(&m, "scope");

	if (scope && !strcmp(scope, "pid"))
		add_qemus(s);
}

/* @number counts from 0, the verb's arguments so far are @args */
static void add_operand(struct strv *s, const struct verb *v, int number, char **args)
{
	const char *w = v->args, *script = NULL;

	for (size_t len; *(w += strspn(w, AROUND)); w += len) {
		len = strcspn(w, AROUND);
		if (!strncmp(w, "OPTIONS", len) || *w == '-' || *w == '|')
			continue;
		if (!strncmp(w, "SCRIPT", len))
			script = args[0];
		if (number && strncmp(w + len, "…", strlen("…"))) {
			number--;
			continue;
		}
		if (script && !strncmp(w, "ARGS", len))
			add_script_args(s, script);
		else
			add_kind(s, w, len);
		return;
	}
}

/* What may stand for the last of @words, of which the first is the verb */
static void add_next(struct strv *s, const struct verb *v, int n, char **words)
{
	const char *last = words[n - 1], *equals = strchr(last, '=');
	bool options = true;	/* may still come */
	char *args[n];
	int n_args = 0;

	args[0] = NULL;
	for (int at = 1; at < n - 1; at++) {
		const struct verb_opt *o;

		if (!options || *words[at] != '-' || !words[at][1]) {
			args[n_args++] = words[at];
			options &= !v->own_words;
		} else if (!strcmp(words[at], "--")) {
			options = false;
		} else if ((o = awaits_value(v, words[at])) && ++at == n - 1) {
			add_value(s, o);
			return;
		}
	}
	if (!options || *last != '-') {
		add_operand(s, v, n_args, args);
	} else if (equals && last[1] == '-') {
		const struct verb_opt *o = by_name(v, last + 2, equals - last - 2);

		if (o && verb_opt_arg(o))
			add_value(s, o);
	} else {
		add_opts(s, v);
	}
}

/* Those that main() takes for verbs */
static void add_top_opts(struct strv *s)
{
	strv_add(s, "--help");
	strv_add(s, "--version");
}

int verb_complete(int n, char **words)
{
	STRV_CLEAN struct strv s = { 0 };

	if (n < 2) {
		add_verbs(&s);
		if (n && *words[0] == '-')
			add_top_opts(&s);
	}
	for (const struct verb *const *v = verbs; *v && n > 1; v++)
		if (!strcmp((*v)->name, words[0]))
			add_next(&s, *v, n, words);
	for (size_t i = 0; i < s.n; i++) {
		FREE char *shown = str_escape(s.v[i], strlen(s.v[i]));

		/* a file's name with a newline would be two words */
		if (shown && !strcmp(shown, s.v[i]))
			puts(s.v[i]);
	}
	return s.broken ? STATUS_FAILED : STATUS_OK;
}
