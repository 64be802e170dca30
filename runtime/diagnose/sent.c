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

void sent_sample(struct sent *sent, const struct sample *s)
{
	struct value given = s->now->count.completions, of_tap = counted(&s->dev->tap);

	if (!value_known(given) || !value_known(of_tap) ||
	    (sent->samples && given.n < sent->given[2])) {
		sent->broken = true;
		return;
	}
	if (!sent->samples)
		sent->counted[0] = of_tap.n;
	if (sent->samples == 1)
		sent->given[0] = given.n;
	sent->given[1] = sent->given[2];
	sent->given[2] = given.n;
	sent->counted[1] = of_tap.n;
	sent->samples++;
}

/*
 * Unknown where a sample lacks one of the two numbers: what was sent between it and the next can't
 * be compared. Four samples leave one interval between the first and the last.
 */
void sent_metrics(const struct sent *sent, struct queue_metrics *m)
{
	if (m->rx || sent->broken || sent->samples < 4)
		return;
	m->sent.given = value_of(sent->given[1] - sent->given[0]);
	m->sent.counted = value_of(0);
	if (sent->counted[1] > sent->counted[0])
		m->sent.counted.n = sent->counted[1] - sent->counted[0];
}
