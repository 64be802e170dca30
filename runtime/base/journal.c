// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A journal is a file, undo.PID; who holds its flock() puts back what is in it. The kernel
 * gives the lock back when the last who has the file open ends: the owner, or the guard.
 */
#include "base/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"

#define JOURNAL_MAX (1 << 20)	/* bytes */
#define PREFIX "undo."
#define PAUSE_MS 20

char *journal_dir(const char *root)
{
	return str_printf("%s/run/stap-vhost", root);
}

/* While it is held shared, a journal can be there that isn't locked yet */
static int open_gate(const char *dir, int how)
{
	struct stat st;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	/* what is in it is written to the kernel's settings */
	if (fstat(fd, &st) || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH))) {
		close(fd);
		return -EPERM;
	}
	if (!flock(fd, how))
		return fd;

	int err = errno;

	close(fd);
	return -err;
}

static int make_gate(const char *dir)
{
	int ret = -ENOENT;

	/* the last one to end removes the directory */
	for (int i = 0; i < 100 && ret == -ENOENT; i++) {
		ret = file_mkdir_p(dir);
		if (!ret)
			ret = open_gate(dir, LOCK_SH);
	}
	return ret;
}

static int write_all(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n = write(fd, text, len);

	if (n < 0)
		return -errno;
	return n == (ssize_t)len ? 0 : -EIO;
}

static void forget(struct journal *u)
{
	if (u->fd >= 0)
		close(u->fd);
	free(u->path);
	free(u->dir);
	*u = (struct journal){ .fd = -1 };
}

