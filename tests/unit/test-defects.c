// SPDX-License-Identifier: GPL-2.0-or-later
#include "defects/defects.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "dump/dump.h"
#include "stap/scripts.h"
#include "tree.h"

#define HEAD "id: CVE-2030-1000\ntitle: a title\ncommit: 0123456789ab\n"
#define TAIL "severity: high\neffect: loss\nsymptom: Packets\n are  lost.\n"

/* since 5.12; taken along into 5.4; repaired here and there */
#define PLAIN HEAD "since: 5.12\ntaken: 5.4.106\nfixed: 5.15.20 6.1.30 6.3.4 6.4\n" \
	"others: unrepaired\n" TAIL
#define PART HEAD "since: ~5.15\nfixed: 5.15.20 6.1.30 6.4\nothers: unknown\n" TAIL
#define NEEDS HEAD "since: 5.0\nfixed: 6.4\nothers: unrepaired\nneeds: MRG_RXBUF macvtap zerocopy\n" TAIL
#define PASSED HEAD "since: none\ntaken: 6.1.103 6.6.44\nfixed: 6.1.107 6.6.46 6.11\n" \
	"others: unrepaired\n" TAIL

#define EACH { { ~0ULL, ~0ULL } }
#define NONE { { 0 } }
static const struct defect_setup all = { EACH, EACH, ~0U, ~0U };

static struct defect_table parse(const char *text)
{
	struct defect_table t;

	if (defect_parse(text, &t))
		fail_msg("%s", t.mistake ?: "no memory");
	return t;
}

static void reads_an_entry(void **state)
{
	CLEANUP(defect_free) struct defect_table t = parse("# a comment\n\n" NEEDS "\n\n# end\n");
	const struct defect *e = t.v;

	(void)state;
	assert_int_equal(t.n, 1);
	assert_string_equal(e->id, "CVE-2030-1000");
	assert_string_equal(e->title, "a title");
	assert_string_equal(e->commit, "0123456789ab");
	assert_null(e->brought);
	assert_string_equal(e->symptom, "Packets are  lost.");
	assert_int_equal(e->severity, DEFECT_HIGH);
	assert_int_equal(e->effect, EFFECT_LOSS);
	assert_string_equal(defect_severity_name(e->severity), "high");
	assert_string_equal(defect_effect_name(e->effect), "loss");
	assert_false(features_any(features_but(e->features, features_bit(15))));
	assert_true(features_has(e->features, 15));
	assert_int_equal(e->setup, SETUP_MACVTAP | SETUP_ZEROCOPY);
	assert_int_equal(e->line, 3);
	assert_string_equal(defect_setup_name(SETUP_WEAK_ORDER), "weak-order");
	assert_string_equal(defect_setup_name(SETUP_RT), "preempt-rt");
	assert_null(defect_setup_name(SETUP_RT << 1));

	FREE char *needs = defect_needs_text(e);
	FREE char *fixed = defect_fixed_text(e);

	assert_string_equal(needs, "MRG_RXBUF, zerocopy, macvtap");
	assert_string_equal(fixed, "6.4");
}

