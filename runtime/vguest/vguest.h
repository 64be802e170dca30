/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vguest: a guest without a guest. It opens /dev/vhost-net and a tap of its
 * own, and plays the guest's virtio-net driver from user space; so it knows
 * what was queued, kicked, completed and signalled, and is the referee of what
 * an observer of vhost counts.
 *
 *	options	the command line, one table
 *	help	what the tables say, as --help and as the manual page
 *	ring	the driver's side of a split virtqueue; pure, no system calls
 *	frame	what a frame looks like, and whether one arrived as it was sent
 *	vhost	/dev/vhost-net's ioctls and messages
 *	iommu	answers what vhost's IOTLB lacks
 *	tap	the tap, its steering, the host's sockets on it
 *	memory	the guest's memory, of which rings and buffers take parts
 *	queue	a ring with its buffers, eventfds and counters
 *	queue-events	its kicks, notifications and errors
 *	fault	what a guest may do wrong on purpose, one table
 *	fault-made	the faults of a queue: made, and recovered from
 *	faults-lasting	what begins and doesn't end: the hooks of such faults
 *	host-sender	the host's sender of what the guest receives
 *	host-flood	the same without a window, in a thread of its own
 *	traffic	a pair's thread
 *	guest	puts all of it together and takes it apart
 *	counters	checks and prints the counters
 *	state	prints what the queues are now
 *	hostile	rings that no driver would make, one table
 *
 * Functions return -errno on failure, after a message where only they know
 * what went wrong.
 */
#ifndef VGUEST_H
#define VGUEST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/base.h"
#include "base/option.h"

/* The ring's fields are little-endian from VERSION_1 on and are read natively. */
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "vguest plays a little-endian guest on a little-endian host"
#endif

enum exit_status {
	EXIT_FINE	= 0,
	EXIT_WRONG	= 1,	/* the run had errors */
	EXIT_USAGE	= 2,
	EXIT_SETUP	= 3,	/* no device, no permission, no memory */
};

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define NSEC 1000000000ULL
#define MAX_PAIRS 64
#define MAX_SEGS 16

/* options.c */
#define OPT_INF		((uint64_t)OPTION_IS_INF)
#define OPT_AUTO	((uint64_t)OPTION_IS_AUTO)

/* fault.c: what is asked for */
#define MAX_FAULTS 16
struct fault_kind;
struct fault_plan {
	struct {
		const struct fault_kind *kind;
		uint64_t arg;
	} row[MAX_FAULTS];
	unsigned int n;
};

struct options {
	const char *tap, *peer, *check, *hostile, *poll;	/* hostile, peer "": none */
	uint64_t pairs, ring, batch, size, segs, rxbuf, window, txqueuelen;
	uint64_t tx, rx;		/* packets of the whole guest; OPT_INF: until stopped */
	/* packets a second and direction, whole guest; 0: no limit */
	uint64_t rate;
	uint64_t duration, hold, watchdog;	/* ns; OPT_INF: until a signal comes */
	uint64_t busyloop;		/* us */
	uint64_t iommu_granule;		/* bytes */
	uint64_t seed;
	struct fault_plan faults;
	bool event_idx, indirect, mrg, version1, notify_on_empty, ipv6;
	bool qdisc, call, one_flow;
	bool iommu, wait, reset, linger, verbose, help, man, version;
	/* packets may get lost: given, or it follows from --window inf or --fault */
	bool lossy;
};

/* 0, or -EINVAL after a message; afterwards no value is OPT_AUTO */
int options_parse(struct options *o, int argc, char **argv);
struct help_form;
void options_rows(const struct help_form *f, FILE *out);

static inline unsigned int options_hdr_len(const struct options *o)
{
	return o->version1 || o->mrg ? 12 : 10;
}

/*
 * A handler that busy polls looks at the other queue's ring too, without
 * vq_meta_prefetch(): if the IOTLB lacks it, that is an error to vhost (6.12:
 * vhost_net_busy_poll()), though nobody did anything wrong.
 */
static inline bool options_vhost_errs(const struct options *o)
{
	return o->iommu && o->busyloop;
}

