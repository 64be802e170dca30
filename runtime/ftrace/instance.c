// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where we record. An instance has a buffer, events and, since 6.11 (26dda5631d1b), function_graph
 * of its own; what it doesn't have is shared by all, so who records a graph locks tracefs.
 */
#include "ftrace/ftrace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/guard.h"
#include "base/journal.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"

#define LOCK_MS 3000		/* a guard may be putting things back */
#define JOURNAL_MS 4000
#define FILE_MAX (4 << 20)

int ftrace_say(struct ftrace_trouble *p, char *what, char *hint)
{
	if (p->what) {
		free(what);
		free(hint);
	} else {
		p->what = what;
		p->hint = hint;
	}
	return -EINVAL;
}

void ftrace_trouble_free(struct ftrace_trouble *p)
{
	free(p->what);
	free(p->hint);
	*p = (struct ftrace_trouble){ 0 };
}

/* Only one that is mounted already: to mount it would be a change that stays */
int ftrace_find(struct ftrace *t, const char *root, struct ftrace_trouble *p)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	int denied = 0;

	for (size_t i = 0; i < ARRAY_SIZE(places) && !t->dir; i++) {
		FREE char *dir = str_printf("%s%s", root, places[i]);
		FREE char *file = str_printf("%s%s/current_tracer", root, places[i]);

		if (!dir || !file)
			return -ENOMEM;
		if (!access(file, R_OK | W_OK)) {
			t->dir = dir;
			dir = NULL;
		} else if (errno == EACCES || errno == EPERM || errno == EROFS) {
			denied = errno;
		}
	}
	if (t->dir)
		return 0;
	if (denied) {
		ftrace_say(p, strdup("only root may use tracefs"),
			   strdup("run as root, on the host itself"));
		return -EACCES;
	}
	ftrace_say(p, strdup("tracefs isn't mounted, or this kernel has no ftrace"),
		   strdup("mount -t tracefs tracefs /sys/kernel/tracing"));
	return -ENOENT;
}

static char *path_of(const struct ftrace *t, enum ftrace_where where, const char *file)
{
	return str_printf("%s/%s", where == FTRACE_OURS && t->instance ? t->instance : t->dir,
			  file);
}

bool ftrace_has(const struct ftrace *t, enum ftrace_where where, const char *file)
{
	FREE char *path = path_of(t, where, file);

	return path && file_exists(path);
}

/* NULL as well of what is too long: a part of it would be another value */
static char *read_value(const char *path)
{
	char *text;
	size_t len;

	if (!path || file_read(path, FILE_MAX, &text, &len))
		return NULL;
	if (len == FILE_MAX) {
		free(text);
		return NULL;
	}
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

char *ftrace_get(const struct ftrace *t, enum ftrace_where where, const char *file)
{
	FREE char *path = path_of(t, where, file);

	return read_value(path);
}

int ftrace_file(const struct ftrace *t, enum ftrace_where where, const char *file, int flags)
{
	FREE char *path = path_of(t, where, file);
	int fd = path ? open(path, flags | O_CLOEXEC) : -1;

	if (!path)
		return -ENOMEM;
	return fd < 0 ? -errno : fd;
}

int ftrace_put(const struct ftrace *t, enum ftrace_where where, const char *file, const char *value,
	       bool append)
{
	/*
	 * a word without an end would be looked at only when the file is closed, which tells no
	 * error
	 */
	FREE char *line = str_printf("%s\n", value);
	CLOSE int fd = ftrace_file(t, where, file, O_WRONLY | (append ? 0 : O_TRUNC));

	if (!line)
		return -ENOMEM;
	if (fd < 0)
		return fd;
	for (const char *rest = line; *rest;) {
		ssize_t n = write(fd, rest, strlen(rest));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		rest += n;
	}
	return 0;
}

/* @dir: a place to record in, which is called @name */
static void add_other(struct strv *who, const char *tracer, const char *dir, const char *name)
{
	FREE char *file = str_printf("%s/current_tracer", dir);
	FREE char *is = read_value(file);

	if (is && !strcmp(is, tracer))
		strv_add(who, name);
}

static bool is_name(const char *name)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int ftrace_others(const struct ftrace *t, const char *tracer, struct strv *who)
{
	FREE char *instances = str_printf("%s/instances", t->dir);
	DIR *d = instances ? opendir(instances) : NULL;

	if (!instances)
		return -ENOMEM;
	if (t->instance)
		add_other(who, tracer, t->dir, "the top level");
	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		FREE char *dir = str_printf("%s/%s", instances, e->d_name);
		FREE char *name = str_printf("instance %s", e->d_name);

		if (!dir || !name)
			who->broken = true;
		else if (is_name(e->d_name) && (!t->name || strcmp(e->d_name, t->name) != 0))
			add_other(who, tracer, dir, name);
	}
	if (d)
		closedir(d);
	return who->broken ? -ENOMEM : 0;
}

