// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"

#define FIRST_MS 2000		/* what is done sooner needs no words */
#define TERMINAL_MS 250		/* between two updates of the line */
#define LOG_MS 15000		/* between two messages with -v, where there is no terminal */
#define WIDTH 80		/* of a terminal that doesn't say */

bool progress_off;

static struct {
	char *what;		/* NULL: nothing is going on */
	bool terminal;
	long long since, shown;	/* ms */
	size_t len;		/* of what is on the line now, 0: nothing */
} progress;

static void put(const char *s, size_t len)
{
	if (write(STDERR_FILENO, s, len) < 0)
		return;		/* there is no reader any more */
}

void progress_hide(void)
{
	char blank[512];

	if (!progress.len)
		return;
	/* spaces: understood by every terminal */
	int n = snprintf(blank, sizeof(blank), "\r%*s\r", (int)progress.len, "");

	put(blank, n);
	progress.len = 0;
}

void progress_start(const char *what)
{
	progress_end();
	if (progress_off)
		return;
	msg_before = progress_hide;
	progress.what = str_escape(what, strlen(what));
	progress.terminal = isatty(STDERR_FILENO);
	progress.since = clock_ms();
	progress.shown = progress.since;
}

/* " 12.3 of 45.6 MB (27 %)"; nothing where nothing is known */
static void amount(char *buf, size_t size, long long done, long long total)
{
	*buf = '\0';
	if (total > 0 && done >= 0)
		snprintf(buf, size, ", %.1f of %.1f MB (%d %%)", done / 1e6, total / 1e6,
			 (int)(done >= total ? 100 : done * 100.0 / total));
}

/* A line that is wrapped could not be taken back: it is cut to the terminal's width */
static void show_line(const char *text)
{
	struct winsize w = { 0 };
	size_t width = ioctl(STDERR_FILENO, TIOCGWINSZ, &w) || w.ws_col < 2 ? WIDTH : w.ws_col;
	char line[256];
	size_t max = width - 1 < sizeof(line) - 1 ? width - 1 : sizeof(line) - 1;
	size_t len = strlen(text) < max ? strlen(text) : max;
	size_t pad = progress.len > len && progress.len <= max ? progress.len - len : 0;
	int n = snprintf(line, sizeof(line), "\r%.*s%*s", (int)len, text, (int)pad, "");

	put(line, n < (int)sizeof(line) ? n : (int)sizeof(line) - 1);
	progress.len = len + pad;
}

void progress_update(long long done, long long total)
{
	long long now = clock_ms();
	FREE char *text = NULL;
	char much[96];

	if (!progress.what || now - progress.since < FIRST_MS)
		return;
	if (progress.shown != progress.since &&
	    now - progress.shown < (progress.terminal ? TERMINAL_MS : LOG_MS))
		return;
	progress.shown = now;
	amount(much, sizeof(much), done, total);
	text = str_printf("%s%s, %lld s", progress.what, much, (now - progress.since) / 1000);
	if (!text)
		return;
	if (progress.terminal)
		show_line(text);
	else
		msg_debug("%s", text);
}

void progress_end(void)
{
	progress_hide();
	free(progress.what);
	progress.what = NULL;
}
