// SPDX-License-Identifier: GPL-2.0-or-later
/* The whole guest: set up, run, stopped so that no count is missed. */
#include "vguest/vguest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>

#include "base/msg.h"

static int memory_map(struct memory *mem, const struct options *o, size_t size)
{
	/* NORESERVE: big rings of big buffers are seldom used up. Pages come zeroed. */
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		int ret = -errno;

		msg_errno(ret, "%zu bytes of guest memory", size);
		msg_hint("use fewer --pairs, a smaller --ring, --size, --rxbuf");
		return ret;
	}
	mem->base = p;
	mem->dma = o->iommu ? MEMORY_IOVA : MEMORY_GPA;
	mem->size = size;
	return 0;
}

/* Signals come to the main thread only, as something to poll. */
static int open_events(struct guest *g)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	g->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	g->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (g->signals < 0 || g->event < 0) {
		int ret = -errno;

		msg_errno(ret, "signalfd, eventfd");
		return ret;
	}
	return 0;
}

/* What pair @index does of @total packets: one flow is all in the first */
static uint64_t goal_of(const struct options *o, uint64_t total, unsigned int index)
{
	if (!o->one_flow)
		return guest_share(total, o->pairs, index);
	return index ? 0 : total;
}

static int init_pair(struct guest *g, struct pair *p)
{
	const struct options *o = g->opt;
	int fd, ret;

	p->tx_goal = goal_of(o, o->tx, p->index);
	p->rx_goal = goal_of(o, o->rx, p->index);
	pthread_mutex_init(&p->iotlb.lock, NULL);
	ret = queue_init(&p->rx, o, &g->mem, true, p->index);
	if (!ret)
		ret = queue_init(&p->tx, o, &g->mem, false, p->index);
	if (ret)
		return ret;
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->wake < 0) {
		ret = -errno;
		msg_errno(ret, "eventfd");
		return ret;
	}
	fd = tap_feed_socket(&g->tap, o->qdisc);
	return fd < 0 ? fd : sender_init(&p->sender, o, fd, p->index);
}

static int start_pair(struct guest *g, struct pair *p)
{
	int tap = g->tap.fd[p->index];
	int ret = vhost_ring(p->vhost, VHOST_RX, &p->rx, g->opt);

	if (!ret)
		ret = vhost_ring(p->vhost, VHOST_TX, &p->tx, g->opt);
	if (!ret && g->opt->iommu)
		ret = iommu_prepare(p, &p->rx);
	if (!ret && g->opt->iommu)
		ret = iommu_prepare(p, &p->tx);
	if (!ret)
		ret = vhost_backend(p->vhost, VHOST_RX, tap);
	if (!ret)
		ret = vhost_backend(p->vhost, VHOST_TX, tap);
	if (!ret)
		traffic_init(p, g->opt);
	return ret;
}

static int alloc_pairs(struct guest *g)
{
	g->pairs = calloc(g->opt->pairs, sizeof(*g->pairs));
	if (!g->pairs)
		return -ENOMEM;
	g->n_pairs = g->opt->pairs;
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		struct pair *p = &g->pairs[i];

		p->guest = g;
		p->index = i;
		p->vhost = p->wake = p->sender.fd = -1;
		p->rx.kick = p->rx.call = p->rx.error = p->rx.last_avail = -1;
		p->tx.kick = p->tx.call = p->tx.error = p->tx.last_avail = -1;
	}
	return 0;
}

