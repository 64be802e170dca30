// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The faults of a queue: made when their packet is added, and what gets it going again. The kinds
 * are in fault.c.
 */
#include "vguest/fault.h"

#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/vguest.h"

size_t fault_memory(const struct fault_plan *plan, bool rx)
{
	size_t size = 0;

	for (unsigned int i = 0; i < plan->n; i++)
		if (plan->row[i].kind->rx == rx)
			size = MAX(size, plan->row[i].kind->memory);
	return size;
}

unsigned int fault_leaves(const struct queue *q)
{
	unsigned int leaves = 0;

	for (unsigned int i = 0; i < q->n_faults; i++)
		if (q->faults[i].made)
			leaves |= q->faults[i].kind->lasts;
	return leaves;
}

void fault_init(struct queue *q, const struct options *o, bool rx, unsigned int pair)
{
	for (unsigned int i = 0; !pair && i < o->faults.n; i++) {
		const struct fault_kind *kind = o->faults.row[i].kind;

		if (kind->rx == rx)
			q->faults[q->n_faults++] = (struct fault){
				.kind = kind, .arg = o->faults.row[i].arg,
			};
	}
}

void fault_added(struct queue *q, uint16_t head)
{
	for (unsigned int i = 0; i < q->n_faults; i++) {
		struct fault *f = &q->faults[i];

		if (f->made || !f->kind->added || !f->kind->added(q, f, head))
			continue;
		/* An error from before is not this one's. */
		if (!q->faults_open) {
			queue_take_errors(q);
			q->errors_seen = q->count.vq_errors;
		}
		f->made = ++q->count.faults;
		f->head = head;
		q->faults_open += !!f->kind->refused;
	}
}

/* vhost takes buffers in order, so the error is that of the first one it has not stumbled over. */
static struct fault *next_open(struct queue *q)
{
	struct fault *first = NULL;

	for (unsigned int i = 0; i < q->n_faults; i++) {
		struct fault *f = &q->faults[i];

		if (f->made && !f->over && f->kind->refused && (!first || f->made < first->made))
			first = f;
	}
	return first;
}

bool fault_recover(struct queue *q)
{
	bool any = false;

	if (!q->faults_open)
		return false;
	queue_take_errors(q);
	for (struct fault *f; q->errors_seen < q->count.vq_errors && (f = next_open(q));
	     any = true) {
		q->errors_seen += f->kind->vq_errors;
		f->over = true;
		q->faults_open--;
		f->kind->refused(q, f);
	}
	return any;
}

uint64_t fault_vq_errors(const struct queue *q)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < q->n_faults; i++)
		if (q->faults[i].made)
			n += q->faults[i].kind->vq_errors;
	return n;
}
