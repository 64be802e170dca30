// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * calls [PART...]: calls functions in all the ways in which calls nest, and prints the tree that a
 * probe of each t_* would see, as call-path.stp does, but without values and times:
 *   TID DEPTH => NAME(n=0xN)        TID DEPTH <= NAME
 * Part "reads" reads from descriptor 3. Compiled with -O2. Waits for a line on standard input between two printed: "ready" and "done".
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* The truth goes to memory: no function that might be probed is called for it */
#define LINES 40000

struct line { const char *name; long n; int tid; short depth; char kind; };

static struct line lines[LINES];
static int lines_n;
static __thread int depth, tid;

static inline __attribute__((always_inline)) void note(char kind, const char *name, long n, int at)
{
	int i = __atomic_fetch_add(&lines_n, 1, __ATOMIC_RELAXED);

	if (!tid)
		tid = syscall(SYS_gettid);
	if (i < LINES)
		lines[i] = (struct line){ name, n, tid, at, kind };
}

#define ENTER(n) note('>', __func__, n, depth++)
#define LEAVE() note('<', __func__, 0, --depth)
#define FUNCTION __attribute__((noipa)) long

/* Plain: siblings, a loop over one place of a call, and over one that calls by a pointer */
FUNCTION t_leaf(long n)
{
	ENTER(n);
	LEAVE();
	return n + 1;
}

FUNCTION t_other(long n)
{
	ENTER(n);
	LEAVE();
	return n + 2;
}

FUNCTION t_plain(long n)
{
	static long (*const volatile by[])(long) = { t_leaf, t_other, t_leaf };

	ENTER(n);
	for (int i = 0; i < 3; i++)
		n += t_leaf(i);
	for (int i = 0; i < 3; i++)
		n += by[i](i);
	n += t_other(7) + t_leaf(8);
	LEAVE();
	return n;
}

FUNCTION t_fib(long n)
{
	long r = n;

	ENTER(n);
	if (n > 1) {
		r = t_fib(n - 1);
		r += t_fib(n - 2);
	}
	LEAVE();
	return r;
}

FUNCTION t_deep(long n)
{
	long r = 0;

	ENTER(n);
	if (n)
		r = t_deep(n - 1) + 1;
	LEAVE();
	return r;
}

/* Tail calls: all return at once */
static void left_all(const char *const *names, long n)
{
	while (n--)
		note('<', names[n], 0, --depth);
}

FUNCTION t_tail_c(long n)
{
	ENTER(n);
	t_leaf(n);
	left_all((const char *[]){ "t_tail_a", "t_tail_b", "t_tail_c" }, 3);
	return n;
}

FUNCTION t_tail_b(long n)
{
	ENTER(n);
	t_leaf(n);
	return t_tail_c(n + 1);
}

FUNCTION t_tail_a(long n)
{
	ENTER(n);
	t_other(n);
	return t_tail_b(n + 1);
}

/* From one to the other and back */
FUNCTION t_odd(long n);

FUNCTION t_even(long n)
{
	ENTER(n);
	if (n)
		return t_odd(n - 1);
	left_all((const char *[]){ "t_even", "t_odd", "t_even", "t_odd", "t_even" }, 5);
	return 0;
}

FUNCTION t_odd(long n)
{
	ENTER(n);
	return t_even(n - 1);
}

/* An inlined one that calls */
static inline __attribute__((always_inline)) long t_inlined(long n)
{
	note('>', __func__, -1, depth);
	return t_leaf(n) + 1;
}

FUNCTION t_host(long n)
{
	ENTER(n);
	n = t_inlined(n);
	t_other(n);
	LEAVE();
	return n;
}

/* longjmp() over calls, from a deeper one, and back into a loop */
static jmp_buf back;

FUNCTION t_jumps(long n)
{
	ENTER(n);
	if (n > 0)
		n = t_jumps(n - 1);
	else if (!n)
		longjmp(back, 1);
	LEAVE();
	return n;
}

FUNCTION t_catches(long n)
{
	volatile int round = 0, before;

	ENTER(n);
	before = depth;
	if (setjmp(back)) {
		while (depth > before)
			note('<', "t_jumps", 0, --depth);
		t_leaf(round);
	}
	if (round++ < 3)
		t_jumps(round);
	t_other(n);
	LEAVE();
	return n;
}

/* A signal comes in the midst of a function, on its stack and on one of its own; one doesn't return */
static void on_signal(int sig);
static sigjmp_buf out;

FUNCTION t_handler(long n)
{
	ENTER(n);
	t_leaf(n);
	if (n == SIGQUIT)
		siglongjmp(out, 1);
	LEAVE();
	return n;
}

static void on_signal(int sig)
{
	t_handler(sig);
}

