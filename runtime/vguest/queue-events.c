// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes to a queue and goes from it: kicks, notifications, errors. */
#include "vguest/queue.h"

#include <errno.h>
#include <stdarg.h>

#include "base/msg.h"

#define DESCRIBED_MAX 5		/* errors of a queue that are described */

void queue_kick(struct queue *q)
{
	uint64_t one = 1;

	if (write(q->kick, &one, sizeof(one)) == sizeof(one))
		q->count.kicks++;
	else
		queue_error(q, "kick: %s", strerror(errno));
}

static uint64_t take(int fd)
{
	uint64_t n;

	return read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

void queue_take_signals(struct queue *q)
{
	uint64_t n = take(q->call);

	q->count.signals += n;
	q->asleep &= !n;
}

void queue_take_errors(struct queue *q)
{
	q->count.vq_errors += take(q->error);
}

void queue_error(struct queue *q, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (q->count.errors++ >= DESCRIBED_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	msg_error("%s: %s%s", q->name, text,
		  q->count.errors == DESCRIBED_MAX ? " (further ones are only counted)" : "");
}
