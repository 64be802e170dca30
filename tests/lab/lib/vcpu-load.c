// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load for a guest of two vCPUs, so that they need one another: a thread on each touches its pages and gives them back, which
 * takes one lock of both for long; the first also asks for barriers (membarrier: an IPI to the other, whose answer it waits for).
 *   vcpu-load SECONDS
 */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE	4096
#define HALF	(256 * PAGE)	/* of what one page of page table maps */

static char *memory;
static double end;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void *work(void *arg)
{
	int cpu = arg != NULL;
	char *mine = memory + cpu * HALF;
	unsigned long rounds = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (; now() < end; rounds++) {
		for (char *page = mine; page < mine + HALF; page += PAGE)
			*page = 1;
		madvise(mine, HALF, MADV_DONTNEED);
		if (!cpu)
			syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	}
	return (void *)rounds;
}

int main(int argc, char **argv)
{
	pthread_t other;
	void *theirs;

	end = now() + (argc > 1 ? atof(argv[1]) : 1);
	memory = mmap(NULL, 8 * HALF, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return perror("mmap"), 1;
	madvise(memory, 8 * HALF, MADV_NOHUGEPAGE);
	memory += -(unsigned long)memory % (2 * HALF);
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) || pthread_create(&other, NULL, work, "1"))
		return perror("vcpu-load"), 1;

	unsigned long ours = (unsigned long)work(NULL);

	pthread_join(other, &theirs);
	printf("load: %lu and %lu rounds\n", ours, (unsigned long)theirs);
	return 0;
}
