// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A graph's settings, in the order in which the kernel wants them: the tracer after all that it
 * looks at when it starts.
 */
#include "ftrace/ftrace.h"

#include <errno.h>

#include "base/file.h"
#include "base/journal.h"
#include "base/str.h"
#include "base/strv.h"

#define TRACER "function_graph"
#define TOPS "set_graph_function"
#define FILTER "set_ftrace_filter"
#define FUNCTIONS_MAX (32 << 20)

static int check_free(struct ftrace *t, struct ftrace_trouble *p)
{
	STRV_CLEAN struct strv uses = { 0 };
	int ret = ftrace_uses(t, &uses);

	if (ret || !uses.n)
		return ret;
	FREE char *all = strv_join(&uses, "; ");

	if (t->instance)
		ftrace_say(p,
			   str_printf("another program uses shared settings of tracefs: %s",
				      str_known(all)),
			   strdup("wait until the other program ends, or free the settings with "
				  "the commands in brackets"));
	else
		ftrace_say(p,
			   str_printf("another program uses the top level of tracefs: %s",
				      str_known(all)),
			   strdup("this kernel records graphs at the top level only: wait until "
				  "the other program ends, or free the settings with the commands "
				  "in brackets"));
	return -EBUSY;
}

/*
 * At the top level a buffer that was never used ("7 (expanded: 1408)") has the second size
 * afterwards: with the first one, whoever records next would have 7 KiB, since the kernel enlarges
 * it at its first use alone
 */
static int set_buffer(struct ftrace *t, const struct ftrace_options *w, const char *root,
		      struct ftrace_trouble *p)
{
	FREE char *is = ftrace_get(t, FTRACE_OURS, "buffer_size_kb");
	char size[FTRACE_BUFFER_TEXT];
	int ret;

	if (is && *is == 'X') {	/* each CPU has another one */
		ftrace_say(p,
			   strdup("the CPUs' buffers have different sizes: another program has "
				  "set them"),
			   strdup("restore the kernel's default: echo 1408 > buffer_size_kb"));
		return -EBUSY;
	}
	ret = ftrace_buffer(t, root, w->buffer_kib, w->snapshot, size, p);
	return ret ? ret : ftrace_set(t, "buffer_size_kb", size, p);
}

static int clean_start(struct ftrace *t, struct ftrace_trouble *p)
{
	int ret = ftrace_set(t, "tracing_on", "0", p);

	/* what we have recorded goes with us, at the top level too */
	if (!ret && !t->instance)
		ret = journal_note(&t->journal, JOURNAL_CLEAR, "trace", NULL);
	return ret;
}

int ftrace_follow(struct ftrace *t, const struct ftrace_options *w, const char *root,
		  struct strv *known)
{
	STRV_CLEAN struct strv tids = { 0 };
	int ret = 0, gone = 0;

	for (size_t i = 0; i < w->pids.n && !ret; i++) {
		ret = ftrace_tasks(root, strtoll(w->pids.v[i], NULL, 10), &tids);
		gone += ret == -ESRCH;
		ret = ret == -ESRCH ? 0 : ret;
	}
	for (size_t i = 0; i < tids.n && !ret; i++) {
		if (strv_has(known, tids.v[i]))
			continue;
		ret = ftrace_put(t, FTRACE_OURS, "set_ftrace_pid", tids.v[i], true);
		/* it has ended meanwhile */
		ret = ret == -ESRCH || ret == -EINVAL ? 0 : ret;
		strv_add(known, tids.v[i]);
	}
	if (!ret && known->broken)
		ret = -ENOMEM;
	if (!ret && w->pids.n && gone == (int)w->pids.n)
		ret = -ESRCH;
	return ret;
}

static int set_tasks(struct ftrace *t, const struct ftrace_options *w, const char *root,
		     struct ftrace_trouble *p)
{
	STRV_CLEAN struct strv known = { 0 };
	int ret;

	if (!w->pids.n)
		return 0;
	if (!t->instance) {
		ret = journal_note(&t->journal, JOURNAL_CLEAR, "set_ftrace_pid", NULL);
		if (ret)
			return ret;
	}
	ret = ftrace_follow(t, w, root, &known);
	if (!ret && !known.n)
		ret = -ESRCH;
	if (ret == -ESRCH)
		ftrace_say(p, strdup("the guest has ended"), NULL);
	/* threads that they start are followed at once, and looked for now and then */
	return ret ? ret : ftrace_option(t, "function-fork", true, p);
}

static int need_option(struct ftrace *t, const char *name, const char *since,
		       struct ftrace_trouble *p)
{
	FREE char *file = str_printf("options/%s", name);

	if (!file)
		return -ENOMEM;
	if (ftrace_has(t, FTRACE_OURS, file) || ftrace_has(t, FTRACE_TOP, file))
		return ftrace_option(t, name, true, p);
	ftrace_say(p, str_printf("this kernel has no %s", name), strdup(since));
	return -ENOENT;
}