int guest_setup(struct guest *g, const struct options *o)
{
	*g = (struct guest){ .opt = o, .event = -1, .signals = -1, .iommu.quit = -1 };
	tap_init(&g->tap);
	frame_setup();
	int ret = alloc_pairs(g);

	if (!ret)
		ret = open_events(g);
	if (!ret)
		ret = memory_map(&g->mem, o,
				 o->pairs * (queue_memory(o, true) + queue_memory(o, false)));
	for (unsigned int i = 0; !ret && i < g->n_pairs; i++) {
		g->pairs[i].vhost = vhost_open(o, &g->mem, &g->features);
		ret = MIN(g->pairs[i].vhost, 0);
	}
	if (!ret)
		ret = tap_open(&g->tap, o);
	for (unsigned int i = 0; !ret && i < g->n_pairs; i++)
		ret = init_pair(g, &g->pairs[i]);
	for (unsigned int i = 0; !ret && i < g->n_pairs; i++)
		ret = start_pair(g, &g->pairs[i]);
	if (!ret && o->iommu)
		ret = iommu_start(g);
	if (ret == -ENOMEM)
		msg_errno(ret, "setup");
	else if (!ret)
		msg_debug("features 0x%llx, %zu bytes of guest memory at %p, in descriptors 0x%llx",
			  (unsigned long long)g->features.device, g->mem.size, (void *)g->mem.base,
			  (unsigned long long)g->mem.dma);
	return ret;
}

static void set_phase(struct guest *g, enum phase phase)
{
	uint64_t one = 1;

	atomic_store(&g->phase, phase);
	for (unsigned int i = 0; i < g->n_pairs; i++)
		if (write(g->pairs[i].wake, &one, sizeof(one)) < 0)
			msg_errno(errno, "eventfd");
}

static bool all_frozen(struct guest *g)
{
	for (unsigned int i = 0; i < g->n_pairs; i++)
		if ((g->pairs[i].running &&
		     !atomic_load_explicit(&g->pairs[i].frozen, memory_order_acquire)) ||
		    (g->pairs[i].flood.running && !atomic_load(&g->pairs[i].flood.resting)))
			return false;
	return true;
}

static int next_signal(struct guest *g)
{
	struct signalfd_siginfo info;

	return read(g->signals, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}

/* Until a flush changes nothing: a handler that has done its share hands the rest to itself. */
static void vhost_rests(struct guest *g)
{
	unsigned int sum = 0, before;

	do {
		before = sum;
		sum = 1;
		for (unsigned int i = 0; i < g->n_pairs; i++) {
			vhost_flush(g->pairs[i].vhost);
			sum += ring_look(&g->pairs[i].rx.ring).used_idx +
			       ring_look(&g->pairs[i].tx.ring).used_idx;
		}
	} while (sum != before);
}

/*
 * SIGUSR2: the threads stand still, vhost comes to rest, the state is printed; all goes on at the
 * next signal, which is returned. Before the traffic and after it there is nothing to stop.
 */
static int tell_state(struct guest *g)
{
	struct pollfd event = { .fd = g->event, .events = POLLIN },
		      signal = { .fd = g->signals, .events = POLLIN };
	int before = atomic_load(&g->phase), sig = 0;
	uint64_t n;

	if (g->moving)
		set_phase(g, PHASE_FREEZE);
	while (g->moving && !all_frozen(g))
		if (poll(&event, 1, 100) > 0 && read(g->event, &n, sizeof(n)) < 0)
			msg_errno(errno, "eventfd");
	vhost_rests(g);
	state_print(g);
	if (!g->moving)
		return 0;
	while (!(sig = next_signal(g)))
		poll(&signal, 1, -1);
	set_phase(g, before);
	/* who waits for a thread that is done may have had its event taken */
	n = 1;
	if (write(g->event, &n, sizeof(n)) < 0)
		msg_errno(errno, "eventfd");
	return sig == SIGUSR2 ? 0 : sig;
}

/* The signal that came, else 0. */
static int read_signal(struct guest *g)
{
	int sig = next_signal(g);

	return sig == SIGUSR2 ? tell_state(g) : sig;
}

/* Sleeps until @until; true when a signal to end came. SIGUSR1 says only 'go'. */
static bool sleep_or_end(struct guest *g, uint64_t until)
{
	struct pollfd fd = { .fd = g->signals, .events = POLLIN };

	for (;;) {
		uint64_t now = traffic_now();
		struct timespec ts = { 0 };

		if (now >= until)
			return false;
		ts.tv_sec = (until - now) / NSEC;
		ts.tv_nsec = (until - now) % NSEC;
		ppoll(&fd, 1, until == OPT_INF ? NULL : &ts, NULL);
		int sig = read_signal(g);

		if (sig && sig != SIGUSR1)
			return true;
	}
}

static uint64_t after(uint64_t ns)
{
	return ns == OPT_INF ? OPT_INF : traffic_now() + ns;
}

/* --wait; false when told to end instead. An end of stdin is no go: it may be /dev/null. */
static bool wait_go(struct guest *g)
{
	struct pollfd fds[] = {
		{ .fd = g->signals, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	char c;

	printf("ready pid=%d tap=%s\n", (int)getpid(), g->tap.name);
	fflush(stdout);
	for (;;) {
		poll(fds, ARRAY_SIZE(fds), -1);
		int sig = read_signal(g);

		if (sig)
			return sig == SIGUSR1;
		if (!fds[1].revents)
			continue;
		if (read(STDIN_FILENO, &c, 1) != 1)
			fds[1].fd = -1;
		else if (c == '\n')
			return true;
	}
}

static int start_threads(struct guest *g)
{
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		struct pair *p = &g->pairs[i];
		int ret = g->opt->window == OPT_INF ? flood_start(p) : 0;

		if (ret)
			return ret;
		ret = pthread_create(&p->thread, NULL, traffic_thread, p);

		if (ret) {
			msg_errno(ret, "pthread_create");
			return -ret;
		}
		p->running = true;
	}
	g->moving = true;
	return 0;
}

static void end_threads(struct guest *g)
{
	g->moving = false;
	set_phase(g, PHASE_QUIT);
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		if (g->pairs[i].running)
			pthread_join(g->pairs[i].thread, NULL);
		flood_end(&g->pairs[i]);
	}
}

static unsigned int count_done(struct guest *g, bool *failed)
{
	unsigned int done = 0;

	*failed = false;
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		if (!atomic_load_explicit(&g->pairs[i].done, memory_order_acquire))
			continue;
		done++;
		*failed |= g->pairs[i].failed;
	}
	return done;
}

