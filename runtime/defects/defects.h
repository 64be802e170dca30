/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defects: published defects of vhost-net, vhost, tun and tap, and whether a kernel
 * may have them. The defects are data, defects.conf, which is installed with the
 * scripts and whose head says what its lines mean. Nothing here reads a file or
 * asks the host: text in, matches out.
 */
#ifndef DEFECTS_H
#define DEFECTS_H

#include "base/base.h"
#include "base/strv.h"
#include "base/version.h"
#include "dump/dump.h"

#define DEFECTS_FILE "defects.conf"
#define DEFECTS_MAX 262144	/* bytes of it, at most */
#define DEFECT_VERSIONS 16	/* in one line of it */

/* How bad it is for who runs the host's network */
enum defect_severity {
	DEFECT_LOW = 1,		/* a wrong number, a message, a set-up that guests hardly have */
	DEFECT_MEDIUM,		/* packets or memory lost; or worse, but rarely */
	DEFECT_HIGH,		/* a guest or the host goes down or loses its network */
};

/* What kind of thing is seen: what a verdict can be held against */
enum defect_effect {
	EFFECT_CRASH = 1,	/* oops, panic, memory written that isn't the kernel's to write */
	EFFECT_HANG,		/* a worker or a CPU is busy with nothing */
	EFFECT_STALL,		/* a queue does not move, or takes turns that move nothing */
	EFFECT_LOSS,		/* packets are dropped */
	EFFECT_DATA,		/* the guest or the network gets wrong data */
	EFFECT_LEAK,		/* the host's memory goes */
	EFFECT_COUNT,		/* a counter is wrong */
	EFFECT_LOG,		/* the kernel complains */
};

/* Set-ups that an entry can need; defects.conf calls them as defect_setup_name() does */
enum defect_setup_bit {
	SETUP_ZEROCOPY = 1 << 0,	/* vhost_net's experimental_zcopytx=1 */
	SETUP_BUSY_POLL = 1 << 1,	/* VHOST_SET_VRING_BUSYLOOP_TIMEOUT, QEMU's poll-us= */
	SETUP_TUN = 1 << 2,		/* the backend is tun.c's: a tap interface */
	SETUP_MACVTAP = 1 << 3,		/* the backend is tap.c's: macvtap, ipvtap */
	SETUP_XDP = 1 << 4,		/* an XDP program is attached to the tap */
	SETUP_NAPI = 1 << 5,		/* IFF_NAPI or IFF_NAPI_FRAGS */
	SETUP_BATCH = 1 << 6,		/* sndbuf is unlimited: TX packets go in batches */
	SETUP_WEAK_ORDER = 1 << 7,	/* a CPU that reorders reads: arm64, ppc64, riscv */
	SETUP_RT = 1 << 8,		/* the kernel is built with CONFIG_PREEMPT_RT */
};

struct defect_setup {
	struct features features, features_known;	/* what isn't known may be */
	unsigned int has, has_known;			/* enum defect_setup_bit */
};

/* NULL: there is no such bit */
const char *defect_setup_name(unsigned int bit);
/* Whether a machine of this name (uname -m) has weakly ordered memory */
bool defect_weak_order(const char *machine);
/* Whether a kernel of this version (uname -v) is built with CONFIG_PREEMPT_RT */
bool defect_rt(const char *version);
/* What uname's machine and version say of a host; NULL: unknown */
void defect_setup_host(struct defect_setup *s, const char *machine, const char *version);

struct defect {
	const char *id;			/* CVE-…, or the commit when there is none */
	const char *title, *commit;	/* of what repaired it, upstream */
	const char *brought;		/* the commit that brought it, NULL: not recorded */
	const char *symptom;
	enum defect_severity severity;
	enum defect_effect effect;
	struct version since;		/* 0.0.0: no release of Linus's had it */
	bool since_about;		/* it's older than that, how much isn't recorded */
	struct version taken[DEFECT_VERSIONS];	/* stable releases that took the defect along */
	size_t n_taken;
	struct version fixed[DEFECT_VERSIONS];	/* ascending, the last is Linus's */
	size_t n_fixed;
	bool others_known;		/* a branch that @fixed doesn't name has no repair */
	struct features features;	/* that it needs, all of them */
	unsigned int setup;
	struct version_range ranges[2 * DEFECT_VERSIONS];	/* made of the above */
	size_t n_ranges;
	unsigned int line;		/* of the file, its first */
};

