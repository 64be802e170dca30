// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A KVM guest without a system: two vCPUs of some fifty instructions, which do what they are told, so often.
 *   vcpus
 * Each line of standard input is one of
 *   rounds N	both wake one another up by an IPI each, and halt
 *   spins N	vCPU 0, a Hyper-V guest's, says that it spins (HVCALL_NOTIFY_LONG_SPIN_WAIT)
 *   pauses N	vCPU 0 executes PAUSE
 *   yields N	vCPU 1 asks to give its CPU to vCPU 0 (KVM_HC_SCHED_YIELD)
 *   ipis N	vCPU 1 sends one to vCPU 0 by a hypercall (KVM_HC_SEND_IPI)
 * In all but the first the other vCPU is busy meanwhile. Once it's done, "WHAT N ns NANOSECONDS" is said; "ready" at first. At the
 * end, "sent N N": IPIs that each has sent, without those by hypercall.
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
#include <unistd.h>

#define SIZE	0x4000	/* bytes of memory, and where in it is what */
#define ORDERS	0x0800
#define CODE	0x1000
#define STACKS	0x1800	/* 256 bytes each */
#define IDT	0x2000
#define GDT	0x3000
#define VECTOR	0x40
#define DONE	0x10	/* a port */

/* At ORDERS. Who does it, and counts the rounds: the vCPU whose ebp it is, 1 for vCPU 0, 0 for vCPU 1 */
struct orders {
	uint32_t what, left, doer, busy;
	uint32_t back;		/* the other one isn't busy any more */
	uint32_t sent[2];	/* IPIs, by ebp, not those by hypercall */
};

static const struct {
	const char *name;
	uint32_t doer;
} orders[] = { { "rounds", 1 }, { "spins", 1 }, { "pauses", 1 }, { "yields", 0 }, { "ipis", 0 } };

/* edi: the other's APIC id */
extern const char code[], code_interrupt[], code_end[];
__asm__(".pushsection .rodata\n"
	".code32\n"
	"code:\n"
	"	movl $0x1ff, 0xfee000f0\n"	/* the APIC is enabled */
	"	testl %ebp, %ebp\n"
	"	jz 1f\n"
	"	movl $0x40000000, %ecx\n"	/* HV_X64_MSR_GUEST_OS_ID */
	"	movl $1, %eax\n"
	"	xorl %edx, %edx\n"
	"	wrmsr\n"
	"1:	sti\n"
	"code_hlt:\n"
	"	hlt\n"
	"	cli\n"
	"	cmpl $0, 0x0800\n"
	"	jne 4f\n"

	"	testl %ebp, %ebp\n"		/* rounds: vCPU 1 answers */
	"	jz 2f\n"
	"	cmpl $0, 0x0804\n"
	"	je 3f\n"
	"	decl 0x0804\n"
	"2:	incl 0x0814(, %ebp, 4)\n"
	"	movl %edi, 0xfee00310\n"
	"	movl $0x4040, 0xfee00300\n"	/* an IPI of this vector */
	"	jmp 1b\n"
	"3:	movl $0, 0x080c\n"
	"	outb %al, $0x10\n"
	"	jmp 1b\n"

	"4:	cmpl 0x0808, %ebp\n"
	"	je 6f\n"
	"	sti\n"				/* the other one */
	"5:	cmpl $0, 0x080c\n"
	"	jne 5b\n"
	"	cli\n"
	"	movl $1, 0x0810\n"
	"	jmp 1b\n"

	"6:	cmpl $0, 0x0804\n"
	"	je 3b\n"
	"	decl 0x0804\n"
	"	xorl %edx, %edx\n"
	"	xorl %ecx, %ecx\n"
	"	movl 0x0800, %eax\n"
	"	cmpl $2, %eax\n"
	"	je 7f\n"
	"	ja 8f\n"
	"	xorl %ebx, %ebx\n"		/* spins */
	"	movl $8, %eax\n"
	"	vmmcall\n"
	"	jmp 6b\n"
	"7:	pause\n"
	"	jmp 6b\n"
	"8:	cmpl $4, %eax\n"
	"	je 9f\n"
	"	xorl %ebx, %ebx\n"		/* to APIC id 0 */
	"	movl $11, %eax\n"
	"	vmmcall\n"
	"	jmp 6b\n"
	"9:	movl $1, %ebx\n"		/* a bit for each id */
	"	movl $0x40, %esi\n"
	"	movl $10, %eax\n"
	"	vmmcall\n"
	"	jmp 6b\n"

	"code_interrupt:\n"
	"	movl $0, 0xfee000b0\n"		/* end of interrupt */
	"	cmpl $(0x1000 + code_hlt - code), (%esp)\n"
	"	jne 1f\n"			/* an emulated CPU may take it between sti and hlt */
	"	incl (%esp)\n"
	"1:	iret\n"
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

/* That it is a Hyper-V guest's makes all its hypercalls Hyper-V's */
static void set_hyperv(int fd)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[2];
	} id = { .head.nent = 2, .entries = {
		/* "Microsoft Hv", "Hv#1" */
		{ .function = 0x40000000, .eax = 0x40000001, .ebx = 0x7263694d, .ecx = 0x666f736f, .edx = 0x76482074 },
		{ .function = 0x40000001, .eax = 0x31237648 },
	} };

	ASK(fd, KVM_SET_CPUID2, &id);
}