/* Who polls leaves its callbacks off. */
static inline bool options_polls(const struct options *o, bool rx)
{
	return !strcmp(o->poll, "all") || (!rx && !strcmp(o->poll, "tx"));
}

/* help.c: one text, in two forms */
struct help_form {
	void (*begin)(FILE *out, const char *summary, const char *about);
	/* text may be NULL */
	void (*section)(FILE *out, const char *title, const char *text);
	void (*row)(FILE *out, unsigned int level, const char *what, const char *text);
	void (*end)(FILE *out);
};
extern const struct help_form help_text, help_man;
void help_show(const struct help_form *f, FILE *out);

/* ring.c */
struct vring_desc;
struct vring_avail;
struct vring_used;

struct ring_seg {
	uint32_t off, len;	/* bytes, from the start of a head's buffer */
};

/*
 * A split virtqueue as its driver has it. A buffer belongs to a head: who adds
 * one asks ring_next_head() which buffer to fill.
 */
struct ring {
	unsigned int num;
	bool event_idx;
	struct vring_desc *desc;	/* these three are shared with the device */
	struct vring_avail *avail;
	struct vring_used *used;
	struct vring_desc *tables;	/* num tables of table_len; NULL: no indirect descriptors */
	uint64_t tables_dma;		/* their address to the device */
	unsigned int table_len;
	uint16_t *next;			/* private: the device could scribble on desc */
	uint16_t *held;			/* descriptors an outstanding head holds, else 0 */
	uint16_t free_head;
	unsigned int num_free;
	uint16_t avail_idx;		/* the device sees it from ring_publish() on */
	uint16_t asked_idx;		/* avail_idx at the last ring_need_kick() */
	uint16_t last_used;
	uint16_t forgotten;		/* chains of ring_forget() */
};

size_t ring_desc_size(unsigned int num);
size_t ring_avail_size(unsigned int num);
size_t ring_used_size(unsigned int num);
/*
 * The caller has set num, event_idx, desc, avail, used, and tables if wanted; the memory is zero.
 */
int ring_init(struct ring *r);
void ring_free(struct ring *r);
/* Whether a chain of @segs fits @n times. */
bool ring_room(const struct ring *r, unsigned int segs, unsigned int n);
unsigned int ring_chain_len(const struct ring *r, unsigned int segs);
uint16_t ring_next_head(const struct ring *r);
/* -ENOSPC when the ring has no room; the device sees nothing yet */
int ring_add(struct ring *r, uint64_t dma, const struct ring_seg *segs, unsigned int n_segs,
	     bool device_writes);
void ring_publish(struct ring *r);
bool ring_need_kick(struct ring *r);
/* 1: @head and @len are set; 0: nothing used; -EIO: the device returned what it hadn't got */
int ring_pop(struct ring *r, uint16_t *head, uint32_t *len);
void ring_cb_disable(struct ring *r);
/* false: used elements are there already (delayed: 3/4 of the outstanding ones), don't sleep */
bool ring_cb_enable(struct ring *r, bool delayed);
uint16_t ring_outstanding(const struct ring *r);
/* A fault: all of an added, not yet published chain is for the device to write. */
void ring_chain_write(struct ring *r, uint16_t head);
/*
 * Faults: a callback that the device has passed already; the last added buffer's head is none; @n
 * more are published than were added.
 */
void ring_cb_stale(struct ring *r);
void ring_spoil_head(struct ring *r);
void ring_claim(struct ring *r, uint16_t n);
/* Takes back a chain the device has consumed and won't return; -EINVAL: it has none such */
int ring_forget(struct ring *r, uint16_t head);
/* The indices and events in shared memory. */
struct ring_view {
	uint16_t avail_flags, avail_idx, used_event, used_flags, used_idx, avail_event;
};
struct ring_view ring_look(const struct ring *r);
/* The chain that the avail ring has at @pos, which the driver has made */
struct ring_chain {
	uint64_t addr;			/* of its first buffer */
	uint64_t out, in;		/* bytes */
	unsigned int descs;
	uint16_t head;
	bool indirect;
};
struct ring_chain ring_chain(const struct ring *r, uint16_t pos);