/* Arguments: ff5c9c576e75; return values: a1be9ccc57f0 */
static int set_options(struct ftrace *t, const struct ftrace_options *w, struct ftrace_trouble *p)
{
	int ret = 0;

	if (w->abstime)
		ret = ftrace_option(t, "funcgraph-abstime", true, p);
	if (!ret && w->proc)
		ret = ftrace_option(t, "funcgraph-proc", true, p);
	if (!ret && w->no_irqs)
		ret = ftrace_option(t, "funcgraph-irqs", false, p);
	if (!ret && w->args)
		ret = need_option(
			t, "funcgraph-args",
			"--args needs Linux 6.15 or later with CONFIG_FUNCTION_TRACE_ARGS",
			p);
	if (!ret && w->retval)
		ret = need_option(
			t, "funcgraph-retval",
			"--retval needs Linux 6.5 or later with CONFIG_FUNCTION_GRAPH_RETVAL",
			p);
	return ret;
}

/* The functions that can be traced, a line each */
static int functions(const struct ftrace *t, char **text)
{
	FREE char *path = str_printf("%s/available_filter_functions", t->dir);

	return path ? file_read(path, FUNCTIONS_MAX, text, NULL) : -ENOMEM;
}

static int no_function(const struct ftrace *t, const char *word, struct ftrace_trouble *p)
{
	STRV_CLEAN struct strv names = { 0 };
	FREE char *text = NULL;
	const char *nearest;
	char *save = NULL;

	if (!functions(t, &text))
		for (char *line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			line[strcspn(line, " \t")] = '\0';
			if (*line == *word)
				strv_add(&names, line);
		}
	nearest = strv_nearest(&names, word);
	ftrace_say(
		p, str_printf("the kernel has no function '%s' that it can trace", word),
		nearest ?
			str_printf("did you mean %s?", nearest) :
			str_printf(
				"%s/available_filter_functions lists all functions: those of a "
				"module only while it is loaded, and no small function that is a "
				"part of its callers",
				t->dir));
	p->usage = true;
	return -EINVAL;
}

static int add_function(struct ftrace *t, const char *word, struct ftrace_trouble *p)
{
	int ret = ftrace_add(t, TOPS, word, p);

	return ret == -EINVAL ? no_function(t, word, p) : ret;
}

/* "vhost_net:handle_*": the kernel's list of tops knows names alone */
static int add_module(struct ftrace *t, const char *word, struct ftrace_trouble *p)
{
	const char *glob = strchr(word, ':') + 1;
	FREE char *module = strndup(word, glob - 1 - word);
	FREE char *text = NULL;
	char *save = NULL;
	int ret = module ? functions(t, &text) : -ENOMEM;
	size_t n = 0;

	for (char *line = ret ? NULL : strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!ftrace_is_function(line, glob, module))
			continue;
		line[strcspn(line, " \t")] = '\0';
		ret = ftrace_add(t, TOPS, line, p);
		n++;
	}
	if (!ret && !n) {
		ftrace_say(p,
			   str_printf("module %s has no function '%s' that can be traced", module,
				      glob),
			   str_printf("grep '\\[%s\\]' %s/available_filter_functions", module,
				      t->dir));
		p->usage = true;
		ret = -EINVAL;
	}
	return ret;
}

/* A filter for a module that isn't there waits for it, and until then all functions are shown */
static bool is_awaited(const char *filter, const char *root)
{
	const char *module = strstr(filter, ":mod:");
	FREE char *path =
		module ? str_printf("%s/sys/module/%s", root, module + strlen(":mod:")) : NULL;

	return path && !file_exists(path);
}

static int add_filter(struct ftrace *t, const char *word, const char *root,
		      struct ftrace_trouble *p)
{
	if (is_awaited(word, root)) {
		ftrace_say(p, str_printf("%s: that module is not loaded", word),
			   str_printf("modprobe %s", strstr(word, ":mod:") + 5));
		p->usage = true;
		return -EINVAL;
	}
	int ret = ftrace_add(t, FILTER, word, p);

	return ret == -EINVAL ? no_function(t, word, p) : ret;
}

/* Those of a list that there are; their number, or -errno */
static int add_some(struct ftrace *t, const char *file, const char *const *words, size_t most,
		    const char *root, struct ftrace_trouble *p)
{
	int n = 0;

	for (size_t i = 0; i < most && words[i]; i++) {
		int ret = is_awaited(words[i], root) ? -EINVAL : ftrace_add(t, file, words[i], p);

		if (ret && ret != -EINVAL)
			return ret;
		n += !ret;
	}
	return n;
}

static int add_preset(struct ftrace *t, const char *name, const char *root,
		      struct ftrace_trouble *p)
{
	const struct ftrace_preset *preset = ftrace_preset(name);
	int n = add_some(t, TOPS, preset->tops, ARRAY_SIZE(preset->tops), root, p);

	if (!n)
		n = add_some(t, FILTER, preset->only, ARRAY_SIZE(preset->only), root, p);
	if (!n)
		n = add_some(t, FILTER, preset->fallback, ARRAY_SIZE(preset->fallback), root, p);
	if (n)
		return n < 0 ? n : 0;
	ftrace_say(p, str_printf("this kernel has none of the functions of preset %s now", name),
		   strdup(preset->missing));
	return -ENOENT;
}