static void ranges(void **state)
{
	static const struct {
		const char *text, *ranges;
	} rows[] = {
		{ PLAIN, "5.4.106 to before 5.5, 5.12 to before 5.15.20, 5.16 to before 6.1.30, "
			 "6.2 to before 6.3.4" },
		{ PART, "5.15 to before 5.15.20, 5.16 to before 6.1.30, 6.2 to before 6.4" },
		{ PASSED, "6.1.103 to before 6.1.107, 6.6.44 to before 6.6.46" },
		{ NEEDS, "5.0 to before 6.4" },
		/* a branch older than the defect, that took it along and was repaired */
		{ HEAD "since: 6.11\ntaken: 5.4.281 6.1.102\nfixed: 6.1.176 6.12.93 7.1\n"
		  "others: unrepaired\n" TAIL,
		  "5.4.281 to before 5.5, 6.1.102 to before 6.1.176, 6.11 to before 6.12.93, "
		  "6.13 to before 7.1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(defect_free) struct defect_table t = parse(rows[i].text);
		FREE char *text = version_ranges_text(t.v->ranges, t.v->n_ranges);

		assert_string_equal(text, rows[i].ranges);
	}
}

static void mistakes(void **state)
{
	static const struct {
		const char *text, *mistake;
	} rows[] = {
		{ "id CVE-2030-1000\n", "line 1: not 'key: value'" },
		{ " id: CVE-2030-1000\n", "line 1: continues a value, but none is before it" },
		{ "id: CVE-2030-1000\nfoo: bar\n", "line 2: foo: no such key" },
		{ "id: CVE-2030-1000\nid: CVE-2030-1000\n", "line 2: id: appears twice" },
		{ "id: CVE-203-1000\n",
		  "line 1: id: neither a CVE's number nor the first 12 digits of "
		  "a commit" },
		{ "id: 0123456789a\n\n",
		  "line 1: id: neither a CVE's number nor the first 12 digits "
		  "of a commit" },
		{ "id: CVE-2030-1000\ntitle:\ncommit: 0123456789ab\n", "line 2: title: no value" },
		{ "commit: 0123456789AB\n", "line 1: commit: not 12 digits" },
		{ "since: 5\n", "line 1: since: not a version" },
		{ "since: 5.12.0\n", "line 1: since: not a version" },
		{ "fixed: 6.4 6.1.2\n", "line 1: fixed: not in ascending order" },
		{ "fixed: 6.1.2 6.1.2\n", "line 1: fixed: not in ascending order" },
		{ "fixed: 6.1.2-rc1\n", "line 1: fixed: not a version" },
		{ "others: all\n", "line 1: others: not unrepaired or unknown" },
		{ "needs: MRG_RXBUF wings\n",
		  "line 1: needs: neither a known feature nor a known set-up" },
		{ "needs: bit5\n", "line 1: needs: neither a known feature nor a known set-up" },
		{ "severity: bad\n", "line 1: severity: not low, medium or high" },
		{ "effect: bad\n",
		  "line 1: effect: not crash, hang, stall, loss, data, leak, count or "
		  "log" },
		{ "title: a\tb\n", "line 1: has a control character" },
		{ "\n" HEAD "since: 5.12\nfixed: 6.4\n" TAIL, "line 2: lacks: others" },
		{ HEAD "since: 5.12\nfixed: 6.3.4\nothers: unknown\n" TAIL,
		  "line 1: lacks: a release of Linus's at the end of 'fixed'" },
		{ HEAD "since: 5.12\nfixed: 6.3.4 6.3.5 6.4\nothers: unknown\n" TAIL,
		  "line 1: lacks: one stable release a branch in 'fixed'" },
		{ HEAD "since: 5.12\nfixed: 6.3 6.4\nothers: unknown\n" TAIL,
		  "line 1: lacks: one stable release a branch in 'fixed'" },
		{ HEAD "since: 5.12\ntaken: 5.4\nfixed: 6.4\nothers: unknown\n" TAIL,
		  "line 1: lacks: stable releases in 'taken'" },
		{ HEAD "since: 6.4\nfixed: 6.4\nothers: unknown\n" TAIL,
		  "line 1: lacks: a release that has it" },
		{ HEAD "since: none\nfixed: 6.4\nothers: unknown\n" TAIL,
		  "line 1: lacks: a release that has it" },
		{ "date: 2026-1-28\n", "line 1: date: not a date such as 2026-11-28" },
		{ "date: 2026-11-28x\n", "line 1: date: not a date such as 2026-11-28" },
		{ "date: 2026-11-28\ndate: 2026-11-29\n", "line 2: date: appears twice" },
		{ PLAIN "\ndate: 2026-11-28\n", "line 13: date: no such key" },
		{ PLAIN "\n" PLAIN, "line 13: CVE-2030-1000: appears twice" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(defect_free) struct defect_table t;

		assert_int_equal(defect_parse(rows[i].text, &t), -EINVAL);
		assert_string_equal(t.mistake, rows[i].mistake);
	}
}

static void kernels(void **state)
{
	static const struct {
		const char *release, *version;	/* uname's */
		const char *number;
		enum defect_origin origin;
		bool patch_known;
		const char *vendor;
	} rows[] = {
		{ "6.12.117", NULL, "6.12.117", KERNEL_UPSTREAM, true, NULL },
		{ "6.12.0", "#1 SMP", "6.12", KERNEL_UPSTREAM, true, NULL },
		{ "7.1.0-rc6", NULL, "7.1", KERNEL_CANDIDATE, true, NULL },
		{ "7.1.0-rc6-00123-gabcdef012345", NULL, "7.1", KERNEL_CANDIDATE, true, NULL },
		/* Debian: from 13 on the release says it, before that only the version */
		{ "6.12.117+deb13-amd64", NULL, "6.12.117", KERNEL_DEBIAN, true, "Debian" },
		{ "6.12.117+deb13-cloud-amd64",
		  "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-11-16)",
		  "6.12.117", KERNEL_DEBIAN, true, "Debian" },
		{ "6.12.9+bpo-amd64", NULL, "6.12.9", KERNEL_DEBIAN, true, "Debian" },
		{ "6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-16)",
		  "6.1.192",
		  KERNEL_DEBIAN, true, "Debian" },
		{ "6.1.0-0.deb11.21-amd64",
		  "#1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1~bpo11+1 (2024-05-23)",
		  "6.1.90", KERNEL_DEBIAN, true, "Debian" },
		{ "7.2.12+deb14-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 7.2.12-1 (2026-11-01)",
		  "7.2.12",
		  KERNEL_DEBIAN, true, "Debian" },
		/* an update that is not made of a newer stable release */
		{ "4.19.0-6-amd64", "#1 SMP Debian 4.19.67-2+deb10u1 (2019-09-20)", "4.19.67",
		  KERNEL_VENDOR, true, "Debian" },
		{ "6.1.0-56-amd64", NULL, "6.1", KERNEL_VENDOR, false, NULL },
		/* a derivative's package, made of its own sources */
		{ "6.6.31+rpt-rpi-v8", "#1 SMP PREEMPT Debian 1:6.6.31-1+rpt1 (2024-05-29)",
		  "6.6.31",
		  KERNEL_VENDOR, true, NULL },
		{ "6.8.0-45-generic", "#45-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:04 UTC 2024",
		  "6.8", KERNEL_VENDOR, false, "Ubuntu" },
		{ "5.15.0-1066-azure", "#75~20.04.1-Ubuntu SMP", "5.15", KERNEL_VENDOR, false,
		  "Ubuntu" },
		{ "5.14.0-427.13.1.el9_4.x86_64", "#1 SMP PREEMPT_DYNAMIC", "5.14", KERNEL_VENDOR,
		  false,
		  "Red Hat or a rebuild of it" },
		{ "6.9.7-200.fc40.x86_64", "#1 SMP", "6.9.7", KERNEL_VENDOR, true, "Fedora" },
		{ "6.1.90-99.173.amzn2023.x86_64", "#1 SMP", "6.1.90", KERNEL_VENDOR, true,
		  "Amazon" },
		{ "6.4.0-150600.23-default", "#1 SMP", "6.4", KERNEL_VENDOR, false, "SUSE" },
		{ "6.8.12-4-pve", "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4", "6.8.12", KERNEL_VENDOR,
		  true,
		  "Proxmox" },
		{ "6.6.30-custom", NULL, "6.6.30", KERNEL_VENDOR, true, NULL },
	};
	struct defect_kernel k;
	char text[VERSION_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(defect_kernel_read(rows[i].release, rows[i].version, &k));
		assert_string_equal(version_text(&k.version, text), rows[i].number);
		if (k.origin != rows[i].origin || k.patch_known != rows[i].patch_known)
			fail_msg("%s: origin %d, patch_known %d", rows[i].release, k.origin,
				 k.patch_known);
		assert_string_equal(k.vendor ?: "", rows[i].vendor ?: "");
	}
	assert_false(defect_kernel_read("?", "#1 SMP", &k));
	assert_false(defect_kernel_read("", NULL, &k));
}

#define DEBIAN12 "#1 SMP PREEMPT_DYNAMIC Debian 6.1.29-1 (2023-05-01)"
#define UBUNTU "#45-Ubuntu SMP"

static void judges_by_version(void **state)
{
	static const struct {
		const char *text, *release, *version;
		enum defect_certainty certainty;
		unsigned int why;
	} rows[] = {
		{ PLAIN, "5.11.22", NULL, DEFECT_NOT, 0 },
		{ PLAIN, "5.12.0", NULL, DEFECT_AFFECTED, 0 },
		{ PLAIN, "5.15.19", NULL, DEFECT_AFFECTED, 0 },
		{ PLAIN, "5.15.20", NULL, DEFECT_FIXED, 0 },
		{ PLAIN, "5.15.200", NULL, DEFECT_FIXED, 0 },
		{ PLAIN, "5.19.17", NULL, DEFECT_AFFECTED, 0 },	/* a branch that ended before */
		{ PLAIN, "6.1.29", NULL, DEFECT_AFFECTED, 0 },
		{ PLAIN, "6.4.0", NULL, DEFECT_FIXED, 0 },
		{ PLAIN, "7.2.1", NULL, DEFECT_FIXED, 0 },
		{ PLAIN, "5.4.105", NULL, DEFECT_NOT, 0 },
		{ PLAIN, "5.4.300", NULL, DEFECT_AFFECTED, 0 },
		{ PLAIN, "6.1.0-9-amd64", DEBIAN12, DEFECT_AFFECTED, 0 },
		{ PLAIN, "6.1.0-9-amd64", NULL, DEFECT_MAY, WHY_PATCH | WHY_VENDOR },
		{ PLAIN, "6.12.9+bpo-amd64", NULL, DEFECT_FIXED, 0 },
		/* vendors: the number is where they began */
		{ PLAIN, "5.15.0-1066-azure", UBUNTU, DEFECT_MAY, WHY_PATCH | WHY_VENDOR },
		{ PLAIN, "6.2.0-45-generic", UBUNTU, DEFECT_MAY, WHY_PATCH | WHY_VENDOR },
		{ PLAIN, "5.4.0-190-generic", UBUNTU, DEFECT_MAY, WHY_PATCH | WHY_VENDOR },
		{ NEEDS, "4.15.0-213-generic", UBUNTU, DEFECT_NOT, 0 },
		{ PLAIN, "5.11.0-49-generic", UBUNTU, DEFECT_MAY, WHY_BROUGHT },
		{ PLAIN, "6.8.0-45-generic", UBUNTU, DEFECT_FIXED, 0 },
		{ PLAIN, "6.1.20-1.amzn2023.x86_64", NULL, DEFECT_MAY, WHY_VENDOR },
		{ PLAIN, "6.1.30-1.amzn2023.x86_64", NULL, DEFECT_FIXED, 0 },
		{ PLAIN, "5.14.0-427.el9.x86_64", NULL, DEFECT_MAY, WHY_PATCH | WHY_VENDOR },
		{ PLAIN, "4.18.0-553.el8.x86_64", NULL, DEFECT_MAY, WHY_BROUGHT },
		{ NEEDS, "4.18.0-553.el8.x86_64", NULL, DEFECT_MAY, WHY_BROUGHT },
		{ PASSED, "6.8.0-45-generic", UBUNTU, DEFECT_MAY, WHY_BROUGHT },
		/* -rc: the release of that number brought or repaired it */
		{ PLAIN, "5.12.0-rc3", NULL, DEFECT_MAY, WHY_CANDIDATE },
		{ PLAIN, "5.17.0-rc1", NULL, DEFECT_AFFECTED, 0 },
		{ PLAIN, "6.4.0-rc3", NULL, DEFECT_MAY, WHY_CANDIDATE },
		{ PLAIN, "6.5.0-rc3", NULL, DEFECT_FIXED, 0 },
		/* what isn't recorded */
		{ PART, "5.10.200", NULL, DEFECT_MAY, WHY_OLDER },
		{ PART, "5.15.19", NULL, DEFECT_AFFECTED, 0 },
		{ PART, "5.15.20", NULL, DEFECT_FIXED, 0 },
		{ PART, "5.19.17", NULL, DEFECT_MAY, WHY_BRANCH },
		{ PART, "6.1.29", NULL, DEFECT_AFFECTED, 0 },
		{ PART, "6.3.13", NULL, DEFECT_MAY, WHY_BRANCH },
		{ PART, "6.4.0", NULL, DEFECT_FIXED, 0 },
		/* only stable releases had it */
		{ PASSED, "6.1.102", NULL, DEFECT_NOT, 0 },
		{ PASSED, "6.1.103", NULL, DEFECT_AFFECTED, 0 },
		{ PASSED, "6.1.107", NULL, DEFECT_FIXED, 0 },
		{ PASSED, "6.10.9", NULL, DEFECT_NOT, 0 },
		{ PASSED, "6.11.0", NULL, DEFECT_FIXED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(defect_free) struct defect_table t = parse(rows[i].text);
		struct defect_kernel k;
		unsigned int why;

		assert_true(defect_kernel_read(rows[i].release, rows[i].version, &k));
		enum defect_certainty c = defect_judge(t.v, &k, &all, &why);

		if (c != rows[i].certainty || why != rows[i].why)
			fail_msg("row %zu, %s: %s, why 0x%x", i, rows[i].release,
				 defect_certainty_text(c), why);
	}
}

static void judges_by_setup(void **state)
{
	static const struct {
		struct defect_setup s;
		enum defect_certainty certainty;
		unsigned int why;
	} rows[] = {
		{ { EACH, EACH, ~0U, ~0U }, DEFECT_AFFECTED, 0 },
		{ { NONE, NONE, 0, 0 }, DEFECT_MAY, WHY_SETUP },
		{ { NONE, EACH, ~0U, ~0U }, DEFECT_NOT, 0 },
		{ { EACH, EACH, SETUP_MACVTAP, ~0U }, DEFECT_NOT, 0 },
		{ { EACH, EACH, SETUP_MACVTAP, SETUP_MACVTAP }, DEFECT_MAY, WHY_SETUP },
		{ { EACH, EACH, 0, SETUP_MACVTAP }, DEFECT_NOT, 0 },
		{ { { { 1ULL << 15 } }, { { 1ULL << 15 } }, SETUP_MACVTAP | SETUP_ZEROCOPY, ~0U },
		  DEFECT_AFFECTED, 0 },
	};
	CLEANUP(defect_free) struct defect_table t = parse(NEEDS);
	struct defect_kernel k;
	unsigned int why;

	(void)state;
	assert_true(defect_kernel_read("6.1.5", NULL, &k));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (defect_judge(t.v, &k, &rows[i].s, &why) != rows[i].certainty ||
		    why != rows[i].why)
			fail_msg("row %zu: why 0x%x", i, why);
	}
	assert_true(defect_weak_order("aarch64"));
	assert_true(defect_weak_order("riscv64"));
	assert_false(defect_weak_order("x86_64"));
	assert_false(defect_weak_order("s390x"));
}

static void reasons(void **state)
{
	struct defect_kernel k;

	(void)state;
	assert_true(defect_kernel_read("6.8.0-45-generic", UBUNTU, &k));
	FREE char *vendor = defect_why_text(WHY_PATCH | WHY_VENDOR, &k);

	assert_string_equal(vendor, "vendor backport unknown (Ubuntu may have added the repair); it is "
			    "unknown which stable release of 6.8 the kernel is based on");
	assert_true(defect_kernel_read("6.6.30-custom", NULL, &k));
	FREE char *rest = defect_why_text(WHY_BROUGHT | WHY_BRANCH | WHY_OLDER | WHY_CANDIDATE |
					 WHY_SETUP, &k);

	assert_string_equal(
		rest, "upstream 6.6 does not have it, but the builder of this kernel may have "
		      "added it; it is not recorded whether a stable release of 6.6 repaired it; "
		      "the first release with the defect is not recorded; a release candidate may "
		      "be from before or after the change; it is unknown whether the set-up that "
		      "it needs is in use");
	FREE char *none = defect_why_text(0, &k);

	assert_string_equal(none, "");
}

#define ONE(id, fixed, severity) "id: " id "\ntitle: t\ncommit: 0123456789ab\nsince: 5.0\nfixed: " \
	fixed "\nothers: unknown\nseverity: " severity "\neffect: stall\nsymptom: s\n\n"

static void order_of_matches(void **state)
{
	CLEANUP(defect_free) struct defect_table t = parse(
		ONE("CVE-2030-0001", "5.9", "high")			/* repaired */
		ONE("CVE-2030-0002", "6.1.30 6.4", "low")
		ONE("CVE-2030-0003", "6.2", "high")			/* 6.1: not recorded */
		ONE("CVE-2030-0004", "6.1.40 6.5", "high")
		ONE("CVE-2030-0005", "6.1.50 6.6", "high"));
	CLEANUP(defect_matches_free) struct defect_matches m;

	(void)state;
	assert_int_equal(defect_match(&t, "6.1.5", NULL, &all, &m), 0);
	assert_int_equal(m.n, 4);
	assert_string_equal(m.v[0].entry->id, "CVE-2030-0005");
	assert_string_equal(m.v[1].entry->id, "CVE-2030-0004");
	assert_string_equal(m.v[2].entry->id, "CVE-2030-0002");
	assert_string_equal(m.v[3].entry->id, "CVE-2030-0003");
	assert_int_equal(m.v[2].certainty, DEFECT_AFFECTED);
	assert_int_equal(m.v[3].certainty, DEFECT_MAY);
	assert_int_equal(m.v[3].why, WHY_BRANCH);
	defect_matches_free(&m);
	assert_int_equal(defect_match(&t, "nonsense", NULL, &all, &m), -EINVAL);

	CLEANUP(defect_free) struct defect_table none = parse("# nothing\n");

	assert_int_equal(defect_match(&none, "6.1.5", NULL, &all, &m), 0);
	assert_int_equal(m.n, 0);
}

/* The file itself */

static char *the_file(void)
{
	char *text;
	size_t len;

	assert_int_equal(file_read("share/" DEFECTS_FILE, DEFECTS_MAX, &text, &len), 0);
	return text;
}

static void the_file_is_whole(void **state)
{
	FREE char *text = the_file();
	CLEANUP(defect_free) struct defect_table t = parse(text);

	(void)state;
	assert_true(t.n >= 15);
	for (size_t i = 0; i < t.n; i++) {
		const struct defect *e = &t.v[i];
		const struct defect *before = i ? e - 1 : e;

		/* in the order of the releases that repaired them */
		if (version_cmp(&before->fixed[before->n_fixed - 1], &e->fixed[e->n_fixed - 1]) > 0)
			fail_msg("%s stands before %s", before->id, e->id);
		if (strncmp(e->id, "CVE-", 4) != 0)
			assert_string_equal(e->id, e->commit);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(t.v[k].commit, e->commit);
		if (e->brought)
			assert_string_not_equal(e->brought, e->commit);
		/* a sentence, which isn't the title */
		if (strlen(e->symptom) < 30 || !str_ends_with(e->symptom, "."))
			fail_msg("%s: '%s'", e->id, e->symptom);
		/* a set-up that no device has */
		assert_int_not_equal(e->setup & (SETUP_TUN | SETUP_MACVTAP),
				     SETUP_TUN | SETUP_MACVTAP);
	}
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > 100)
			fail_msg("a long line: %.40s", line);
}

static const struct defect_match *match_of(const struct defect_matches *m, const char *id)
{
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->v[i].entry->id, id))
			return &m->v[i];
	return NULL;
}

