// SPDX-License-Identifier: GPL-2.0-or-later
/* The evidence: each line is read, and saved with --save. */
#include "cmd/diagnose/diagnose.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "diagnose/diagnose.h"

bool diagnose_line(void *ctx, const char *line, size_t len)
{
	struct diagnosis *d = ctx;
	int got = watch_line(&d->watch, line, len);

	if (got == -ENOMEM)
		msg_error("diagnose: out of memory");
	else if (got < 0)
		msg_error("%s, %s", records_source(d->options.load),
			  d->watch.reader.why ? d->watch.reader.why : strerror(-got));
	d->ret = got < 0 ? got : records_keep(&d->save, line, len);
	return !d->ret;
}
