// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load for a guest of two vCPUs, so that they need one another: one thread spins on each, and the first asks every
 * other millisecond for a barrier on all CPUs (membarrier: an IPI to the other, whose answer it waits for).
 *   vcpu-load SECONDS
 */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile int over;

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *spin(void *arg)
{
	(void)arg;
	pin(1);
	while (!over)
		;
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	double end = now() + (argc > 1 ? atof(argv[1]) : 1);
	unsigned long barriers = 0;
	pthread_t other;

	pin(0);
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) ||
	    pthread_create(&other, NULL, spin, NULL))
		return perror("vcpu-load"), 1;
	while (now() < end) {
		syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
		barriers++;
		for (double until = now() + 0.001; now() < until; )
			;
	}
	over = 1;
	pthread_join(other, NULL);
	printf("load: %lu barriers\n", barriers);
	return 0;
}
