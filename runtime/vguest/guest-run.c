// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest runs, and is stopped so that no count is missed. */
#include "vguest/guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "base/msg.h"
#include "vguest/counters.h"
#include "vguest/faults-lasting.h"
#include "vguest/host-flood.h"
#include "vguest/hostile.h"
#include "vguest/iommu.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/state.h"
#include "vguest/tap.h"
#include "vguest/traffic.h"
#include "vguest/vguest.h"
#include "vguest/vhost.h"

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

/* --wait; false when a signal ends it. An end of stdin starts nothing: it may be /dev/null. */
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

/* All are done, or one failed: waiting for the others is then useless. */
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
