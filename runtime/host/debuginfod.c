// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner of libdebuginfod, which asks the servers of $DEBUGINFOD_URLS and
 * keeps what they have in a cache of its own. It is loaded when it's needed, as
 * elfutils does: it brings libcurl, which a production host may not have.
 */
#include "host/debuginfo.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "host/distro.h"
#include "host/elf.h"
#include "host/host.h"

#if __has_include(<elfutils/debuginfod.h>)
#include <elfutils/debuginfod.h>
#endif

/*
 * What we use of it, so that it takes no package to build. Where the header is
 * there, the compiler sees to it that this is the same.
 */
typedef struct debuginfod_client debuginfod_client;
typedef int (*debuginfod_progressfn_t)(debuginfod_client *c, long a, long b);
debuginfod_client *debuginfod_begin(void);
void debuginfod_end(debuginfod_client *client);
int debuginfod_find_debuginfo(debuginfod_client *client, const unsigned char *build_id,
			      int build_id_len, char **path);
void debuginfod_set_progressfn(debuginfod_client *c, debuginfod_progressfn_t fn);

static struct {
	void *handle;
	__typeof__(&debuginfod_begin) begin;
	__typeof__(&debuginfod_end) end;
	__typeof__(&debuginfod_find_debuginfo) find;
	__typeof__(&debuginfod_set_progressfn) set_progressfn;
} lib;

/* It is never unloaded: libcurl's threads may still be in it */
static bool load(void)
{
	if (lib.handle)
		return true;
	lib.handle = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!lib.handle) {
		msg_debug("debuginfod: %s", dlerror());
		return false;
	}
	lib.begin = (__typeof__(lib.begin))dlsym(lib.handle, "debuginfod_begin");
	lib.end = (__typeof__(lib.end))dlsym(lib.handle, "debuginfod_end");
	lib.find = (__typeof__(lib.find))dlsym(lib.handle, "debuginfod_find_debuginfo");
	lib.set_progressfn = (__typeof__(lib.set_progressfn))dlsym(lib.handle,
								   "debuginfod_set_progressfn");
	if (lib.begin && lib.end && lib.find && lib.set_progressfn)
		return true;
	msg_debug("debuginfod: libdebuginfod.so.1 lacks functions: too old");
	dlclose(lib.handle);
	lib.handle = NULL;
	return false;
}

/*
 * A signal that would end us waits until the library has taken its half of a
 * file away; then it is delivered as it would have been.
 */
static volatile sig_atomic_t interrupted;

static const struct {
	int sig;
	bool unless_ignored;	/* nohup(1); the others as while stap runs */
} signals[] = {
	{ SIGINT, false }, { SIGTERM, false }, { SIGQUIT, false }, { SIGHUP, true },
};

static void on_signal(int sig)
{
	interrupted = sig;
}

static void hold_signals(struct sigaction old[ARRAY_SIZE(signals)])
{
	struct sigaction sa = { .sa_handler = on_signal };

	interrupted = 0;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i].sig, NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN || !signals[i].unless_ignored)
			sigaction(signals[i].sig, &sa, NULL);
	}
}

static void release_signals(const struct sigaction old[ARRAY_SIZE(signals)])
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i].sig, &old[i], NULL);
	if (interrupted)
		raise(interrupted);
}

/* @b is 0 as long as the size isn't known, and @a then counts nothing of interest */
static int on_progress(debuginfod_client *c, long a, long b)
{
	(void)c;
	progress_update(b > 0 ? a : 0, b);
	return interrupted != 0;
}

void debuginfod_init(struct debuginfod *d)
{
	const char *urls = getenv("DEBUGINFOD_URLS");

	*d = (struct debuginfod){ 0 };
	if (urls && urls[strspn(urls, " \t")])
		d->urls = urls;
}

static int begin(struct debuginfod *d)
{
	if (d->client)
		return 0;
	if (!load()) {
		d->answer = -ELIBACC;
		d->silent = true;
		return -ELIBACC;
	}
	d->client = lib.begin();
	if (!d->client)
		return -ENOMEM;
	lib.set_progressfn(d->client, on_progress);
	return 0;
}

static void forget_in(const char *dir, const char *below, const char *id)
{
	FREE char *path = dir ? str_printf("%s%s/%s/debuginfo", dir, below, id) : NULL;
	struct stat st;

	if (path && !lstat(path, &st) && S_ISREG(st.st_mode) && !st.st_size)
		unlink(path);
}

/*
 * An empty file in its cache is how the library remembers for ten minutes that
 * no server has it. It makes one (0.188) of a download that was cut short too.
 */
static void forget(const struct build_id *id)
{
	char text[BUILD_ID_TEXT];

	build_id_text(id, text);
	forget_in(getenv("DEBUGINFOD_CACHE_PATH"), "", text);
	forget_in(getenv("XDG_CACHE_HOME"), "/debuginfod_client", text);
	forget_in(getenv("HOME"), "/.cache/debuginfod_client", text);
	forget_in(getenv("HOME"), "/.debuginfod_client_cache", text);
}

static int fetch(struct debuginfod *d, const char *what, const struct build_id *id, char **path)
{
	FREE char *words = str_printf("downloading the debuginfo of %s", what);
	struct sigaction old[ARRAY_SIZE(signals)];

	hold_signals(old);
	progress_start(words ? words : what);
	int fd = lib.find(d->client, id->b, (int)id->len, path);

	progress_end();
	if (fd >= 0)
		close(fd);
	else if (interrupted || fd != -ENOENT)
		forget(id);
	release_signals(old);
	if (interrupted && fd < 0)
		return -EINTR;
	return fd < 0 ? fd : 0;
}

int debuginfod_fetch(struct debuginfod *d, const char *what, const struct build_id *id, char **path)
{
	char text[BUILD_ID_TEXT];
	int ret;

	*path = NULL;
	if (!d->urls || d->silent)
		return -ENOENT;
	if (!id->len) {
		d->answer = d->answer ? d->answer : -ENOKEY;
		return -ENOKEY;
	}
	ret = begin(d);
	if (ret)
		return ret;
	msg_debug("%s: asking %s for %s", what, d->urls, build_id_text(id, text));
	ret = fetch(d, what, id, path);
	if (!ret || ret == -EINTR)
		return ret;
	msg_debug("%s: %s: %s", what, d->urls, strerror(-ret));
	d->answer = ret;
	/* the next one would only wait as long for nothing */
	d->silent = ret != -ENOENT;
	return ret;
}

void debuginfod_close(struct debuginfod *d)
{
	if (d->client)
		lib.end(d->client);
	d->client = NULL;
}

char *debuginfod_answer(const struct debuginfod *d, const struct host *h)
{
	FREE char *install = NULL;

	switch (d->answer) {
	case 0:
		return NULL;
	case -ENOENT:
		return str_printf("the servers in $DEBUGINFOD_URLS (%s) have no debuginfo of this "
				  "build", d->urls);
	case -ENOKEY:
		return str_printf(
			"$DEBUGINFOD_URLS (%s) is not used: the build-id is unknown",
			d->urls);
	case -ELIBACC:
		install = host_install_hint(h, PKG_DEBUGINFOD);
		return str_printf("$DEBUGINFOD_URLS is set, but libdebuginfod.so.1 isn't "
				  "installed: %s", install ? install : "install it");
	}
	return str_printf("the download from $DEBUGINFOD_URLS (%s) failed: %s", d->urls,
			  strerror(-d->answer));
}