/* frame.c */
enum frame_dir { FRAME_TX = 'T', FRAME_RX = 'R' };
enum frame_kind { FRAME_OURS, FRAME_FOREIGN, FRAME_BROKEN };

#define FRAME_MIN 60
#define FRAME_HEAD 28		/* bytes frame_classify() looks at */
#define FRAME_QUEUE_OFF 14	/* one byte: the queue the frame is for */
#define FRAME_ETHERTYPE 0x88b5	/* IEEE 802 local experimental 1 */

void frame_setup(void);		/* once, before anything else of frame.c */
void frame_init(uint8_t *frame, size_t size, unsigned int queue, enum frame_dir dir);
void frame_stamp(uint8_t *frame, size_t size, uint64_t seq);
/* As frame_stamp(), and gives @seq its own payload too: for --check full. */
void frame_fill(uint8_t *frame, size_t size, uint64_t seq);
enum frame_kind frame_classify(const uint8_t *frame, size_t len, unsigned int *queue,
			       uint64_t *seq);
/* Whether bytes [@off, @off + @len) of frame @seq are as sent; not @full: only the last four */
bool frame_check(const uint8_t *piece, size_t off, size_t len, size_t size, uint64_t seq,
		 bool full);

/* queue.c */
struct counts {
	uint64_t queued;	/* buffers made available */
	uint64_t completions;	/* used elements */
	uint64_t packets, bytes;/* without the virtio header */
	uint64_t kicks;		/* writes to the kick eventfd */
	uint64_t signals;	/* sum of what the call eventfd said */
	uint64_t vq_errors;	/* the same of the error eventfd */
	uint64_t errors;
	uint64_t faults;	/* made on purpose */
	uint64_t lost;		/* buffers vhost took and won't return, due to faults */
	uint64_t sent;		/* RX: frames the tap took for this queue */
	uint64_t received;	/* RX: of these, arrived */
	uint64_t foreign;	/* RX: packets of somebody else */
	uint64_t refused;	/* RX: tries the tap refused, its ring being full */
};

/* fault.c */
struct fault {
	const struct fault_kind *kind;
	uint64_t arg;
	uint64_t made;		/* as the queue's 1st, 2nd ..; 0: not yet */
	bool over;		/* vhost has done what it does about it */
	uint16_t head;
};

struct queue {
	char name[8];			/* RX0 */
	struct ring ring;
	int kick, call, error;		/* eventfds */
	uint8_t *bufs;			/* the buffer of head h: bufs + h * slot */
	uint64_t bufs_dma, desc_dma, avail_dma, used_dma;	/* addresses to the device */
	size_t slot;
	struct ring_seg segs[MAX_SEGS];
	unsigned int n_segs;
	unsigned int capacity;		/* chains that fit */
	bool device_writes;
	struct counts count;
	struct counts before;		/* as they were when the traffic started */
	int last_avail;			/* vhost's, after it stopped; -1: unknown */
	struct fault faults[MAX_FAULTS];
	unsigned int n_faults, faults_open;	/* planned; made and not over */
	unsigned int leaves;		/* LEAVE_*, by the lasting faults that have begun */
	uint64_t extra_dma;		/* memory of a fault that needs some */
	uint8_t *extra;
	bool asleep;			/* SLEEP: until it is signalled */
	uint64_t errors_seen;		/* by fault_recover() */
};

static inline uint8_t *queue_buf(const struct queue *q, uint16_t head)
{
	return q->bufs + head * q->slot;
}

struct memory;
struct pair;
int queue_init(struct queue *q, const struct options *o, struct memory *mem, bool rx,
	       unsigned int pair);
/* Bytes of guest memory one queue_init() takes. */
size_t queue_memory(const struct options *o, bool rx);
void queue_free(struct queue *q);
/* Adds the buffer of ring_next_head(); there is room. */
void queue_add(struct queue *q);
/* Makes what was added visible and kicks if the device wants it. */
void queue_publish(struct queue *q);
/* Kicks, wanted or not. */
void queue_kick(struct queue *q);
/* Adds what the eventfds have said since the last time. */
void queue_take_signals(struct queue *q);
void queue_take_errors(struct queue *q);
/* Counts an error and says what it is; after a few of a queue it only counts. */
void queue_error(struct queue *q, const char *fmt, ...) PRINTF(2, 3);

