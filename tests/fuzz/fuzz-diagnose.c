// SPDX-License-Identifier: GPL-2.0-or-later
/* watch_line() and what is made of it: metrics, verdicts, texts */
#include "defects/relevant.h"

#include <errno.h>

#include "defects/defects.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"
#include "fuzz.h"

#define WINDOW_MS 1000

static void fill(const char *text, const struct subject *at)
{
	for (int command = 0; command < 2; command++) {
		char *filled = template_fill(text, at, command);

		MUST(filled && *filled && !strchr(text, '\n'));
		free(filled);
	}
}

/* Defects of every kind of need */
static const char list[] =
	"id: CVE-2030-0001\ntitle: t\ncommit: 0123456789ab\nsince: 4.0\nfixed: 6.1.5 99.0\nothers: unrepaired\n"
	"needs: MRG_RXBUF\nseverity: high\neffect: hang\nsymptom: s\n\n"
	"id: CVE-2030-0002\ntitle: t\ncommit: 0123456789ac\nsince: 4.0\nfixed: 99.0\nothers: unknown\n"
	"needs: zerocopy busy-poll tun batch weak-order\nseverity: low\neffect: stall\nsymptom: s\n\n"
	"id: CVE-2030-0003\ntitle: t\ncommit: 0123456789ad\nsince: ~4.0\nfixed: 99.0\nothers: unknown\n"
	"needs: macvtap napi xdp\nseverity: low\neffect: data\nsymptom: s\n";

static void condition_known(const struct evidence *e, const struct verdicts *v)
{
	struct defect_table t;
	struct relevant found;

	MUST(!defect_parse(list, &t));
	int ret = relevant_find(&t, e, v, &found);

	MUST(!ret || (ret == -EINVAL && !found.n));
	MUST(found.n <= t.n);
	for (size_t i = 0; i < found.n; i++) {
		char *needs = defect_needs_explained(found.v[i].match.entry->features,
						     found.v[i].match.entry->setup);
		char *near = defect_fixed_near(found.v[i].match.entry, &found.kernel);

		MUST(found.v[i].match.certainty >= DEFECT_MAY && found.v[i].n_at && found.v[i].n_at <= found.n_devs);
		MUST(needs && *needs && near && *near);
		MUST(!found.v[i].fits.n || verdicts_problems(v));
		MUST((found.v[i].match.certainty == DEFECT_MAY) == !!*defect_why_short(found.v[i].match.why));
		free(needs);
		free(near);
	}
	relevant_free(&found);
	defect_free(&t);
}

static void look(const struct evidence *e)
{
	struct verdicts v = { 0 };
	char shown[METRIC_SHOWN];

	MUST(!verdicts_of(e, &v));
	MUST(v.n_queues == evidence_queues(e));
	/* where something is wrong, something is the cause */
	MUST(verdicts_problems(&v) <= v.n);
	for (size_t i = 0; i < v.n; i++) {
		MUST(v.v[i].confidence != NO && v.v[i].because != v.v[i].rule);
		MUST(v.v[i].confidence <= NOTED || verdicts_problems(&v));
		fill(v.v[i].rule->template, &v.v[i].at);
		fill(v.v[i].rule->hint, &v.v[i].at);
	}
	for (size_t i = 0; i < v.n_inconsistencies; i++)
		fill(v.inconsistencies[i].rule->template, &v.inconsistencies[i].at);
	for (size_t i = 0; i < v.n_queues; i++)
		for (size_t f = 0; f < n_metrics; f++) {
			const struct queue_metrics *m = &v.queues[i].at.queue->metrics;
			struct value pct = { 0 };

			MUST(*metric_show(&metrics[f], m, shown));
			if (strstr(metrics[f].key, "_pct") && !strstr(metrics[f].key, "run_pct") &&
			    !strstr(metrics[f].key, "wait_pct") &&
			    !strstr(metrics[f].key, "throttled_pct"))
				pct = metric_value(&metrics[f], m);
			MUST(pct.n <= 100);
		}
	condition_known(e, &v);
	verdicts_free(&v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct watch w = { .window = { .keep_ms = WINDOW_MS } };
	struct evidence last = { 0 };
	const char *at = (const char *)data, *end = at + size;
	int ret = 0;

	while (ret >= 0 && at < end) {
		const char *newline = memchr(at, '\n', end - at);
		size_t len = (newline ? newline : end) - at;

		ret = watch_line(&w, at, len);
		MUST(ret <= 1 && (ret >= 0 || w.reader.why));
		at += len + 1;
	}
	if (ret >= 0)
		MUST(watch_end(&w) >= 0);
	look(&w.evidence);
	for (unsigned int ms = 0; ms <= WINDOW_MS; ms += WINDOW_MS) {
		MUST(!window_evidence(&w.window, ms, &last));
		MUST(last.dumps <= w.evidence.dumps && last.dumps <= WINDOW_DUMPS_MAX);
		MUST(!w.evidence.dumps || last.dumps);
		look(&last);
	}
	evidence_free(&last);
	watch_free(&w);
	return 0;
}
