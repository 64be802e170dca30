// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packets that vhost gave back as sent, beside those that the interface has counted. The two are
 * read at different moments, so those of the first interval and of the last are left out of what
 * vhost gave back.
 */
#include "diagnose/history.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

static struct value counted(const struct dump_tap *tap)
{
	const struct value *must[] = { &tap->from_guest, &tap->from_guest_dropped,
				       &tap->from_guest_errors };
	const struct value *may[] = { &tap->from_guest_qdisc_drops,
				      &tap->from_guest_qdisc_backlog };
	struct value all = value_of(0);

	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		if (!value_known(*must[i]))
			return (struct value){ 0 };
		all.n += must[i]->n;
	}
	for (size_t i = 0; i < ARRAY_SIZE(may); i++)
		all.n += value_known(*may[i]) ? may[i]->n : 0;
	return all;
}

void sent_sample(struct sent *s, const struct conditions *l)
{
	struct value given = l->now->count.completions, of_tap = counted(&l->dev->tap);

	if (!value_known(given) || !value_known(of_tap) || (s->samples && given.n < s->given[2])) {
		s->broken = true;
		return;
	}
	if (!s->samples)
		s->counted[0] = of_tap.n;
	if (s->samples == 1)
		s->given[0] = given.n;
	s->given[1] = s->given[2];
	s->given[2] = given.n;
	s->counted[1] = of_tap.n;
	s->samples++;
}

/*
 * Unknown where a sample lacks one of the two numbers: what was sent between it and the next can't
 * be compared. Four samples leave one interval between the first and the last.
 */
void sent_facts(const struct sent *s, struct queue_metrics *f)
{
	if (f->rx || s->broken || s->samples < 4)
		return;
	f->sent.given = value_of(s->given[1] - s->given[0]);
	f->sent.counted =
		value_of(s->counted[1] > s->counted[0] ? s->counted[1] - s->counted[0] : 0);
}