/*
 * A kind of fault, and where it hooks in; a hook it doesn't need is NULL. A new
 * kind is a row in fault.c, and a hook's call where there was none before.
 */
struct fault_kind {
	const char *name, *arg, *help;
	uint64_t min, max;
	bool rx;			/* of pair 0, which queue */
	unsigned int vq_errors;		/* that vhost signals for one */
	size_t memory;			/* of the guest's, for itself */
	/* Whether @arg makes sense for the run; else a message */
	bool (*fits)(const struct options *o, uint64_t arg);
	/* A fault that lasts: what is left undone from its beginning to the end, LEAVE_* */
	unsigned int lasts;
	/* It begins; false: not yet */
	bool (*begin)(struct pair *p, struct queue *q);
	/*
	 * queue_add(): @head was added as buffer number count.queued, and isn't published; true:
	 * made
	 */
	bool (*added)(struct queue *q, const struct fault *f, uint16_t head);
	/* vhost has signalled the fault's error */
	void (*refused)(struct queue *q, const struct fault *f);
};

/* What a driver leaves undone, or does in another way */
enum {
	LEAVE_KICK	= 1 << 0,	/* publishes, and doesn't kick */
	LEAVE_RECLAIM	= 1 << 1,	/* takes no used buffer back */
	LEAVE_REFILL	= 1 << 2,	/* adds no RX buffer */
	LEAVE_SEND	= 1 << 3,	/* adds no TX buffer */
	LEAVE_CALLBACKS	= 1 << 4,	/* never switches them on */
	LEAVE_ANSWERS	= 1 << 5,	/* to vhost's IOTLB */
	/* looks at the used ring only when signalled, as who has interrupts does */
	SLEEP		= 1 << 6,
	STALE		= 1 << 7,	/* asks for a signal that is past */
	FEW		= 1 << 8,	/* adds RX buffers for less than a packet */
	/* the ring is spoiled: its index says nothing, vhost signals errors */
	CORRUPT		= 1 << 9,
	NO_BACKEND	= 1 << 10,
	/* a packet that vhost can't take stands in front of the others */
	HEAD_STAYS	= 1 << 11,
	BAD_HEADERS	= 1 << 12,	/* the tap takes no packet of it */
};

extern const struct fault_kind fault_kinds[];
extern const unsigned int n_fault_kinds;
/* --fault @text; -EINVAL after a message */
int fault_parse(struct fault_plan *plan, const char *text);
bool fault_plan_fits(const struct options *o);
/* Gives the queue its part of the plan. */
void fault_init(struct queue *q, const struct options *o, bool rx, unsigned int pair);
void fault_added(struct queue *q, uint16_t head);
/* Does what a fault that vhost has stumbled over calls for; whether there was one */
bool fault_recover(struct queue *q);
/* How many errors vhost had to signal, for the faults that were made */
uint64_t fault_vq_errors(const struct queue *q);

bool fault_lasts(const struct fault_plan *plan);
/* Guest memory for the faults of pair 0's queue */
size_t fault_memory(const struct fault_plan *plan, bool rx);
/* What all of the queue's lasting faults leave undone */
unsigned int fault_leaves(const struct queue *q);

/* faults-lasting.c */
/* Begins what is due. */
void lasting_begin(struct pair *p);
/* At the end all is looked at again. */
void lasting_end(struct pair *p);
/* Whether the driver looks at the used ring now */
bool lasting_looks(struct queue *q);
/* It has looked and there is nothing: whether it may wait */
bool lasting_rests(struct queue *q, bool delayed);
/* RX buffers that are to be made available, at most; UINT_MAX: as the ring has room */
unsigned int lasting_refill(const struct queue *q, const struct options *o);
/* begin() of the kinds in fault.c */
bool lasting_signalled(struct pair *p, struct queue *q);
bool lasting_callbacks_off(struct pair *p, struct queue *q);
bool lasting_no_call(struct pair *p, struct queue *q);
bool lasting_no_backend(struct pair *p, struct queue *q);
bool lasting_bad_head(struct pair *p, struct queue *q);
bool lasting_avail_jump(struct pair *p, struct queue *q);
bool lasting_no_answers(struct pair *p, struct queue *q);
bool lasting_huge(struct pair *p, struct queue *q);
bool lasting_unplug(struct pair *p, struct queue *q);
bool lasting_bad_headers(struct pair *p, struct queue *q);
bool lasting_unreadable(struct pair *p, struct queue *q);
/* bytes, behind what the kernel can allocate at once: 4 MiB */
#define LASTING_HUGE (5UL << 20)