/* What is known of kernels that people run, by hand */
static void the_file_on_real_kernels(void **state)
{
	static const struct {
		const char *release, *version, *id;
		int certainty;		/* -1: no match */
	} rows[] = {
		{ "6.1.0-55-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-10-01)",
		  "CVE-2026-74356", DEFECT_AFFECTED },
		{ "6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-16)",
		  "CVE-2026-74356", -1 },
		{ "6.12.96+deb13-amd64", NULL, "CVE-2026-74356", DEFECT_AFFECTED },
		{ "6.12.117+deb13-amd64", NULL, "CVE-2026-74356", -1 },
		{ "7.2.12+deb14-amd64", NULL, "CVE-2026-74356", -1 },
		{ "5.10.0-33-amd64", "#1 SMP Debian 5.10.226-1 (2024-10-03)", "CVE-2026-74356",
		  -1 },
		{ "6.8.0-45-generic", UBUNTU, "CVE-2026-74356", DEFECT_MAY },
		{ "5.14.0-427.13.1.el9_4.x86_64", NULL, "CVE-2026-74356", DEFECT_MAY },
		{ "6.16.9", NULL, "4174152771bf", DEFECT_AFFECTED },
		{ "6.16.10", NULL, "4174152771bf", -1 },
		{ "6.15.11", NULL, "4174152771bf", -1 },
		{ "6.1.105", NULL, "CVE-2024-43897", DEFECT_AFFECTED },
		{ "6.1.102", NULL, "CVE-2024-43897", -1 },
		{ "6.12.5", NULL, "CVE-2024-43897", -1 },
		{ "4.19.63", NULL, "CVE-2019-3900", DEFECT_AFFECTED },
		{ "4.19.64", NULL, "CVE-2019-3900", -1 },
		{ "6.17.10", NULL, "779bcdd4b9ae", DEFECT_AFFECTED },
		{ "6.17.11", NULL, "779bcdd4b9ae", -1 },
		{ "6.16.12", NULL, "779bcdd4b9ae", -1 },
		{ "5.10.200", NULL, "b542e383d8c0", DEFECT_MAY },
		{ "5.15.1", NULL, "b542e383d8c0", -1 },
		{ "5.4.300", NULL, "b542e383d8c0", -1 },
		{ "5.15.78", NULL, "CVE-2022-49871", DEFECT_AFFECTED },
		{ "5.15.79", NULL, "CVE-2022-49871", -1 },
		{ "6.1.60", NULL, "ca50ec377c2e", DEFECT_AFFECTED },
		{ "6.1.61", NULL, "ca50ec377c2e", -1 },
		{ "5.15.28", NULL, "ca50ec377c2e", -1 },
		{ "6.12.40", NULL, "a3b9c053d82a", DEFECT_MAY },
		{ "6.14", NULL, "a3b9c053d82a", -1 },
		{ "6.6.51", NULL, "6513eb3d3191", DEFECT_AFFECTED },
		{ "6.6.52", NULL, "6513eb3d3191", -1 },
		{ "6.6.45", NULL, "6513eb3d3191", -1 },
		{ "6.11", NULL, "6513eb3d3191", -1 },
		{ "6.18.35", NULL, "CVE-2026-52940", DEFECT_AFFECTED },
		{ "6.18.36", NULL, "CVE-2026-52940", -1 },
		{ "6.12.117+deb13-amd64", NULL, "CVE-2026-52940", -1 },
		{ "6.6.122", NULL, "CVE-2024-57994", DEFECT_AFFECTED },
		{ "6.6.123", NULL, "CVE-2024-57994", -1 },
		{ "6.1.77", NULL, "CVE-2024-0340", DEFECT_AFFECTED },
		{ "6.1.78", NULL, "CVE-2024-0340", -1 },
	};
	FREE char *text = the_file();
	CLEANUP(defect_free) struct defect_table t = parse(text);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(defect_matches_free) struct defect_matches m;

		assert_int_equal(defect_match(&t, rows[i].release, rows[i].version, &all, &m), 0);
		const struct defect_match *one = match_of(&m, rows[i].id);

		if ((one ? (int)one->certainty : -1) != rows[i].certainty)
			fail_msg("%s on %s", rows[i].id, rows[i].release);
	}
}