/* Protected mode, without pages */
static void set(int i)
{
	const struct kvm_segment data = { .limit = ~0U, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1 };
	struct kvm_regs r = { .rip = CODE, .rsp = STACKS + 256 * (i + 1), .rflags = 2, .rbp = !i, .rdi = (uint64_t)!i << 24 };
	struct kvm_mp_state state = { KVM_MP_STATE_RUNNABLE };
	struct kvm_sregs s;

	if (!i)
		set_hyperv(cpus[i]);
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
	fprintf(stderr, "vcpus: exit %u, errno %d\n", r == MAP_FAILED ? 0 : r->exit_reason, errno);
	exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void wake(int i)
{
	struct kvm_msi msi = { .address_lo = 0xfee00000 | i << 12, .data = VECTOR };

	ASK(vm, KVM_SIGNAL_MSI, &msi);
}

static int obey(const char *what, uint32_t n)
{
	volatile struct orders *o = (volatile struct orders *)(memory + ORDERS);
	long long begin = now();
	uint32_t i = 0;

	while (i < sizeof(orders) / sizeof(*orders) && strcmp(orders[i].name, what) != 0)
		i++;
	if (i == sizeof(orders) / sizeof(*orders))
		return fprintf(stderr, "vcpus: what is '%s'?\n", what), 1;
	o->what = i;
	o->left = n;
	o->doer = orders[i].doer;
	o->busy = 1;
	o->back = !i;
	if (i)
		wake(orders[i].doer);	/* first the one that is busy: the other's number */
	wake(!orders[i].doer);
	while (sem_wait(&done))
		;
	while (!o->back)
		usleep(1000);
	printf("%s %u ns %lld\n", what, n, now() - begin);
	fflush(stdout);
	return 0;
}

int main(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	struct kvm_userspace_memory_region region = { .memory_size = SIZE };
	pthread_t threads[2];
	char what[16];
	uint32_t n;

	if (kvm < 0)
		return perror("/dev/kvm"), 1;
	vm = ASK(kvm, KVM_CREATE_VM, 0);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || sem_init(&done, 0, 0))
		return perror("vcpus"), 1;
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
			return perror("vcpus"), 1;
	puts("ready");
	fflush(stdout);
	while (scanf("%15s %u", what, &n) == 2)
		if (obey(what, n))
			return 1;
	printf("sent %u %u\n", ((struct orders *)(memory + ORDERS))->sent[1], ((struct orders *)(memory + ORDERS))->sent[0]);
	return 0;
}
