// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: which guests 'dump' is about, and the script that reads their queues. */
#include "verb-dump.h"

#include <errno.h>
#include <signal.h>

#define SCRIPT "vring-dump"

/* What there is to choose from, or why nothing is seen */
static void hint_guests(const struct guest_list *l)
{
	STRV_CLEAN struct strv all = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		FREE char *text = guest_text(&l->v[i]);

		strv_add(&all, text ? text : "?");
	}
	FREE char *joined = strv_join(&all, "; ");

	if (l->n)
		msg_hint("there %s: %s", l->n == 1 ? "is" : "are", joined ? joined : "?");
	else if (l->hidden)
		msg_hint("other users' processes can't be looked at: run it as root");
	else
		msg_hint("a guest uses vhost with QEMU's -netdev tap,vhost=on, while its device is in use");
}

static bool is_number(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

static int no_such_guest(const char *word, const struct guest_list *l)
{
	bool number = word && is_number(word);
	FREE char *proc = number ? str_printf("%s/proc/%s", verb_sysroot(), word) : NULL;

	if (!word || !strcmp(word, "all"))
		msg_error("dump: no process here has vhost devices open");
	else if (proc && file_is_dir(proc))
		msg_error("dump: process %s has no vhost device open", word);
	else if (number)
		msg_error("dump: there is no process %s", word);
	else
		msg_error("dump: no guest with vhost devices is called '%s' or has such an interface", word);
	hint_guests(l);
	return STATUS_FAILED;
}

static int too_many(const char *word, const struct guest_list *l, const struct guest_matches *m)
{
	STRV_CLEAN struct strv which = { 0 };

	if (!word) {
		msg_error("dump: which guest? There are %zu with vhost devices", l->n);
		hint_guests(l);
		msg_hint("or: %s dump all", msg_program);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < m->n; i++) {
		FREE char *text = guest_text(&l->v[m->v[i]]);

		strv_add(&which, text ? text : "?");
	}
	FREE char *joined = strv_join(&which, "; ");

	msg_error("dump: '%s' means %zu guests", word, m->n);
	msg_hint("give the process id of one: %s", joined ? joined : "?");
	return STATUS_USAGE;
}

int dump_choose(const char *word, struct guest_list *l, struct guest_matches *m)
{
	int ret = guests_list(verb_sysroot(), l);

	if (!ret)
		ret = guests_match(l, word ? word : "all", m);
	if (ret) {
		msg_errno(ret, "dump: can't look for guests in %s/proc", verb_sysroot());
		return STATUS_FAILED;
	}
	if (!m->n)
		return no_such_guest(word, l);
	if (m->n > 1 && (!word || strcmp(word, "all") != 0))
		return too_many(word, l, m);
	return STATUS_OK;
}

/* A name as a record's value: no blanks, and nothing that a terminal would take for more */
static char *record_text(const char *text)
{
	size_t len = strlen(text);
	char *out = malloc(4 * len + 1), *o = out;

	for (size_t i = 0; out && i < len; i++) {
		unsigned char c = text[i];

		o += c > ' ' && c < 0x7f && c != '\\' ? sprintf(o, "%c", c) : sprintf(o, "\\x%02x", c);
	}
	if (out)
		*o = '\0';
	return out;
}

/* The reader's longest; a name that is longer is cut */
#define NAME_MOST 250

/* What the script can't know */
static bool tell_names(struct dump_show *show, const struct guest_list *l, const struct guest_matches *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct guest_process *g = &l->v[m->v[i]];
		FREE char *name = g->name ? record_text(g->name) : NULL;
		FREE char *line = name ? str_printf("NAME pid=%lld name=%.*s", g->pid, NAME_MOST, name) :
					 NULL;

		if (line && !dump_show_line(show, line, strlen(line)))
			return false;
	}
	return true;
}

/* A global holds no more than SystemTap's strings do; beyond it, all of the host's are meant */
#define PIDS_MOST 400

static void add_global(struct strv *argv, const char *name, const char *value)
{
	if (!value)
		return;
	strv_add(argv, "-G");
	strv_addf(argv, "%s=%s", name, value);
}

static void build(struct strv *argv, const struct dump_wish *w, const struct guest_list *l,
		  const struct guest_matches *m)
{
	STRV_CLEAN struct strv pids = { 0 };
	FREE char *joined = NULL;
	FREE char *watch = str_printf("%s000", w->watch ? w->watch : "1");

	strv_add(argv, "/proc/self/exe");
	strv_add(argv, "run");
	for (unsigned int i = 0; i < w->verbose; i++)
		strv_add(argv, "-v");
	for (size_t i = 0; i < m->n; i++)
		strv_addf(&pids, "%lld", l->v[m->v[i]].pid);
	/* a global, so that one module serves every guest; stap -G takes no commas */
	joined = strv_join(&pids, ".");
	argv->broken |= pids.broken || !joined;
	add_global(argv, "pid", joined && strlen(joined) <= PIDS_MOST ? joined : "all");
	add_global(argv, "rings", w->rings);
	add_global(argv, "descs", w->descs ? "1" : NULL);
	add_global(argv, "headers", w->headers ? "1" : NULL);
	add_global(argv, "payload", w->payload);
	if (w->watch || w->check)	/* milliseconds */
		add_global(argv, "watch", watch ? watch : "1000");
	strv_add(argv, SCRIPT);
}

/* for struct child: true ends the script */
static bool on_stdout(void *ctx, const char *line, size_t len)
{
	struct dump_show *show = ctx;

	if (show->ret || (show->wish->check && !show->wish->watch && show->taken >= 2))
		return true;
	return !dump_show_line(show, line, len) ||
	       (show->wish->check && !show->wish->watch && show->taken >= 2);
}

int dump_run(struct dump_show *show, const struct guest_list *l, const struct guest_matches *m)
{
	STRV_CLEAN struct strv argv = { 0 };
	bool reader_gone = false;
	int status = 0, sig = 0, ret, code;

	if (!tell_names(show, l, m))
		return STATUS_FAILED;
	build(&argv, show->wish, l, m);

	struct child c = {
		.argv = argv.v, .on_stdout = on_stdout, .ctx = show, .reader_gone = &reader_gone,
	};

	ret = argv.broken ? -ENOMEM : child_run(&c, &status, &sig);
	if (ret) {
		msg_errno(ret, "dump: can't run %s", SCRIPT);
		return STATUS_FAILED;
	}
	if (reader_gone)
		return 128 + SIGPIPE;
	if (show->ret)
		return STATUS_FAILED;
	code = child_exit_code(status);
	/* 'run' has said what is wrong; what came before it is shown all the same */
	if (show->reader.open && !sig)
		dump_show_end(show);
	if (code)
		return code;
	if (show->taken || sig)
		return STATUS_OK;
	msg_error("dump: the script has said nothing");
	return STATUS_FAILED;
}