/* It says up to when it is complete, and what only a kernel with PREEMPT_RT has needs one */
static void date_and_host(void **state)
{
	FREE char *text = the_file();
	CLEANUP(defect_free) struct defect_table t = parse(text);
	struct defect_setup s = { 0 };

	(void)state;
	assert_non_null(t.date);
	assert_int_equal(strlen(t.date), strlen("2026-11-28"));
	defect_setup_host(&s, NULL, NULL);
	assert_int_equal(s.has_known, 0);
	defect_setup_host(&s, "x86_64", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-11-16)");
	assert_int_equal(s.has_known, SETUP_WEAK_ORDER | SETUP_RT);
	assert_int_equal(s.has, 0);
	defect_setup_host(&s, "aarch64", "#1 SMP PREEMPT_RT Debian 6.12.117-1 (2026-11-16)");
	assert_int_equal(s.has, SETUP_WEAK_ORDER | SETUP_RT);
	assert_true(defect_rt("#1 SMP PREEMPT RT Debian 5.10.28-1"));
	assert_false(defect_rt("#1 SMP PREEMPT"));
}

/* An installed one is in the data directory, that of a source tree in share/ */
static void where_the_file_is(void **state)
{
	STRV_CLEAN struct strv dirs = { 0 };
	char *path = NULL;

	strv_add(&dirs, tree_path(*state, "/none"));
	strv_add(&dirs, tree_path(*state, "/tree"));
	assert_int_equal(scripts_data(&dirs, DEFECTS_FILE, &path), -ENOENT);
	tree_write(*state, "/tree/share/defects.conf", "");
	assert_int_equal(scripts_data(&dirs, DEFECTS_FILE, &path), 0);
	assert_string_equal(path, tree_path(*state, "/tree/share/defects.conf"));
	free(path);
	tree_write(*state, "/none/defects.conf", "");
	assert_int_equal(scripts_data(&dirs, DEFECTS_FILE, &path), 0);
	assert_string_equal(path, tree_path(*state, "/none/defects.conf"));
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_entry),
		cmocka_unit_test(ranges),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(kernels),
		cmocka_unit_test(judges_by_version),
		cmocka_unit_test(judges_by_setup),
		cmocka_unit_test(reasons),
		cmocka_unit_test(order_of_matches),
		cmocka_unit_test(the_file_is_whole),
		cmocka_unit_test(the_file_on_real_kernels),
		cmocka_unit_test(date_and_host),
		cmocka_unit_test_setup_teardown(where_the_file_is, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("defects", tests, NULL, NULL);
}
