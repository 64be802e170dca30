// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>

#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "tree.h"

static void nap(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Something that takes 3 s, then something that takes none */
static void work(void)
{
	progress_start("downloading \033[2J it");
	for (int i = 0; i <= 30; i++) {
		progress_update(i * 1000000, i < 25 ? 0 : 40000000);
		nap(100);
		if (i == 27)
			msg_error("in between");
	}
	progress_end();
	progress_start("short");
	progress_update(1, 2);
	progress_end();
	progress_update(1, 2);
	exit(0);
}

static char *seen(unsigned short columns)
{
	struct winsize w = { .ws_row = 24, .ws_col = columns };
	static char all[65536];
	size_t len = 0;
	int fd, status;
	pid_t pid = forkpty(&fd, NULL, NULL, &w);
	ssize_t n;

	assert_true(pid >= 0);
	if (!pid)
		work();
	while ((n = read(fd, all + len, sizeof(all) - 1 - len)) > 0)
		len += n;
	all[len] = '\0';
	close(fd);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	return all;
}

static void a_line_that_is_cleared(void **state)
{
	char *s = seen(80);
	const char *message = "\r" "stap-vhost: in between\r\n";

	(void)state;
	/* the size wasn't known at first; a message stands on a line of its own */
	assert_ptr_equal(strstr(s, "\rdownloading \\x1b[2J it, 2 s"), s);
	assert_non_null(strstr(s, " of 40.0 MB (6"));
	assert_non_null(strstr(s, message));
	assert_null(strstr(s, "short"));
	/* cleared at the end, without a newline */
	s = strstr(s, message) + strlen(message);
	assert_null(strchr(s, '\n'));
	assert_true(str_ends_with(s, " \r"));
}

static void a_narrow_terminal(void **state)
{
	char *s = seen(20);

	(void)state;
	for (char *line = strtok(s, "\r\n"); line; line = strtok(NULL, "\r\n"))
		if (!strstr(line, "in between"))
			assert_true(strlen(line) < 20);
}

static void nothing_where_there_is_no_terminal(void **state)
{
	FREE char *got = NULL;
	const char *path = tree_path(*state, "/err");
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (!freopen(path, "w", stderr))
			_exit(1);
		work();
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(file_read(path, 4096, &got, NULL), 0);
	assert_string_equal(got, "stap-vhost: in between\n");
}

static void a_message_with_v(void **state)
{
	FREE char *got = NULL;
	const char *path = tree_path(*state, "/err");
	int status;
	pid_t pid = fork();

	if (!pid) {
		msg_verbose = true;
		if (!freopen(path, "w", stderr))
			_exit(1);
		work();
	}
	waitpid(pid, &status, 0);
	assert_int_equal(file_read(path, 4096, &got, NULL), 0);
	/* one, not one for each update */
	assert_string_equal(got,
			    "stap-vhost: downloading \\x1b[2J it, 2 s\nstap-vhost: in between\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_line_that_is_cleared),
		T(a_narrow_terminal),
		T(nothing_where_there_is_no_terminal),
		T(a_message_with_v),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
