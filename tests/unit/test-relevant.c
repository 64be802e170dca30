// SPDX-License-Identifier: GPL-2.0-or-later
#include "defects/relevant.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/strv.h"
#include "defects/defects.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"
#include "tree.h"

#define ENTRY(id, commit, needs, severity, effect) \
	"id: " id "\ntitle: t\ncommit: " commit "\nsince: 5.0\nfixed: 6.1.30 6.4\nothers: unrepaired\n" \
	needs "severity: " severity "\neffect: " effect "\nsymptom: Something is seen.\n\n"

static const char list[] =
	ENTRY("CVE-2030-0001", "0123456789a1", "needs: MRG_RXBUF\n", "high", "hang")
	ENTRY("CVE-2030-0002", "0123456789a2", "needs: zerocopy\n", "high", "stall")
	ENTRY("CVE-2030-0003", "0123456789a3", "needs: ACCESS_PLATFORM\n", "medium", "hang")
	ENTRY("CVE-2030-0004", "0123456789a4", "needs: macvtap batch\n", "low", "leak")
	ENTRY("CVE-2030-0005", "0123456789a5", "needs: tun xdp\n", "low", "count")
	ENTRY("CVE-2030-0006", "0123456789a6", "needs: weak-order\n", "low", "crash")
	ENTRY("CVE-2030-0007", "0123456789a7", "needs: tun batch\n", "low", "crash")
	ENTRY("CVE-2030-0008", "0123456789a8", "needs: busy-poll\n", "low", "log")
	ENTRY("CVE-2030-0009", "0123456789a9", "needs: HOST_UDP_TUNNEL_GSO\n", "low", "log");

#define HOST "HOST version=#1\\x20SMP\\x20Debian\\x206.1.5-1 arch=x86_64 zerocopy=0\n"

/* A device with two queues that are not moving */
struct made {
	const char *host, *release, *features, *driver, *sndbuf, *busyloop, *ubufs;
	const char *high;	/* features from 64 on; NULL: none */
};

static const struct made plain = {
	HOST, "6.1.0-9-amd64", "0x138008000", "tun", "2147483647", "0", "none", NULL,
};

static void put_dev(FILE *f, const struct made *m, unsigned int dev)
{
	fprintf(f,
		"DEV pid=42 dev=%u kind=net if=tap%u pair=%u features=%s features_high=%s iotlb=0\n",
		dev, dev, dev, m->features, m->high ? m->high : "0x0");
	fprintf(f, "TAP pid=42 dev=%u driver=%s up=1 carrier=1 sndbuf=%s\n", dev, m->driver,
		m->sndbuf);
	for (unsigned int q = 0; q < 2; q++) {
		const char *name = q ? "TX" : "RX";

		fprintf(f,
			"VQ pid=42 dev=%u queue=%s%u num=256 backend=1 last_avail_idx=7 avail_idx=7 "
			"last_used_idx=7 busyloop_us=%s call=0 busy=0\n",
			dev, name, dev, m->busyloop);
		fprintf(f, "NET pid=42 dev=%u queue=%s%u ubufs=%s\n", dev, name, dev, m->ubufs);
	}
}

static char *made_text(const struct made *devs, size_t n)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	fprintf(f, "%sDUMP format=1 release=%s time_us=1000000\nGUEST pid=42 comm=qemu\n",
		devs->host, devs->release);
	for (size_t i = 0; i < n; i++)
		put_dev(f, &devs[i], i);
	fprintf(f,
		"DEV pid=42 dev=9 kind=vsock features=0x0\nVQ pid=42 dev=9 queue=RX num=256\nEND\n");
	fclose(f);
	return text;
}

static void read_text(struct watch *w, const char *text)
{
	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (watch_line(w, text, n) < 0)
			fail_msg("%s", w->reader.why);
	}
	assert_true(watch_end(w) >= 0);
	assert_int_equal(w->reader.unknown, 0);
}