/* All are done, or one failed: waiting for the others then tells nothing new. */
static bool over(struct guest *g)
{
	bool failed;

	return count_done(g, &failed) == g->n_pairs || failed;
}

static bool all_fine(struct guest *g)
{
	bool failed;

	return count_done(g, &failed) == g->n_pairs && !failed;
}

/* Returns whether a signal ended it. The first one lets what is under way arrive. */
static bool wait_traffic(struct guest *g)
{
	struct pollfd fds[] = {
		{ .fd = g->signals, .events = POLLIN },
		{ .fd = g->event, .events = POLLIN },
	};
	uint64_t end = after(g->opt->duration), n;
	unsigned int ended = 0;

	while (!over(g)) {
		uint64_t now = traffic_now();
		uint64_t left = end > now ? end - now : 0;
		struct timespec ts = { .tv_sec = left / NSEC, .tv_nsec = left % NSEC };

		if (!left) {
			set_phase(g, PHASE_STOP);
			end = OPT_INF;
			continue;
		}
		ppoll(fds, ARRAY_SIZE(fds), end == OPT_INF ? NULL : &ts, NULL);
		if (fds[1].revents && read(g->event, &n, sizeof(n)) < 0)
			msg_errno(errno, "eventfd");
		int sig = read_signal(g);

		if (!sig || sig == SIGUSR1)
			continue;
		if (ended++)
			break;
		set_phase(g, PHASE_STOP);
		end = OPT_INF;
	}
	return ended;
}

/*
 * After SET_BACKEND -1 the worker has finished with the queue: what is in the
 * eventfds and in the used ring then is the last there will be. It comes to rest
 * before, so that no run of its handlers finds the backend gone.
 */
