// SPDX-License-Identifier: GPL-2.0-or-later
/* One sample of a queue: its worker, the guest's threads, and their control groups. */
#include "diagnose/conditions.h"

#include "dump/dump.h"

int condition_asleep(const struct sample *s)
{
	if (!s->worker || !*s->worker->state || !value_known(s->worker->pending))
		return -1;
	return *s->worker->state == 'S' && !s->worker->pending.n;
}

/*
 * Of the guest's vCPUs, where they are known by their names: a frozen one, or the one that was held
 * up most
 */
static const struct dump_cgroup *guest_group(const struct dump_guest *g)
{
	const struct dump_cgroup *worst = NULL;

	for (size_t i = 0; i < g->n_cgroups; i++) {
		const struct dump_cgroup *c = &g->cgroups[i];
		bool vcpu = !strcmp(c->kind, "vcpu");

		if (!vcpu &&
		    (strcmp(c->kind, "emulator") != 0 || (worst && !strcmp(worst->kind, "vcpu"))))
			continue;
		if (!worst || strcmp(c->kind, worst->kind) != 0 || c->frozen.n > worst->frozen.n ||
		    (c->frozen.n == worst->frozen.n && c->throttled_us.n > worst->throttled_us.n))
			worst = c;
	}
	return worst;
}

void condition_groups(struct sample *s)
{
	s->guest_group = guest_group(s->guest);
	s->worker_group = NULL;
	for (size_t i = 0; i < s->guest->n_cgroups && s->worker; i++)
		if (!strcmp(s->guest->cgroups[i].kind, "worker") &&
		    same(s->guest->cgroups[i].tid, s->worker->tid))
			s->worker_group = &s->guest->cgroups[i];
}

int condition_worker_frozen(const struct sample *s)
{
	return s->worker_group ? is(s->worker_group->frozen, 1) : -1;
}

int condition_guest_frozen(const struct sample *s)
{
	return s->guest_group ? is(s->guest_group->frozen, 1) : -1;
}

int condition_stopped(const struct sample *s)
{
	return s->worker && *s->worker->state ? !!strchr("TtZX", *s->worker->state) : -1;
}

int condition_worker_stalled(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;

	if (!w || !b || !value_known(w->pending) || !value_known(w->task.run_ns))
		return -1;
	return w->pending.n && value_is(b->pending, 1) && same(w->task.run_ns, b->task.run_ns) &&
	       !differ(s->now->count.works, s->before->count.works);
}

/* Whether a time of the worker's grew by @pct of that since the sample before */
static int took(const struct sample *s, struct value now, struct value before, unsigned int pct)
{
	unsigned long long us = s->time_us - s->before_us;

	if (!value_known(now) || !value_known(before) || now.n < before.n || !us)
		return -1;
	return (now.n - before.n) / 10 >= pct * us;
}

/* Nearly all the time it runs */
int condition_busy(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;

	return w && b ? took(s, w->task.run_ns, b->task.run_ns, 90) : -1;
}

/* More than half of the time it waits for a CPU */
int condition_late(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;

	return w && b ? took(s, w->task.wait_ns, b->task.wait_ns, 50) : -1;
}