FUNCTION t_signals(long n)
{
	int before;

	ENTER(n);
	raise(SIGUSR1);
	t_leaf(n);
	raise(SIGUSR2);
	before = depth;
	if (sigsetjmp(out, 1) == 0)
		raise(SIGQUIT);
	while (depth > before)
		note('<', "t_handler", 0, --depth);
	t_other(n);
	LEAVE();
	return n;
}

static void signals(void)
{
	static char stack[65536];
	stack_t on = { .ss_sp = mmap(NULL, sizeof(stack), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_handler = on_signal };

	sigaltstack(&on, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	sa.sa_flags = SA_ONSTACK;
	sigaction(SIGUSR2, &sa, NULL);
	sigaction(SIGQUIT, &sa, NULL);
	t_signals(1);
}

/* Coroutines as QEMU's: a stack each, resumed by whoever wants; they hang in the midst of calls */
static ucontext_t main_context, co_context[2];
static int co_depth, main_depth, co_now;

FUNCTION t_yields(long n)
{
	ENTER(n);
	t_leaf(n);
	co_depth = depth;
	depth = main_depth;
	swapcontext(&co_context[co_now], &main_context);
	depth = co_depth;
	t_other(n);
	LEAVE();
	return n;
}

FUNCTION t_coroutine(long n)
{
	ENTER(n);
	for (int i = 0; i < 3; i++)
		t_yields(i);
	LEAVE();
	return n;
}

static void co_main(void)
{
	t_coroutine(co_now);
	depth = main_depth;
}

FUNCTION t_resumes(long n)
{
	ENTER(n);
	t_leaf(n);
	main_depth = depth;
	if (n)
		depth = co_depth;
	swapcontext(&main_context, &co_context[co_now]);
	t_other(n);
	LEAVE();
	return n;
}

static void coroutines(void)
{
	for (co_now = 0; co_now < 2; co_now++) {
		/* with a guard, so that each stack is a mapping of its own */
		char *stack = mmap(NULL, 3 * 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		mprotect(stack + 65536, 65536, PROT_READ | PROT_WRITE);
		getcontext(&co_context[co_now]);
		co_context[co_now].uc_stack.ss_sp = stack + 65536;
		co_context[co_now].uc_stack.ss_size = 65536;
		co_context[co_now].uc_link = &main_context;
		makecontext(&co_context[co_now], co_main, 0);
		for (int i = 0; i < 4; i++)
			t_resumes(i);
		t_leaf(99);
	}
}

/* System calls, whose functions are the kernel's: their lines are made up by who compares */
FUNCTION t_reads(long n)
{
	char c;

	ENTER(n);
	t_leaf(n);
	for (int i = 0; i < n; i++)
		if (syscall(SYS_read, 3, &c, 1) != 1)
			exit(1);
	t_other(n);
	LEAVE();
	return n;
}

static void *thread(void *n)
{
	for (int i = 0; i < 20; i++) {
		t_fib(5);
		t_tail_a((long)n);
		t_plain(i);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t t[3];

	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
}

/* Called what a terminal would obey: ESC and U+009B */
static void named(void)
{
	prctl(PR_SET_NAME, "e\033[2J\302\233m");
	t_plain(2);
	prctl(PR_SET_NAME, "calls");
}

/* The top level is no t_*: what stands at depth 0 is called from here */
static void part(const char *name)
{
	depth = 0;
	if (!strcmp(name, "plain"))
		t_plain(1);
	else if (!strcmp(name, "fib"))
		t_fib(6);
	else if (!strcmp(name, "deep"))
		t_deep(100);
	else if (!strcmp(name, "tail"))
		for (int i = 0; i < 3; i++)
			t_tail_a(i);
	else if (!strcmp(name, "mutual"))
		for (int i = 0; i < 3; i++)
			t_even(4);
	else if (!strcmp(name, "inline"))
		t_host(3);
	else if (!strcmp(name, "longjmp"))
		t_catches(1);
	else if (!strcmp(name, "signals"))
		signals();
	else if (!strcmp(name, "reads"))
		t_reads(20);
	else if (!strcmp(name, "threads"))
		threads();
	else if (!strcmp(name, "named"))
		named();
	else if (!strcmp(name, "coroutines"))
		coroutines();
	else
		exit(2);
}

int main(int argc, char **argv)
{
	static char word[16];

	puts("ready");
	fflush(stdout);
	if (!fgets(word, sizeof(word), stdin))
		return 1;
	for (int i = 1; i < argc; i++)
		part(argv[i]);
	for (int i = 0; i < lines_n && i < LINES; i++) {
		const struct line *l = &lines[i];

		if (l->kind == '<')
			printf("%d %d <= %s\n", l->tid, l->depth, l->name);
		else if (l->n < 0)
			printf("%d %d => %s()\n", l->tid, l->depth, l->name);
		else
			printf("%d %d => %s(n=0x%lx)\n", l->tid, l->depth, l->name, l->n);
	}
	puts("done");
	return lines_n > LINES;
}