struct defect_table {
	struct defect *v;
	size_t n;
	/* up to which day it is complete, "2026-11-28"; NULL: not recorded */
	const char *date;
	char *text;		/* what the entries' strings are in */
	char *mistake;		/* after -EINVAL: "line 7: …" */
};

/* -EINVAL: see @mistake; defect_free() in any case */
int defect_parse(const char *text, struct defect_table *t);
void defect_free(struct defect_table *t);

/* What a kernel's name says of what is in it (kernel.c) */
enum defect_origin {
	KERNEL_UPSTREAM,	/* its number says it all */
	KERNEL_DEBIAN,		/* so does that of its package */
	KERNEL_CANDIDATE,	/* -rcN */
	KERNEL_VENDOR,		/* others' repairs may be in it, and others' defects */
};

struct defect_kernel {
	enum defect_origin origin;
	struct version version;	/* upstream's */
	bool patch_known;	/* false: any patch level of version's branch */
	bool rebuilt;		/* a vendor who takes over whole subsystems from later releases */
	const char *vendor;	/* "Ubuntu"; NULL: none that we know */
};

/*
 * @release and @version are uname's, @version may be NULL. False: there is no number in it.
 *
 * 6.12.117                               upstream's own
 * 6.12.117+deb13-amd64                   Debian since 13, and its backports (+bpo)
 * 6.1.0-56-amd64                         Debian before: the number is the branch's, and
 *   #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-16)   says the rest
 * 6.8.0-45-generic, 5.14.0-427.el9.x86_64   the number is where the vendor once began
 */
bool defect_kernel_read(const char *release, const char *version, struct defect_kernel *k);

enum defect_certainty {
	DEFECT_NOT,		/* older than the defect, or without what it needs */
	DEFECT_FIXED,
	DEFECT_MAY,		/* see why */
	DEFECT_AFFECTED,
};

/* Why it is only DEFECT_MAY */
enum defect_why {
	WHY_VENDOR = 1 << 0,	/* vendor backport unknown */
	WHY_BROUGHT = 1 << 1,	/* newer than the kernel, but this vendor may have brought it */
	WHY_PATCH = 1 << 2,	/* the patch level isn't known */
	WHY_BRANCH = 1 << 3,	/* whether the branch was repaired isn't recorded */
	WHY_OLDER = 1 << 4,	/* since when it is there isn't recorded */
	WHY_CANDIDATE = 1 << 5,	/* between two releases */
	WHY_SETUP = 1 << 6,	/* whether what it needs is there isn't known */
};

/* @why: bits of defect_why, 0 but for DEFECT_MAY */
enum defect_certainty defect_judge(const struct defect *e, const struct defect_kernel *k,
				 const struct defect_setup *s, unsigned int *why);
/* The reasons as a sentence, NULL without memory; "" for none */
char *defect_why_text(unsigned int why, const struct defect_kernel *k);
/* The weightiest of them in some words */
const char *defect_why_short(unsigned int why);

struct defect_match {
	const struct defect *entry;
	enum defect_certainty certainty;
	unsigned int why;
};

/* Of matches, for qsort(): the certain ones first, then the worse ones, then the newer ones */
int defect_by_weight(const void *a, const void *b);

struct defect_matches {
	struct defect_match *v;
	size_t n;
};

/*
 * The entries that a kernel with this set-up has or may have, by weight. -EINVAL: @release has
 * no number
 */
int defect_match(const struct defect_table *t, const char *release, const char *version,
		const struct defect_setup *s, struct defect_matches *m);
void defect_matches_free(struct defect_matches *m);

const char *defect_severity_name(enum defect_severity s);
const char *defect_effect_name(enum defect_effect e);
const char *defect_certainty_text(enum defect_certainty c);
/* What it needs, a word each; the releases that repaired it */
void defect_needs(const struct defect *e, struct strv *words);
void defect_fixed(const struct defect *e, struct strv *words);
/* Features and set-ups in words for who runs the host: "a virtual IOMMU, a tap interface" */
char *defect_needs_explained(struct features features, unsigned int setup);
/* What it needs: "MRG_RXBUF, zerocopy"; "" for nothing */
char *defect_needs_text(const struct defect *e);
/* "6.1.191, 6.12.97, 7.2" */
char *defect_fixed_text(const struct defect *e);
/* Those of them that this kernel's owner looks for: its branch's and Linus's */
char *defect_fixed_near(const struct defect *e, const struct defect_kernel *k);

#endif
