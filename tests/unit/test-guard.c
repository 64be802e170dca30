// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "tree.h"

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/*
 * Who is a guard's owner here tells by a pipe what happens, a letter each; its end is that of the
 * last who has it
 */
struct diary {
	int fd;
	int errand_ms;
};

static void tell(const struct diary *d, const char *letter)
{
	assert_int_equal(write(d->fd, letter, 1), 1);
}

static void errand(void *ctx)
{
	const struct diary *d = ctx;

	tell(d, "e");
	pause_ms(d->errand_ms);
	tell(d, "E");
}

static void clean(void *ctx, pid_t child)
{
	tell(ctx, child ? "?" : "c");
}

/*
 * @expected is told by a process of its own that does @own, and by its guard; killed after the
 * letter @kill_at
 */
static void watched(void (*own)(const struct guard *, const struct diary *), int errand_ms,
		    char kill_at, const char *expected)
{
	char told[16];
	int ends[2], status;
	size_t n = 0;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t pid = fork();

	if (!pid) {
		struct diary d = { ends[1], errand_ms };
		struct guard g;

		close(ends[0]);
		if (guard_start(&g, &(struct guard_duty){ clean, errand, &d }, &d.fd, 1))
			_exit(1);
		own(&g, &d);
		_exit(0);
	}
	close(ends[1]);
	while (n < sizeof(told) - 1 && read(ends[0], told + n, 1) == 1) {
		if (told[n] == kill_at)
			assert_int_equal(kill(pid, SIGKILL), 0);
		n++;
	}
	told[n] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(kill_at ? WIFSIGNALED(status) : WIFEXITED(status) && !WEXITSTATUS(status));
	assert_string_equal(told, expected);
}

static void goes_well(const struct guard *g, const struct diary *d)
{
	struct guard mine = *g;

	tell(d, "1");
	guard_errand(g);
	tell(d, "2");
	guard_end(&mine);
}

static void waits(const struct guard *g, const struct diary *d)
{
	tell(d, "1");
	guard_errand(g);
	tell(d, "2");
	pause_ms(60000);
}

static void errand_is_waited_for(void **state)
{
	(void)state;
	watched(goes_well, 50, '\0', "1eE2");
}

static void killed_owner_is_cleaned_up_after(void **state)
{
	(void)state;
	watched(waits, 0, '2', "1eE2c");
}

/* What must not be interrupted isn't, and only then is it cleaned up */
static void killed_owner_ends_no_errand(void **state)
{
	(void)state;
	watched(waits, 200, 'e', "1eEc");
}

/*
 * What it holds is closed by then. The kernel closes the file of the greatest number first
 * (exit_task_work())
 */
static void end_waits_until_the_guard_goes(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct guard g;
		int ends[2], held;
		char c;

		assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
		held = fcntl(ends[1], F_DUPFD_CLOEXEC, 900);
		close(ends[1]);
		assert_int_equal(
			guard_start(&g, &(struct guard_duty){ clean, errand, NULL }, &held, 1), 0);
		close(held);
		guard_end(&g);
		assert_int_equal(read(ends[0], &c, 1), 0);
		close(ends[0]);
	}
}

static void without_guard_nothing_is_done(void **state)
{
	struct guard none = { -1 };

	(void)state;
	guard_errand(&none);
	guard_watch(&none, 0);
	guard_end(&none);
}

/* What close_range(2) does, where the kernel has none; and that both do the same */
static void descriptors_are_closed(void (*close_all)(unsigned int, unsigned int))
{
	int first = open("/dev/null", O_RDONLY), keep, last;

	assert_true(first >= 3);
	keep = dup(first);
	last = fcntl(first, F_DUPFD, 900);
	assert_int_equal(last, 900);
	close_all((unsigned int)first, (unsigned int)keep - 1);
	close_all((unsigned int)keep + 1, ~0U);
	assert_int_equal(fcntl(first, F_GETFD), -1);
	assert_int_equal(fcntl(last, F_GETFD), -1);
	assert_int_not_equal(fcntl(keep, F_GETFD), -1);
	assert_int_not_equal(fcntl(1, F_GETFD), -1);
	close(keep);
}

static void descriptors_are_closed_by_any_kernel(void **state)
{
	(void)state;
	descriptors_are_closed(fds_close);
	descriptors_are_closed(fds_close_one_by_one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errand_is_waited_for),
		cmocka_unit_test(killed_owner_is_cleaned_up_after),
		cmocka_unit_test(killed_owner_ends_no_errand),
		cmocka_unit_test(end_waits_until_the_guard_goes),
		cmocka_unit_test(without_guard_nothing_is_done),
		cmocka_unit_test(descriptors_are_closed_by_any_kernel),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
