// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --window inf: the host sends whether or not the guest takes, as a network
 * does. In a thread of its own, so that a guest that is slow, or stopped, gets
 * no fewer. What the tap refuses is lost.
 */
#include "vguest/host-flood.h"

#include <errno.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/msg.h"
#include "vguest/guest.h"
#include "vguest/host-sender.h"
#include "vguest/queue.h"
#include "vguest/tap.h"
#include "vguest/traffic.h"
#include "vguest/vguest.h"

#define NAP (NSEC / 1000)

static void nap(uint64_t ns)
{
	struct timespec ts = { .tv_sec = ns / NSEC, .tv_nsec = ns % NSEC };

	nanosleep(&ts, NULL);
}

static void tell_pair(struct pair *p)
{
	uint64_t one = 1;

	atomic_store(&p->flood.done, true);
	if (write(p->wake, &one, sizeof(one)) < 0)
		msg_errno(errno, "eventfd");
}

/* A batch; false: nothing is to be sent now */
static bool send_some(struct pair *p)
{
	struct flood *f = &p->flood;
	uint64_t at = f->sent + f->refused, now = traffic_now(), due = traffic_due(p, at);
	unsigned int n = MIN(p->sender.batch, p->rx_goal - at);

	if (atomic_load(&f->done))
		return false;
	if (!n) {
		tell_pair(p);
		return false;
	}
	if (due > now) {
		nap(MIN(due - now, NAP));
		return true;
	}
	int done = sender_send(&p->sender, at, n);

	if (done < 0 && !sender_refused(done)) {
		f->error = done;
		tell_pair(p);
		return false;
	}
	f->sent += MAX(done, 0);
	/* sendmmsg() stops at the first that is refused: that one is lost */
	f->refused += done < (int)n;
	if (done == -ENETDOWN)
		nap(NAP);
	return true;
}

static void *flood_thread(void *arg)
{
	struct pair *p = arg;
	char name[16];

	snprintf(name, sizeof(name), "feed%u", p->index);
	prctl(PR_SET_NAME, name);
	while (traffic_phase(p) != PHASE_QUIT) {
		/*
		 * Who sets a phase reads this afterwards, and we the phase after this was written.
		 */
		atomic_store(&p->flood.resting, false);
		if (traffic_phase(p) == PHASE_RUN && atomic_load(&p->start) && send_some(p))
			continue;
		atomic_store(&p->flood.resting, true);
		nap(NAP);
	}
	return NULL;
}

int flood_start(struct pair *p)
{
	int ret = pthread_create(&p->flood.thread, NULL, flood_thread, p);

	if (ret) {
		msg_errno(ret, "pthread_create");
		return -ret;
	}
	p->flood.running = true;
	return 0;
}

void flood_end(struct pair *p)
{
	struct flood *f = &p->flood;

	if (!f->running)
		return;
	pthread_join(f->thread, NULL);
	f->running = false;
	p->rx.count.sent += f->sent;
	p->rx.count.refused += f->refused;
	if (f->error)
		queue_error(&p->rx, "the host's send on %s: %s", p->guest->tap.name,
			    strerror(-f->error));
}
