// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: records from a script or a file, and into one. */
#include "cmd/common/records.h"

#include <errno.h>

#include "base/child.h"
#include "base/file.h"
#include "base/gate.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/strv.h"
#include "dump/dump.h"
#include "host/guests.h"
#include "verb/verb.h"

/* A guest's memory may be in it: nobody else's to read */
int records_save(const char *verb, struct records_file *s)
{
	int fd = s->path ? file_create_private(s->path) : -1;
	int ret;

	if (!s->path)
		return 0;
	s->f = fd < 0 ? NULL : gate_open(fd);
	if (!s->f) {
		ret = fd < 0 ? fd : -errno;
		msg_errno(ret, "can't write to %s", s->path);
		if (fd >= 0)
			close(fd);
		return ret;
	}
	fprintf(s->f, "# %s %s: records of format %d; read them with %s %s --load FILE\n",
		msg_program, verb, DUMP_FORMAT, msg_program, verb);
	return 0;
}

int records_keep(struct records_file *s, const char *line, size_t len)
{
	if (!s->f || (fwrite(line, 1, len, s->f) == len && fputc('\n', s->f) != EOF))
		return 0;
	msg_errno(errno, "can't write to %s", s->path);
	return -EIO;
}

int records_close(struct records_file *s)
{
	FILE *f = s->f;

	s->f = NULL;
	if (!f || !fclose(f))
		return 0;
	msg_errno(errno, "can't write to %s", s->path);
	return -EIO;
}

/*
 * What is longer than any record is handed over in pieces, and refused there. -1: no more;
 * @cut: but a line without its end, in which a number may be cut
 */
static ssize_t read_line(FILE *f, char *line, size_t size, bool *cut)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		line[len++] = (char)c;
		if (len == size)
			break;
	}
	*cut = c == EOF && len;
	return c == EOF ? -1 : (ssize_t)len;
}

int records_load(const char *path, records_line *take, void *ctx)
{
	bool standard = !strcmp(path, "-"), wanted = true, cut = false;
	FILE *f = standard ? stdin : file_stream(path);
	char line[8192];
	ssize_t len;
	int ret = 0;

	if (!f) {
		ret = -errno;
		msg_errno(ret, "can't read %s", path);
		return ret;
	}
	while (wanted && (len = read_line(f, line, sizeof(line), &cut)) >= 0)
		wanted = take(ctx, line, len);
	if (wanted && ferror(f)) {
		msg_errno(errno, "can't read %s", path);
		ret = -EIO;
	} else if (wanted && cut) {
		msg_warn("%s: the last line is incomplete and ignored: is the file truncated?",
			 records_source(path));
	}
	if (!standard)
		fclose(f);
	return ret;
}

int records_chosen(int ret)
{
	if (!ret)
		return STATUS_OK;
	return ret == -EINVAL ? STATUS_USAGE : STATUS_FAILED;
}

int records_live(const char *verb, const char *word, struct records_file *save,
		 records_watch *watch, void *ctx)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };
	struct guest_matches m = { 0 };
	int ret = records_choose(verb, word, &l, &m);
	int status = records_chosen(ret);

	if (!status && records_save(verb, save))
		status = STATUS_FAILED;
	if (!status) {
		status = watch(ctx, &l, &m);
		if (records_close(save) && !status)
			status = STATUS_FAILED;
	}
	free(m.v);
	return status;
}

const char *records_source(const char *load)
{
	if (!load)
		return "the script's output";
	return strcmp(load, "-") ? load : "standard input";
}

void records_passed_over(const struct dump_reader *r, const char *load)
{
	if (r->unknown)
		msg_debug("%llu records of kinds that this program doesn't know", r->unknown);
	if (r->odd)
		msg_warn("%s: %llu value%s out of range, taken as unknown; the first is in %s",
			 records_source(load), r->odd, str_plural(r->odd),
			 str_known(r->first_odd));
}

void records_global(struct records_run *r, const char *name, const char *value)
{
	if (value)
		strv_addf(&r->globals, "%s=%s", name, value);
}

void records_number(struct records_run *r, const char *name, long long value)
{
	strv_addf(&r->globals, "%s=%lld", name, value);
}

/*
 * A global holds no more than SystemTap's strings do, so the scripts have several: pid, pid2, pid3
 * …
 */
#define PIDS_MOST 400
#define PIDS_GLOBALS 8

/*
 * Ids of guests from the @i'th on, as many as a global holds; @i is the first that isn't in it.
 * NULL: no memory. stap -G takes no commas, so dots
 */
static char *pids_from(const struct guest_list *l, const struct guest_matches *m, size_t *i)
{
	STRV_CLEAN struct strv pids = { 0 };

	for (size_t len = 0; *i < m->n && len <= PIDS_MOST - sizeof("4194304."); ++*i) {
		strv_addf(&pids, "%lld", l->v[m->v[*i]].pid);
		len += pids.broken ? 0 : strlen(pids.v[pids.n - 1]) + 1;
	}
	return pids.broken ? NULL : strv_join(&pids, ".");
}

void records_guests(struct records_run *r, const struct guest_list *l,
		    const struct guest_matches *m)
{
	STRV_CLEAN struct strv globals = { 0 };
	size_t i = 0;

	while (i < m->n && globals.n < PIDS_GLOBALS) {
		FREE char *pids = pids_from(l, m, &i);

		strv_add(&globals, pids ? pids : "all");
	}
	/* more than the globals hold: all of the host's, which the script finds by itself */
	if (i < m->n || globals.broken) {
		records_global(r, "pid", "all");
		return;
	}
	for (i = 0; i < globals.n; i++) {
		FREE char *name = i ? str_printf("pid%zu", i + 1) : strdup("pid");

		records_global(r, name ? name : "pid", globals.v[i]);
	}
}

/* for struct child: true ends the script */
static bool on_stdout(void *ctx, const char *line, size_t len)
{
	struct records_run *r = ctx;

	return !r->take(r->ctx, line, len);
}

int records_script(struct records_run *r)
{
	STRV_CLEAN struct strv argv = { 0 };
	int status = 0, ret;

	strv_add(&argv, "/proc/self/exe");
	strv_add(&argv, "run");
	for (unsigned int i = 0; i < r->verbose; i++)
		strv_add(&argv, "-v");
	if (msg_quiet)
		strv_add(&argv, "-q");
	if (progress_off)
		strv_add(&argv, "--no-progress");
	for (size_t i = 0; i < r->globals.n; i++) {
		strv_add(&argv, "-G");
		strv_add(&argv, r->globals.v[i]);
	}
	strv_add(&argv, r->script);

	struct child c = {
		.argv = argv.v, .on_stdout = on_stdout, .ctx = r, .reader_gone = &r->reader_gone,
	};

	ret = argv.broken || r->globals.broken ? -ENOMEM : child_run(&c, &status, &r->sig);
	strv_free(&r->globals);
	if (ret)
		msg_errno(ret, "%s: can't run %s", r->verb, r->script);
	if (ret)
		return ret;

	int code = child_exit_code(status);

	/* 'run' passes on stap's own numbers, which mean something else here */
	return !code || code == STATUS_MISSING || code > 128 ? code : STATUS_FAILED;
}
