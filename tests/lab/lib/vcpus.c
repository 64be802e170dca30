// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A KVM guest without a system: two vCPUs of some thirty instructions, which wake one another up by IPIs, and halt.
 *   vcpu-rounds
 * Each line of standard input is a number of rounds; once they are done it says "rounds N ns NANOSECONDS". A round is two IPIs
 * and two halts. Says "ready" when it can be asked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#define SIZE	0x4000	/* bytes of memory, and where in it is what */
#define LEFT	0x0800	/* rounds that are left */
#define CODE	0x1000
#define STACKS	0x1800	/* 256 bytes each */
#define IDT	0x2000
#define GDT	0x3000
#define VECTOR	0x40
#define DONE	0x10	/* a port */

/* vCPU 0 (ebx 1) counts, vCPU 1 (ebx 0) answers; edx: the other's APIC id */
extern const char code[], code_interrupt[], code_end[];
__asm__(".pushsection .rodata\n"
	".code32\n"
	"code:\n"
	"	movl $0x1ff, 0xfee000f0\n"	/* the APIC is enabled */
	"1:	sti\n"
	"	hlt\n"
	"	cli\n"
	"	testl %ebx, %ebx\n"
	"	jz 2f\n"
	"	cmpl $0, 0x0800\n"
	"	je 3f\n"
	"	decl 0x0800\n"
	"2:	movl %edx, 0xfee00310\n"
	"	movl $0x4040, 0xfee00300\n"	/* an IPI of this vector */
	"	jmp 1b\n"
	"3:	outb %al, $0x10\n"
	"	jmp 1b\n"
	"code_interrupt:\n"
	"	movl $0, 0xfee000b0\n"		/* end of interrupt */
	"	iret\n"
	"code_end:\n"
	".code64\n"
	".popsection\n");

static uint8_t *memory;
static int vm, cpus[2];
static sem_t done;

static int ask(int fd, unsigned long request, const char *what, void *arg)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0) {
		perror(what);
		exit(1);
	}
	return ret;
}
#define ASK(fd, request, arg) ask(fd, request, #request, (void *)(uintptr_t)(arg))

static void fill(void)
{
	uint32_t handler = CODE + (code_interrupt - code);
	uint64_t gate = (uint64_t)(handler & 0xffff0000) << 32 | 0x8e00ULL << 32 | 8 << 16 | (handler & 0xffff);
	const uint64_t gdt[] = { 0, 0x00cf9b000000ffff, 0x00cf93000000ffff };

	memcpy(memory + CODE, code, code_end - code);
	memcpy(memory + IDT + VECTOR * 8, &gate, sizeof(gate));
	memcpy(memory + GDT, gdt, sizeof(gdt));
}

/* Protected mode, without pages */
static void set(int i)
{
	const struct kvm_segment data = { .limit = ~0U, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1 };
	struct kvm_regs r = { .rip = CODE, .rsp = STACKS + 256 * (i + 1), .rflags = 2, .rbx = !i, .rdx = (uint64_t)!i << 24 };
	struct kvm_mp_state state = { KVM_MP_STATE_RUNNABLE };
	struct kvm_sregs s;

	ASK(cpus[i], KVM_GET_SREGS, &s);
	s.cr0 |= 1;
	s.cs = s.ds = s.es = s.fs = s.gs = s.ss = data;
	s.cs.selector = 8;
	s.cs.type = 11;
	s.idt.base = IDT;
	s.idt.limit = VECTOR * 8 + 7;
	s.gdt.base = GDT;
	s.gdt.limit = 23;
	ASK(cpus[i], KVM_SET_SREGS, &s);
	ASK(cpus[i], KVM_SET_REGS, &r);
	ASK(cpus[i], KVM_SET_MP_STATE, &state);
}

static void *run(void *arg)
{
	int fd = *(int *)arg;
	struct kvm_run *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	while (r != MAP_FAILED) {
		if (ioctl(fd, KVM_RUN, 0) && errno != EINTR)
			break;
		if (r->exit_reason == KVM_EXIT_IO && r->io.port == DONE)
			sem_post(&done);
		else if (r->exit_reason != KVM_EXIT_INTR)
			break;
	}
	fprintf(stderr, "vcpu-rounds: exit %u, errno %d\n", r == MAP_FAILED ? 0 : r->exit_reason, errno);
	exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	struct kvm_msi wake = { .address_lo = 0xfee00000, .data = VECTOR };
	struct kvm_userspace_memory_region region = { .memory_size = SIZE };
	pthread_t threads[2];
	long rounds;

	if (kvm < 0)
		return perror("/dev/kvm"), 1;
	vm = ASK(kvm, KVM_CREATE_VM, 0);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || sem_init(&done, 0, 0))
		return perror("vcpu-rounds"), 1;
	region.userspace_addr = (uintptr_t)memory;
	fill();
	ASK(vm, KVM_CREATE_IRQCHIP, 0);
	ASK(vm, KVM_SET_USER_MEMORY_REGION, &region);
	for (int i = 0; i < 2; i++) {
		cpus[i] = ASK(vm, KVM_CREATE_VCPU, i);
		set(i);
	}
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, run, &cpus[i]))
			return perror("vcpu-rounds"), 1;
	puts("ready");
	fflush(stdout);
	while (scanf("%ld", &rounds) == 1) {
		long long begin = now();

		*(volatile uint32_t *)(memory + LEFT) = rounds;
		ASK(vm, KVM_SIGNAL_MSI, &wake);
		while (sem_wait(&done))
			;
		printf("rounds %ld ns %lld\n", rounds, now() - begin);
		fflush(stdout);
	}
	return 0;
}