static bool stop_pair(struct pair *p)
{
	/* --fault unplug */
	if (p->vhost < 0) {
		lasting_end(p);
		traffic_reap(p);
		return true;
	}

	bool fine = p->guest->opt->iommu ? iommu_settle(p) : !vhost_flush(p->vhost);

	/* all of it, whatever fails */
	if (vhost_backend(p->vhost, VHOST_TX, -1))
		fine = false;
	if (vhost_backend(p->vhost, VHOST_RX, -1))
		fine = false;

	queue_take_signals(&p->rx);
	queue_take_signals(&p->tx);
	queue_take_errors(&p->rx);
	queue_take_errors(&p->tx);
	lasting_end(p);
	traffic_reap(p);
	p->rx.last_avail = vhost_last_avail(p->vhost, VHOST_RX);
	p->tx.last_avail = vhost_last_avail(p->vhost, VHOST_TX);
	return fine && p->rx.last_avail >= 0 && p->tx.last_avail >= 0;
}

static void note_before(struct guest *g)
{
	for (unsigned int i = 0; i < g->n_pairs; i++)
		g->pairs[i].iotlb.before_misses = atomic_load(&g->pairs[i].iotlb.misses);
}

static void hold(struct guest *g)
{
	printf("idle pid=%d tap=%s\n", (int)getpid(), g->tap.name);
	fflush(stdout);
	sleep_or_end(g, after(g->opt->hold));
}

/* --hostile: a ring to be looked at; nothing of what follows in guest_run() could end well. */
static int stay_hostile(struct guest *g)
{
	struct pollfd fd = { .fd = g->signals, .events = POLLIN };
	bool random = hostile_is_random(g->opt);
	struct queue *q = &g->pairs[0].tx;
	uint64_t seed = g->opt->seed + 2;
	int sig = 0;

	/*
	 * the first run, that of a backend that was set, is over; another would take some of these
	 * chains for good
	 */
	vhost_rests(g);
	hostile_make(q, g->opt);
	printf("ready pid=%d tap=%s\n", (int)getpid(), g->tap.name);
	fflush(stdout);
	while (sig != SIGTERM && sig != SIGINT) {
		if (!poll(&fd, 1, random ? 1 : -1)) {
			hostile_again(q, &seed);
			queue_kick(q);
		}
		sig = next_signal(g);
	}
	return EXIT_FINE;
}

int guest_run(struct guest *g)
{
	const struct options *o = g->opt;

	if (*o->hostile)
		return stay_hostile(g);

	bool ended = o->wait && !wait_go(g), fine = true;

	if (ended)
		set_phase(g, PHASE_STOP);
	note_before(g);
	uint64_t start = traffic_now();

	if (start_threads(g)) {
		end_threads(g);
		return EXIT_SETUP;
	}
	ended |= wait_traffic(g);
	g->elapsed = traffic_now() - start;
	if (!ended && o->hold && all_fine(g))
		hold(g);
	end_threads(g);
	iommu_stop(g);
	for (unsigned int i = 0; i < g->n_pairs; i++)
		fine &= stop_pair(&g->pairs[i]);
	fine &= counters_check(g);
	counters_print(g);
	if (fflush(stdout) || ferror(stdout)) {
		msg_error("standard output is incomplete");
		fine = false;
	}
	for (unsigned int i = 0; o->reset && i < g->n_pairs; i++)
		fine &= !vhost_reset(g->pairs[i].vhost);
	if (o->linger && !ended)
		sleep_or_end(g, OPT_INF);
	return fine ? EXIT_FINE : EXIT_WRONG;
}

void guest_free(struct guest *g)
{
	iommu_stop(g);
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		struct pair *p = &g->pairs[i];

		if (p->vhost >= 0)
			close(p->vhost);
		queue_free(&p->rx);
		queue_free(&p->tx);
		sender_free(&p->sender);
		if (p->wake >= 0)
			close(p->wake);
	}
	tap_close(&g->tap);
	free(g->pairs);
	if (g->mem.base)
		munmap(g->mem.base, g->mem.size);
	if (g->event >= 0)
		close(g->event);
	if (g->signals >= 0)
		close(g->signals);
}