int journal_start(struct journal *u, const char *dir, const char *settings)
{
	CLOSE int gate = make_gate(dir);
	FREE char *first = str_printf("in %s\n", settings);
	int ret = gate < 0 ? gate : 0;

	*u = (struct journal){ .fd = -1 };
	if (ret)
		return ret;
	u->dir = strdup(dir);
	u->path = str_printf("%s/" PREFIX "%d", dir, (int)getpid());
	if (!u->dir || !u->path || !first) {
		forget(u);
		return -ENOMEM;
	}
	u->fd = open(u->path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (u->fd < 0) {
		ret = -errno;
	} else {
		ret = flock(u->fd, LOCK_EX | LOCK_NB) ? -errno : write_all(u->fd, first);
		if (ret)
			unlink(u->path);
	}
	if (ret)
		forget(u);
	return ret;
}

int journal_note(struct journal *u, enum journal_kind kind, const char *path, const char *value)
{
	FREE char *line = journal_line(kind, path, value);

	if (!line)
		return -EINVAL;
	return write_all(u->fd, line);
}

static int write_setting(const char *path, const struct journal_step *s)
{
	CLOSE int fd =
		open(path, O_WRONLY | O_CLOEXEC | (s->kind == JOURNAL_APPEND ? O_APPEND : O_TRUNC));
	FREE char *text = s->value ? str_printf("%s\n", s->value) : NULL;

	if (fd < 0)
		return -errno;
	if (s->kind == JOURNAL_CLEAR)
		return 0;
	return text ? write_all(fd, text) : -ENOMEM;
}

/* What isn't there any more needs nothing */
static int put_back_once(const char *settings, const struct journal_step *s)
{
	FREE char *path = str_printf("%s/%s", settings, s->path);
	int ret = -ENOMEM;

	if (path && s->kind == JOURNAL_REMOVE)
		ret = rmdir(path) ? -errno : 0;
	else if (path)
		ret = write_setting(path, s);
	/* what was added may be gone by itself */
	if (s->kind == JOURNAL_APPEND && (ret == -EINVAL || ret == -ENOENT))
		ret = 0;
	return ret == -ENOENT || ret == -ENOTDIR || ret == -ENODEV ? 0 : ret;
}

/*
 * Who was killed takes a while to let go of it. The kernel's own time isn't counted: it may take
 * seconds for a setting
 */
static int put_back(const char *settings, const struct journal_step *s, unsigned int ms)
{
	long long until = clock_ms() + ms;
	struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	int ret;

	while ((ret = put_back_once(settings, s)) == -EBUSY || ret == -EINTR || ret == -EAGAIN) {
		if (clock_ms() >= until)
			break;
		nanosleep(&pause, NULL);
	}
	return ret;
}

/* What could not be put back becomes the journal */
static int keep_steps(int fd, const struct journal_steps *s, const bool *stuck)
{
	FREE char *first = str_printf("in %s\n", s->settings);
	int ret = first && !ftruncate(fd, 0) ? write_all(fd, first) : -EIO;

	for (size_t i = 0; i < s->n && !ret; i++) {
		FREE char *line =
			stuck[i] ? journal_line(s->v[i].kind, s->v[i].path, s->v[i].value) : NULL;

		if (line)
			ret = write_all(fd, line);
	}
	return ret;
}

static int put_all_back(int fd, const struct journal_steps *s, unsigned int ms)
{
	FREE bool *stuck = calloc(s->n ? s->n : 1, sizeof(*stuck));
	int bad = 0;

	if (!stuck)
		return -ENOMEM;
	for (size_t i = s->n; i-- > 0;) {
		int ret = put_back(s->settings, &s->v[i], ms);

		stuck[i] = ret != 0;
		if (ret)
			msg_debug("can't restore %s/%s: %s", s->settings, s->v[i].path,
				  strerror(-ret));
		bad = ret ? ret : bad;
	}
	if (bad)
		keep_steps(fd, s, stuck);
	return bad;
}

/* The journal at @path, which the caller has locked */
static int play(const char *path, int fd, unsigned int ms)
{
	CLEANUP(journal_steps_free) struct journal_steps s = { 0 };
	FREE char *text = NULL;
	size_t len = 0;
	int ret = file_read(path, JOURNAL_MAX, &text, &len);

	if (!ret)
		ret = journal_parse(text, len, &s);
	if (!ret && s.settings)
		ret = put_all_back(fd, &s, ms);
	if (!ret && unlink(path))
		ret = -errno;
	return ret;
}

int journal_end(struct journal *u, unsigned int ms)
{
	int ret = u->path ? play(u->path, u->fd, ms) : 0;

	/* the last one to leave; it stays where there is another */
	if (u->dir && !ret)
		rmdir(u->dir);
	forget(u);
	return ret;
}

static char *sentence(const char *path, const char *name)
{
	CLEANUP(journal_steps_free) struct journal_steps s = { 0 };
	FREE char *text = NULL;
	size_t len = 0;

	if (file_read(path, JOURNAL_MAX, &text, &len) || journal_parse(text, len, &s) ||
	    !s.settings)
		return str_printf("journal %s", path);
	return str_printf("settings in %s (changed by process %s)", s.settings,
			  name + strlen(PREFIX));
}

/* One journal; nothing when its owner or his guard lives */
static int sweep_one(const char *dir, const char *name, bool look, unsigned int ms,
		     struct strv *done, struct strv *stuck)
{
	FREE char *path = str_printf("%s/%s", dir, name);
	CLOSE int fd =
		path ? open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || flock(fd, LOCK_EX | LOCK_NB))
		return 0;

	/* he may have ended while we came */
	if (!file_exists(path))
		return 0;
	FREE char *what = sentence(path, name);
	int ret = look ? 0 : play(path, fd, ms);
	struct strv *to = ret ? stuck : done;

	if (to)
		strv_add(to, what ? what : path);
	return ret;
}

static int sweep(const char *dir, bool look, unsigned int ms, struct strv *done, struct strv *stuck)
{
	STRV_CLEAN struct strv names = { 0 };
	/* not to be waited for: he who is starting puts things back himself */
	CLOSE int gate = open_gate(dir, LOCK_EX | LOCK_NB);
	int ret = gate < 0 ? gate : file_list(dir, &names), bad = 0, one;

	for (size_t i = 0; i < names.n && !ret; i++) {
		if (strncmp(names.v[i], PREFIX, strlen(PREFIX)) != 0)
			continue;
		one = sweep_one(dir, names.v[i], look, ms, done, stuck);
		bad = one ? one : bad;
	}
	if (!ret && !look)
		rmdir(dir);
	if (ret == -ENOENT || ret == -EWOULDBLOCK)
		return 0;
	return ret ? ret : bad;
}

int journal_sweep(const char *dir, unsigned int ms, struct strv *done, struct strv *stuck)
{
	return sweep(dir, false, ms, done, stuck);
}

int journal_find(const char *dir, struct strv *found)
{
	return sweep(dir, true, 0, found, NULL);
}
