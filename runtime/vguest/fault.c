// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guest may do wrong on purpose: one table, from which parsing, help
 * and the expected truth come. A fault is made once, and after vhost has
 * stumbled over it the guest does what gets the queue going again, so that the
 * run ends as exactly as any other.
 */
#include "vguest.h"

#include <errno.h>
#include <inttypes.h>

static bool within_tx(const struct options *o, uint64_t arg)
{
	uint64_t share = guest_share(o->tx, o->pairs, 0);

	if (arg <= share)
		return true;
	msg_error("--fault: TX0 has no packet %" PRIu64 ", it sends %" PRIu64, arg, share);
	return false;
}

static bool make_writable(struct queue *q, const struct fault *f, uint16_t head)
{
	if (q->count.queued != f->arg)
		return false;
	ring_chain_write(&q->ring, head);
	return true;
}

/*
 * get_tx_bufs() looks at what vhost_get_vq_desc() has consumed already: last_avail_idx
 * is past it, nothing discards it, so it is never used. vhost then leaves the
 * handler with its notifications off (the flag set, or avail_event behind) until
 * the next kick, which no driver that honours them would make. So in 6.1 and 6.12.
 */
static void take_back(struct queue *q, const struct fault *f)
{
	if (ring_forget(&q->ring, f->head))
		queue_error(q, "vhost refused buffer %" PRIu64 " and returned it too", f->arg);
	else
		q->count.lost++;
	queue_kick(q);
}

const struct fault_kind fault_kinds[] = {
	{
		.name = "tx-write", .arg = "N", .min = 1, .max = UINT64_MAX - 2,
		.help = "the descriptors of TX packet N (from 1) say that the device is to write: vhost "
			"signals an error, takes the buffer for good and stops; the guest counts it as "
			"lost and kicks once more; the packet never arrives",
		.vq_errors = 1,
		.fits = within_tx,
		.added = make_writable,
		.refused = take_back,
	},
};
const unsigned int fault_kinds_nr = ARRAY_SIZE(fault_kinds);

static const struct fault_kind *find(const char *name, size_t len)
{
	for (unsigned int i = 0; i < fault_kinds_nr; i++)
		if (strlen(fault_kinds[i].name) == len && !strncmp(fault_kinds[i].name, name, len))
			return &fault_kinds[i];
	return NULL;
}

static bool parse_arg(const struct fault_kind *kind, const char *text, uint64_t *arg)
{
	char *end;

	errno = 0;
	*arg = strtoull(text, &end, 10);
	/* strtoull() takes signs and spaces: digits only. */
	return !errno && *text && strspn(text, "0123456789") == strlen(text) &&
	       *arg >= kind->min && *arg <= kind->max;
}

int fault_parse(struct fault_plan *plan, const char *text)
{
	size_t len = strcspn(text, ":");
	const struct fault_kind *kind = find(text, len);
	uint64_t arg;

	if (!kind || !text[len] || !parse_arg(kind, text + len + 1, &arg)) {
		msg_error("--fault: '%s' is no fault", text);
		msg_hint(kind ? "its argument is a number, see vguest --help" : "vguest --help lists them");
		return -EINVAL;
	}
	for (unsigned int i = 0; i < plan->nr; i++) {
		if (plan->row[i].kind == kind && plan->row[i].arg == arg) {
			msg_error("--fault: '%s' is given twice", text);
			return -EINVAL;
		}
	}
	if (plan->nr == MAX_FAULTS) {
		msg_error("--fault: more than %d", MAX_FAULTS);
		return -EINVAL;
	}
	plan->row[plan->nr].kind = kind;
	plan->row[plan->nr++].arg = arg;
	return 0;
}

bool fault_plan_fits(const struct options *o)
{
	for (unsigned int i = 0; i < o->faults.nr; i++) {
		const struct fault_kind *kind = o->faults.row[i].kind;

		if (kind->fits && !kind->fits(o, o->faults.row[i].arg))
			return false;
		if (kind->vq_errors && options_vhost_errs(o)) {
			msg_error("--fault: %s can't be told from the errors vhost makes with --iommu on "
				  "and --busyloop", kind->name);
			return false;
		}
	}
	return true;
}

void fault_init(struct queue *q, const struct options *o, bool rx, unsigned int pair)
{
	for (unsigned int i = 0; !pair && i < o->faults.nr; i++) {
		const struct fault_kind *kind = o->faults.row[i].kind;

		if (kind->rx == rx)
			q->faults[q->nr_faults++] = (struct fault){
				.kind = kind, .arg = o->faults.row[i].arg,
			};
	}
}

void fault_added(struct queue *q, uint16_t head)
{
	for (unsigned int i = 0; i < q->nr_faults; i++) {
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

	for (unsigned int i = 0; i < q->nr_faults; i++) {
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
	for (struct fault *f; q->errors_seen < q->count.vq_errors && (f = next_open(q)); any = true) {
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

	for (unsigned int i = 0; i < q->nr_faults; i++)
		if (q->faults[i].made)
			n += q->faults[i].kind->vq_errors;
	return n;
}