static int add_word(struct ftrace *t, const char *word, const char *root, struct ftrace_trouble *p)
{
	switch (ftrace_word(word)) {
	case WORD_PRESET:
		return add_preset(t, word, root, p);
	case WORD_FUNCTION:
		return add_function(t, word, p);
	case WORD_MODULE:
		return add_module(t, word, p);
	case WORD_FILTER:
		return add_filter(t, word, root, p);
	default:
		return 0;	/* commands come when it records */
	}
}

static int set_words(struct ftrace *t, const struct ftrace_options *w, const char *root,
		     struct ftrace_trouble *p)
{
	static const char *const usual[] = { "rx", "tx" };
	size_t n = 0;
	int ret = 0;

	for (size_t i = 0; i < w->words.n && !ret; i++) {
		ret = add_word(t, w->words.v[i], root, p);
		n += ftrace_word(w->words.v[i]) != WORD_COMMAND;
	}
	for (size_t i = 0; i < ARRAY_SIZE(usual) && !n && !ret; i++)
		ret = add_preset(t, usual[i], root, p);
	return ret;
}

/* "handle_tx" and "traceoff:1" */
static int add_trigger(struct ftrace *t, const char *function, const char *what,
		       struct ftrace_trouble *p)
{
	FREE char *command = function ? str_printf("%s:%s", function, what) : NULL;
	int ret;

	if (!function)
		return 0;
	ret = command ? ftrace_command(t, command, p) : -ENOMEM;
	return ret == -EINVAL || ret == -ENOENT ? no_function(t, function, p) : ret;
}

/* That it stops is not counted: hit before it starts, it would be used up */
static int set_triggers(struct ftrace *t, const struct ftrace_options *w, struct ftrace_trouble *p)
{
	return add_trigger(t, w->stop, "traceoff", p) ?: add_trigger(t, w->start, "traceon:1", p) ?:
	       add_trigger(t, w->stacktrace, "stacktrace", p);
}

static int set_snapshot(struct ftrace *t, const struct ftrace_options *w, struct ftrace_trouble *p)
{
	int ret;

	if (!w->snapshot)
		return 0;
	if (!ftrace_has(t, FTRACE_OURS, "snapshot")) {
		ftrace_say(p, strdup("this kernel has no snapshots"),
			   strdup("use a kernel with CONFIG_TRACER_SNAPSHOT"));
		return -ENOENT;
	}
	/* the second buffer is given back */
	ret = t->instance ? 0 : journal_note(&t->journal, JOURNAL_SET, "snapshot", "0");
	ret = ret ? ret : ftrace_put(t, FTRACE_OURS, "snapshot", "1", false);
	return ret ? ret : ftrace_put(t, FTRACE_OURS, "snapshot", "2", false);
}

int ftrace_begin(struct ftrace *t, const struct ftrace_options *w, struct ftrace_trouble *p)
{
	int ret = w->start ? 0 : ftrace_put(t, FTRACE_OURS, "tracing_on", "1", false);

	ret = ret ? ret : add_trigger(t, w->snapshot, "snapshot:1", p);
	for (size_t i = 0; i < w->words.n && !ret; i++) {
		if (ftrace_word(w->words.v[i]) != WORD_COMMAND)
			continue;
		ret = ftrace_command(t, w->words.v[i], p);
		if (ret == -EINVAL)
			ret = no_function(t, w->words.v[i], p);
	}
	return ret;
}

static int set_number(struct ftrace *t, const char *file, int64_t n, struct ftrace_trouble *p)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)n);
	return ftrace_set(t, file, text, p);
}

static int set_limits(struct ftrace *t, const struct ftrace_options *w, struct ftrace_trouble *p)
{
	int ret = w->cpumask ? ftrace_set(t, "tracing_cpumask", w->cpumask, p) : 0;

	if (!ret && w->depth)
		ret = set_number(t, "max_graph_depth", w->depth, p);
	if (!ret && w->threshold_ns)
		ret = set_number(t, "tracing_thresh", w->threshold_ns / 1000, p);
	return ret;
}

int ftrace_graph(struct ftrace *t, const struct ftrace_options *w, const char *root,
		 struct ftrace_trouble *p)
{
	int ret = check_free(t, p);

	ret = ret ? ret : clean_start(t, p);
	ret = ret ? ret : set_buffer(t, w, root, p);
	ret = ret ? ret : set_tasks(t, w, root, p);
	ret = ret ? ret : set_options(t, w, p);
	ret = ret ? ret : set_words(t, w, root, p);
	ret = ret ? ret : set_limits(t, w, p);
	ret = ret ? ret : ftrace_tracer(t, TRACER, p);
	ret = ret ? ret : set_snapshot(t, w, p);
	ret = ret ? ret : set_triggers(t, w, p);
	if (ret && !p->what)
		ftrace_say(p, str_printf("can't prepare to record: %s", strerror(-ret)), NULL);
	return ret;
}