/*
 * guest.c: guest memory, one region. Its guest physical and I/O virtual
 * addresses are neither the user's nor each other's, so that a mix-up shows.
 */
#define MEMORY_GPA 0x1000000ULL
#define MEMORY_IOVA 0x400000000000ULL	/* a multiple of any granule */
struct memory {
	uint8_t *base;
	uint64_t dma;			/* address of @base in descriptors */
	size_t size, taken;
};
void *memory_take(struct memory *mem, size_t size, uint64_t *dma);

/* host-sender.c */
struct sender {
	int fd;				/* packet socket, -1: none */
	unsigned int batch, size, window;
	bool full;
	uint8_t *frames;
	struct mmsghdr *msgs;
	struct iovec *iov;
};
int sender_init(struct sender *f, const struct options *o, int fd, unsigned int queue);
void sender_free(struct sender *f);
bool sender_refused(int ret);	/* by a tap that is full or down */
/* Frames @seq .. @seq + @n - 1; how many the tap took, -ENOBUFS: its ring is full */
int sender_send(struct sender *f, uint64_t seq, unsigned int n);

/* tap.c */
struct tap {
	const char *name;
	bool direct;			/* a macvtap: it receives what is for the guest */
	int host_ifindex;		/* where the host's frames come and go */
	int fd[MAX_PAIRS];
	int sink;			/* takes the guest's TX frames off the host's stack */
};
void tap_init(struct tap *t);	/* so that tap_close() may follow */
int tap_open(struct tap *t, const struct options *o);
void tap_close(struct tap *t);
int tap_feed_socket(const struct tap *t, bool qdisc);
/*
 * A counter of the host's interface, as a tun counts: rx is what the guest sends; -errno when sysfs
 * doesn't say
 */
int tap_statistic(const struct tap *t, const char *name, uint64_t *value);

/* vhost.c */
enum { VHOST_RX = 0, VHOST_TX = 1 };
struct features {
	uint64_t device, backend;
};
int vhost_open(const struct options *o, const struct memory *mem, struct features *features);
int vhost_ring(int fd, unsigned int index, const struct queue *q, const struct options *o);
/* @tap -1 stops the queue; vhost is done with it when this returns */
int vhost_backend(int fd, unsigned int index, int tap);
int vhost_last_avail(int fd, unsigned int index);
/* The device forgets its owner and its rings, and stays open. */
int vhost_reset(int fd);
/* Waits until vhost's worker has done what it had to do. */
int vhost_flush(int fd);
/* 1: vhost asks for what @iova is; 0: it asks nothing; -errno after a message */
int vhost_read_miss(int fd, uint64_t *iova);
int vhost_map(int fd, const struct features *features, uint64_t iova, uint64_t size, void *user);
int vhost_unmap(int fd, const struct features *features, uint64_t iova, uint64_t size);
/* @call -1: none */
int vhost_call(int fd, unsigned int index, int call);

/* iommu.c: --iommu on */
struct iommu {
	pthread_t thread;
	bool running;
	int quit;			/* eventfd */
};

struct iotlb {			/* of a device */
	atomic_uint_least64_t misses;	/* translations vhost asked for */
	atomic_uint_least64_t updates;	/* given to it: the answers, and two before it starts */
	atomic_uint_least64_t errors;
	pthread_mutex_t lock;		/* who answers, and who ends that */
	bool silent;
	uint64_t before_misses;		/* as it was when the traffic started */
};

struct guest;
int iommu_start(struct guest *g);
void iommu_stop(struct guest *g);
/* What vhost must have before it accepts a queue's backend */
int iommu_prepare(struct pair *p, const struct queue *q);
/* From now on no question is answered, and vhost has to ask for everything. */
int iommu_silence(struct pair *p);
/* After iommu_stop(): vhost has come to rest and has no question left. */
bool iommu_settle(struct pair *p);