/* "1, 3?zerocopy": the ends of the identifiers, "?" and why where it may be */
static char *told(const struct relevant *t)
{
	STRV_CLEAN struct strv s = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		const struct relevant_row *r = &t->v[i];
		FREE char *open = defect_needs_explained(
			features_but(r->match.entry->features, r->setup.features_known),
			r->match.entry->setup & ~r->setup.has_known);

		strv_addf(&s, "%c%s%s", r->match.entry->id[strlen("CVE-2030-000")],
			  r->match.certainty == DEFECT_MAY ? "?" : "",
			  r->match.why & WHY_SETUP ? open : "");
	}
	return strv_join(&s, ", ");
}

static void expect(const struct made *devs, size_t n, const char *want)
{
	CLEANUP(defect_free) struct defect_table t;
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	CLEANUP(relevant_free) struct relevant found;
	FREE char *text = made_text(devs, n);

	assert_int_equal(defect_parse(list, &t), 0);
	read_text(&w, text);
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	assert_int_equal(relevant_find(&t, &w.evidence, &v, &found), 0);
	assert_int_equal(found.n_devs, n);

	FREE char *is = told(&found);

	if (strcmp(is, want) != 0)
		print_message("%s", text);
	assert_string_equal(is, want);
}

static void a_set_up_decides(void **state)
{
	static const struct {
		struct made m;
		const char *want;
	} rows[] = {
		{ { HOST, "6.1.0-9-amd64", "0x138008000", "tun", "2147483647", "0", "none", NULL },
		  "1, 7, 5?an XDP program at the tap" },
		{ { HOST, "6.1.0-9-amd64", "0x330000000", "tap", "2147483647", "50", "none", NULL },
		  "3, 4, 8" },
		{ { HOST, "6.1.0-9-amd64", "0x0", "tap", "212992", "0", "none", NULL }, "" },
		/* seen in use, and then nothing goes in batches */
		{ { HOST, "6.1.0-9-amd64", "0x0", "tap", "2147483647", "0", "1", NULL }, "2" },
		/* the parameter alone doesn't say that this interface can */
		{ { "HOST arch=x86_64 zerocopy=1\n", "6.1.5", "0x0", "tun", "2147483647", "0", "?",
		  NULL },
		  "2?zerocopy (experimental_zcopytx=1), 5?an XDP program at the tap, 7?unlimited sndbuf=" },
		{ { "HOST arch=aarch64 zerocopy=0\n", "6.1.5", "0x0", "tap", "1", "0", "?", NULL },
		  "6" },
		/* repaired */
		{ { "HOST version=#1\\x20SMP\\x20Debian\\x206.1.30-1 arch=x86_64\n",
		  "6.1.0-9-amd64", "0x138008000",
		    "tun", "2147483647", "0", "none", NULL }, "" },
		{ { HOST, "6.1.30", "0x138008000", "tun", "2147483647", "0", "none", NULL },
		  "1, 7, 5?an XDP program at the tap" },	/* the package's number counts */
		/*
		 * a file from before there was such a record: what Debian's number means isn't
		 * known
		 */
		{ { "", "6.1.0-9-amd64", "0x8000", "tun", "212992", "0", "none", NULL },
		  "1?, 5?an XDP program at the tap, 6?a CPU that reorders reads (not x86)" },
		{ { HOST, "6.1.0-9-amd64", "0x0", "tap", "212992", "0", "none", "0x8" }, "9" },
		{ { HOST, "6.1.0-9-amd64", "0x0", "tap", "212992", "0", "none",
		  "0xfffffffffffffff7" }, "" },
		{ { HOST, "6.1.0-9-amd64", "0x0", "tap", "212992", "0", "none", "?" },
		  "9?HOST_UDP_TUNNEL_GSO" },
		{ { "", "6.1.5", "?", "?", "?", "?", "?", "?" },
		  "1?MRG_RXBUF, 2?zerocopy (experimental_zcopytx=1), 3?a virtual IOMMU, "
		  "4?a macvtap interface, unlimited sndbuf=, 5?a tap interface, an XDP program at the tap, "
		  "6?a CPU that reorders reads (not x86), 7?a tap interface, unlimited sndbuf=, "
		  "8?busy polling (poll-us=), 9?HOST_UDP_TUNNEL_GSO" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect(&rows[i].m, 1, rows[i].want);
}

static void devices_are_judged_apart(void **state)
{
	CLEANUP(defect_free) struct defect_table t;
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	CLEANUP(relevant_free) struct relevant found;
	struct made devs[] = { plain, plain, plain };

	(void)state;
	devs[0].features = "?";
	devs[2].features = "0x0";
	expect(devs, 3, "1, 7, 3?a virtual IOMMU, 5?an XDP program at the tap");

	FREE char *text = made_text(devs, 3);

	assert_int_equal(defect_parse(list, &t), 0);
	read_text(&w, text);
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	assert_int_equal(relevant_find(&t, &w.evidence, &v, &found), 0);
	assert_int_equal(found.v[0].n_at, 2);
	assert_string_equal(found.v[0].at[0].dev->iface, "tap0");
	assert_string_equal(found.v[0].at[1].dev->iface, "tap1");
	assert_int_equal(found.v[0].fits.n, 0);
}

static void a_kernel_without_number_has_none(void **state)
{
	CLEANUP(defect_free) struct defect_table t;
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(relevant_free) struct relevant found;
	struct verdicts none = { 0 };
	struct made m = plain;

	(void)state;
	m.release = "?";

	FREE char *text = made_text(&m, 1);

	assert_int_equal(defect_parse(list, &t), 0);
	read_text(&w, text);
	assert_int_equal(relevant_find(&t, &w.evidence, &none, &found), -EINVAL);
	assert_int_equal(found.n, 0);
}

/* RX-BIG on a kernel that has its defect, of which a file was kept */
static void a_defect_that_looks_like_a_verdict_says_so(void **state)
{
	CLEANUP(defect_free) struct defect_table t;
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	CLEANUP(relevant_free) struct relevant found;
	FREE char *text = NULL;
	FREE char *known = NULL;

	(void)state;
	assert_int_equal(file_read("share/" DEFECTS_FILE, DEFECTS_MAX, &known, NULL), 0);
	assert_int_equal(file_read("tests/unit/diagnose/rx-big.records", 1 << 20, &text, NULL), 0);
	assert_int_equal(defect_parse(known, &t), 0);
	read_text(&w, text);
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	assert_int_equal(relevant_find(&t, &w.evidence, &v, &found), 0);
	assert_int_equal(found.kernel.origin, KERNEL_DEBIAN);
	for (size_t i = 0; i < found.n; i++) {
		const struct relevant_row *r = &found.v[i];
		bool loop = !strcmp(r->match.entry->id, "CVE-2026-74356");

		/* WORKER-BUSY is its consequence, which no defect is looked for */
		if (loop) {
			assert_int_equal(r->fits.n, 1);
			assert_string_equal(r->fits.v[0], "RX-BIG");
			assert_int_equal(r->match.certainty, DEFECT_AFFECTED);

			FREE char *near = defect_fixed_near(r->match.entry, &found.kernel);

			assert_string_equal(near, "6.1.191, 7.2");
			continue;
		}
		assert_true(!r->fits.n || r->match.entry->effect == EFFECT_HANG ||
			    r->match.entry->effect == EFFECT_STALL);
	}
	assert_true(found.n > 3);
}

static void likenesses_are_of_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_relevant_likenesses; i++) {
		bool is = false;

		for (size_t r = 0; r < verdict_rules_count(); r++)
			is |= !strcmp(verdict_rule(r)->name, relevant_likenesses[i].verdict);
		assert_true(is);
		assert_true(relevant_likenesses[i].effects);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_up_decides),
		cmocka_unit_test(devices_are_judged_apart),
		cmocka_unit_test(a_kernel_without_number_has_none),
		cmocka_unit_test(a_defect_that_looks_like_a_verdict_says_so),
		cmocka_unit_test(likenesses_are_of_verdicts),
	};

	return cmocka_run_group_tests_name("relevant", tests, NULL, NULL);
}
