// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crowd files N | devices N DUPS | processes N | memory MIB: a host that isn't easy to look at. Says "ready" and then
 *
 *   files      has N descriptors, the last one a /dev/vhost-net, and opens and closes one more each 200 us: on SIGTERM
 *              "waited max_us=N over=N times=N", the longest time that took from a SIGUSR1 to the SIGUSR2 that follows, and how
 *              often it was over 5 ms
 *   devices    has N /dev/vhost-net open, and DUPS duplicates of them
 *   processes  N processes, each with a few files; the last one has a /dev/vhost-net
 *   memory     touches MIB of memory and owns a /dev/vhost-net with rings of 32768 in it: more lines than a dump's buffer holds
 *
 * and waits for SIGTERM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <sched.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t over, counts;

static void end(int sig)
{
	(void)sig;
	over = 1;
}

static void count(int sig)
{
	counts = sig == SIGUSR1;
}

static void failed(const char *what)
{
	fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int device(void)
{
	int fd = open("/dev/vhost-net", O_RDWR);

	if (fd < 0)
		failed("/dev/vhost-net");
	return fd;
}

static void ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void until_over(void)
{
	while (!over)
		pause();
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* Ahead of all others that aren't the kernel's, so that it waits for locks alone */
static void measure(int of)
{
	struct sched_param p = { .sched_priority = 50 };
	struct timespec pause_ns = { .tv_nsec = 200000 };
	double most = 0;
	long times = 0, over_5ms = 0;

	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = count }, NULL);
	sigaction(SIGUSR2, &(struct sigaction){ .sa_handler = count }, NULL);
	if (sched_setscheduler(0, SCHED_FIFO, &p))
		failed("SCHED_FIFO");
	ready();
	while (!over) {
		double before = now_us(), took;
		int fd = dup(of);

		if (fd < 0 || close(fd))
			failed("dup");
		took = now_us() - before;
		times += counts;
		over_5ms += counts && took > 5000;
		if (counts && took > most)
			most = took;
		nanosleep(&pause_ns, NULL);
	}
	printf("waited max_us=%.0f over=%ld times=%ld\n", most, over_5ms, times);
}

static void files(int n)
{
	int zero = open("/dev/null", O_RDONLY), fd = device();

	for (int i = fd + 1; i < n; i++)
		if (dup(zero) < 0)
			failed("dup");
	if (dup2(fd, n) < 0 || close(fd))
		failed("dup2");
	measure(zero);
}

static void devices(int n, int dups)
{
	int first = device();

	for (int i = 1; i < n; i++)
		device();
	for (int i = 0; i < dups; i++)
		if (dup(first + i % n) < 0)
			failed("dup");
	ready();
	until_over();
}

static void processes(int n)
{
	for (int i = 1; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			failed("fork");
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			until_over();
			_exit(0);
		}
	}
	/* the others end with us */
	device();
	ready();
	until_over();
}

static void memory(int mib)
{
	size_t size = (size_t)mib << 20;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	int fd = device();

	if (p == MAP_FAILED)
		failed("mmap");
	if (ioctl(fd, VHOST_SET_OWNER))
		failed("VHOST_SET_OWNER");
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t at = (uintptr_t)p + (i << 20);
		struct vhost_vring_state num = { i, 32768 };
		struct vhost_vring_addr addr = { .index = i, .desc_user_addr = at, .avail_user_addr = at + (512 << 10), .used_user_addr = at + (640 << 10) };

		if (ioctl(fd, VHOST_SET_VRING_NUM, &num) || ioctl(fd, VHOST_SET_VRING_ADDR, &addr))
			failed("a ring");
	}
	ready();
	until_over();
}

int main(int argc, char **argv)
{
	struct rlimit most = { 1000000, 1000000 };
	int n = argc > 2 ? atoi(argv[2]) : 0;

	/* without SA_RESTART */
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = end }, NULL);
	if (setrlimit(RLIMIT_NOFILE, &most))
		failed("RLIMIT_NOFILE");
	if (n > 0 && !strcmp(argv[1], "files"))
		files(n);
	else if (n > 0 && argc > 3 && !strcmp(argv[1], "devices"))
		devices(n, atoi(argv[3]));
	else if (n > 0 && !strcmp(argv[1], "processes"))
		processes(n);
	else if (n > 0 && !strcmp(argv[1], "memory"))
		memory(n);
	else
		return 2;
	return 0;
}
