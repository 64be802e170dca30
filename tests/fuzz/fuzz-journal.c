// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * journal_parse(): whatever a journal holds, what is done stays in the directory of settings; a
 * list of CPUs and words likewise
 */
#include "ftrace/ftrace.h"

#include "base/journal.h"
#include "fuzz.h"

static void check(const struct journal_steps *s)
{
	MUST(!s->n || (s->settings && *s->settings == '/'));
	for (size_t i = 0; i < s->n; i++) {
		const struct journal_step *step = &s->v[i];

		MUST(journal_path_ok(step->path) && !strstr(step->path,
		"/.") && *step->path != '.' && *step->path != '/');
		/* and is what would be written of it */
		FREE char *line = journal_line(step->kind, step->path, step->value);

		MUST(line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_steps s;
	FREE char *text = malloc(size + 1);

	MUST(text);
	memcpy(text, data, size);
	text[size] = '\0';
	MUST(!journal_parse((const char *)data, size, &s));
	check(&s);
	journal_steps_free(&s);

	FREE char *mask = ftrace_cpumask(text);
	FREE char *undone = ftrace_unword(text);

	MUST(!mask || *mask);
	MUST(!undone || *undone == '!');
	MUST(ftrace_word(text) == WORD_WRONG || strlen(text) < 256);
	ftrace_is_function(text, "a*", "b");
	return 0;
}