static int take_lock(struct ftrace *t, struct ftrace_trouble *p)
{
	struct timespec pause = { .tv_nsec = 50 * 1000000L };
	long long until = clock_ms() + LOCK_MS;

	/*
	 * no file of ours that could stay, and the same one for whoever comes with another root or
	 * cache
	 */
	t->lock = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->lock < 0)
		return -errno;
	while (flock(t->lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (clock_ms() >= until) {
			ftrace_say(
				p, strdup("another stap-vhost graph is recording"),
				strdup("end the other one, or wait: both need the same settings "
				       "of the kernel"));
			return -EBUSY;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

static void guard_cleans(void *ctx, pid_t child)
{
	struct ftrace *t = ctx;

	(void)child;
	journal_end(&t->journal, JOURNAL_MS);
}

static void guard_makes_instance(void *ctx)
{
	struct ftrace *t = ctx;
	FREE char *path = str_printf("%s/instances/%s", t->dir, t->name);

	if (path)
		mkdir(path, 0755);
}

static int start_guard(struct ftrace *t)
{
	const int keep[] = { t->journal.fd, t->lock };
	const struct guard_duty duty = { guard_cleans, guard_makes_instance, t };
	int ret = guard_start(&t->guard, &duty, keep, t->lock < 0 ? 1 : 2);

	/* the next command does it, then */
	if (ret)
		msg_debug("no guard could be started: %s", strerror(-ret));
	return 0;
}

/*
 * The kernel takes a process that is killed while it makes an instance for memory that has run out,
 * and has a warning for that (trace_rb_cpu_prepare(), since "ring-buffer: Add
 * set/clear_current_oom_origin() during allocations"): some hosts panic over one. So the guard
 * makes it, which a kill of us doesn't reach
 */
static int make_instance(struct ftrace *t)
{
	FREE char *path = str_printf("instances/%s", t->name);
	FREE char *dir = str_printf("%s/instances/%s", t->dir, t->name);
	int ret;

	if (!path || !dir)
		return -ENOMEM;
	ret = journal_note(&t->journal, JOURNAL_REMOVE, path, NULL);
	if (ret)
		return ret;
	guard_errand(&t->guard);
	/* where no guard runs; and a directory of this name is ours */
	if (mkdir(dir, 0755) && errno != EEXIST)
		return -errno;
	t->instance = dir;
	dir = NULL;
	return 0;
}

static bool has_tracer(const struct ftrace *t, const char *tracer)
{
	FREE char *all = ftrace_get(t, FTRACE_OURS, "available_tracers");
	char *save = NULL;

	for (char *word = all ? strtok_r(all, " ", &save) : NULL; word;
	     word = strtok_r(NULL, " ", &save))
		if (!strcmp(word, tracer))
			return true;
	return false;
}

static void drop_instance(struct ftrace *t)
{
	rmdir(t->instance);
	free(t->instance);
	free(t->name);
	t->instance = NULL;
	t->name = NULL;
}

static int choose_place(struct ftrace *t, const char *tracer, struct ftrace_trouble *p)
{
	int ret = make_instance(t);

	if (ret) {
		ftrace_say(p,
			   str_printf("can't make an instance in %s: %s", t->dir, strerror(-ret)),
			   NULL);
		return ret;
	}
	if (!tracer || has_tracer(t, tracer))
		return 0;
	/* 6.1 has it at the top level alone */
	drop_instance(t);
	if (has_tracer(t, tracer))
		return 0;
	ftrace_say(p, str_printf("this kernel has no tracer %s", tracer),
		   strdup("use a kernel with CONFIG_FUNCTION_GRAPH_TRACER"));
	return -ENOENT;
}

int ftrace_open(struct ftrace *t, const char *root, const char *tracer, struct ftrace_trouble *p)
{
	FREE char *dir = journal_dir(root);
	int ret = dir ? 0 : -ENOMEM;

	if (!ret && tracer)
		ret = take_lock(t, p);
	if (!ret)
		ret = journal_start(&t->journal, dir, t->dir);
	if (!ret)
		t->name = str_printf("stap-vhost-%d", (int)getpid());
	if (!ret)
		ret = t->name ? start_guard(t) : -ENOMEM;
	if (!ret)
		ret = choose_place(t, tracer, p);
	if (ret && !p->what)
		ftrace_say(p, str_printf("can't prepare to record: %s", strerror(-ret)), NULL);
	return ret;
}

int ftrace_close(struct ftrace *t)
{
	int ret = journal_end(&t->journal, JOURNAL_MS);

	guard_end(&t->guard);
	if (t->lock >= 0)
		close(t->lock);
	strv_free(&t->cleared);
	free(t->instance);
	free(t->name);
	free(t->dir);
	*t = (struct ftrace)FTRACE_NONE;
	return ret;
}