/* traffic.c */
enum phase {
	PHASE_RUN,	/* new packets */
	PHASE_FREEZE,	/* nothing at all, until the next phase */
	PHASE_STOP,	/* none; wait for those under way */
	PHASE_QUIT,	/* leave the thread */
};

struct pair {
	struct guest *guest;
	unsigned int index;
	int vhost;
	struct queue rx, tx;
	struct sender sender;
	struct iotlb iotlb;
	uint64_t tx_goal, rx_goal;	/* packets, or OPT_INF */
	unsigned int tx_batch, rx_batch;/* --batch, as far as the ring has room */
	double interval;		/* ns between packets; 0: as fast as possible */
	/* ns; the pace counts from here; 0: the pair's thread has not begun */
	_Atomic uint64_t start;
	struct watch {
		uint64_t mark, since;	/* a sum of counters; ns */
	} tx_watch, rx_watch;
	uint64_t send_not_before;	/* ns, after the tap refused a frame */
	struct {			/* the packet that is arriving */
		unsigned int need;	/* buffers to come */
		size_t off;		/* frame bytes seen */
		enum frame_kind kind;
		bool bad;
		uint64_t seq;
	} in;
	uint64_t expect;		/* sequence number of the next frame */
	int wake;			/* eventfd: the phase changed */
	bool failed;			/* set before done */
	atomic_bool done;		/* nothing is under way and nothing will be, or failed */
	atomic_bool frozen;		/* touches nothing until the phase changes */
	struct flood {
		pthread_t thread;
		bool running;
		atomic_bool resting;	/* sends nothing until the phase changes */
		atomic_bool done;	/* all is sent */
		uint64_t sent, refused;	/* the thread's own until it ended */
		int error;
	} flood;
	pthread_t thread;
	bool running;
};

/* host-flood.c: --window inf */
int flood_start(struct pair *p);
/* In PHASE_QUIT: adds what was sent to the queue's counts */
void flood_end(struct pair *p);

uint64_t traffic_now(void);
enum phase traffic_phase(struct pair *p);
/* When packet number @n may go: the pace is an average, what was missed is made up for. */
uint64_t traffic_due(const struct pair *p, uint64_t n);
/* The pair's queues exist; fills the RX ring, as a driver does before it is ready. */
void traffic_init(struct pair *p, const struct options *o);
void *traffic_thread(void *pair);
/* Takes what is used; whether there was anything */
bool traffic_reap(struct pair *p);

/* guest.c */
struct guest {
	const struct options *opt;
	struct features features;
	struct memory mem;
	struct iommu iommu;
	struct tap tap;
	struct pair *pairs;
	unsigned int n_pairs;
	atomic_int phase;
	bool moving;			/* the pairs' threads run */
	int event;			/* eventfd: a pair is done */
	int signals;			/* signalfd */
	uint64_t elapsed;		/* ns of traffic */
};
int guest_setup(struct guest *g, const struct options *o);
/* What pair @index does of @total packets; the first pairs take what is left over */
static inline uint64_t guest_share(uint64_t total, unsigned int pairs, unsigned int index)
{
	return total == OPT_INF ? OPT_INF : total / pairs + (index < total % pairs);
}
/* From the start of traffic to the counters; an enum exit_status */
int guest_run(struct guest *g);
void guest_free(struct guest *g);

/* counters.c */
/* false, after messages, when the counters can't be those of a run without errors */
bool counters_check(const struct guest *g);
void counters_print(const struct guest *g);
void counters_rows(const struct help_form *f, FILE *out);
void counters_ring_state(const struct queue *q);

/* state.c: prints records; no thread moves a queue meanwhile */
#define STATE_CHAINS 4			/* of a queue, at most */
void state_print(const struct guest *g);

/* hostile.c: --hostile KIND */
int hostile_check(const struct options *o);	/* -EINVAL after a message */
bool hostile_is_random(const struct options *o);
void hostile_make(struct queue *q, const struct options *o);
/* Other garbage */
void hostile_again(struct queue *q, uint64_t *seed);

#endif
