// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads defects.conf: paragraphs of "key: value", one a defect. */
#include "defects/defects.h"

#include <ctype.h>
#include <errno.h>

#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "dump/dump.h"

#define COMMIT_DIGITS 12

/* Names, by value - 1 */
static const char *const severities[] = { "low", "medium", "high" };
static const char *const effects[] = {
	"crash", "hang", "stall", "loss", "data", "leak", "count", "log",
};
static const char *const others[] = { "unrepaired", "unknown" };

/* By bit */
static const char *const setups[] = {
	"zerocopy", "busy-poll", "tun", "macvtap", "xdp", "napi", "batch", "weak-order",
	"preempt-rt",
};

const char *defect_severity_name(enum defect_severity s)
{
	return severities[s - 1];
}

const char *defect_effect_name(enum defect_effect e)
{
	return effects[e - 1];
}

const char *defect_setup_name(unsigned int bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(setups); i++)
		if (bit == 1U << i)
			return setups[i];
	return NULL;
}

/* 1 and up; 0: it's none of them */
static unsigned int one_of(const char *const *names, size_t n, const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], value))
			return i + 1;
	return 0;
}

/* Values. Each function gives what is wrong, or NULL */

static bool is_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

static bool is_cve(const char *s)
{
	size_t n = strlen(s);

	return n >= strlen("CVE-2019-3900") && !strncmp(s, "CVE-", 4) && s[8] == '-' &&
	       strspn(s + 4, "0123456789") == 4 && strspn(s + 9, "0123456789") == n - 9;
}

static const char *set_id(struct defect *e, char *value)
{
	e->id = value;
	return is_cve(value) || is_hex(value, COMMIT_DIGITS) ? NULL :
	       "neither a CVE's number nor the first 12 digits of a commit";
}

static const char *set_title(struct defect *e, char *value)
{
	e->title = value;
	return NULL;
}

static const char *set_commit(struct defect *e, char *value)
{
	e->commit = value;
	return is_hex(value, COMMIT_DIGITS) ? NULL : "not 12 digits";
}

static const char *set_brought(struct defect *e, char *value)
{
	e->brought = value;
	return is_hex(value, COMMIT_DIGITS) ? NULL : "not 12 digits";
}

static const char *set_symptom(struct defect *e, char *value)
{
	e->symptom = value;
	return NULL;
}

static const char *set_severity(struct defect *e, char *value)
{
	e->severity = one_of(severities, ARRAY_SIZE(severities), value);
	return e->severity ? NULL : "not low, medium or high";
}

static const char *set_effect(struct defect *e, char *value)
{
	e->effect = one_of(effects, ARRAY_SIZE(effects), value);
	return e->effect ? NULL : "not crash, hang, stall, loss, data, leak, count or log";
}

static const char *set_others(struct defect *e, char *value)
{
	unsigned int which = one_of(others, ARRAY_SIZE(others), value);

	e->others_known = which == 1;
	return which ? NULL : "not unrepaired or unknown";
}

/* A version and nothing after it, written as version_text() would */
static bool exact(const char *value, struct version *v)
{
	char back[VERSION_TEXT];

	return version_parse(value, v) && !strcmp(version_text(v, back), value);
}

static const char *set_since(struct defect *e, char *value)
{
	if (!strcmp(value, "none"))
		return NULL;
	e->since_about = *value == '~';
	return exact(value + e->since_about, &e->since) ? NULL : "not a version";
}

/* "5.15.156 6.1.87 6.9", ascending */
static const char *versions(char *value, struct version *v, size_t *n)
{
	char *save = NULL;

	for (char *word = strtok_r(value, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (*n == DEFECT_VERSIONS)
			return "too many versions";
		if (!exact(word, &v[*n]))
			return "not a version";
		if (*n && version_cmp(&v[*n], &v[*n - 1]) <= 0)
			return "not in ascending order";
		(*n)++;
	}
	return *n ? NULL : "no version";
}

static const char *set_taken(struct defect *e, char *value)
{
	return versions(value, e->taken, &e->n_taken);
}

static const char *set_fixed(struct defect *e, char *value)
{
	return versions(value, e->fixed, &e->n_fixed);
}

/* A feature of a vhost-net device by its name, -1: there is none */
static int feature(const char *word)
{
	/* "bit5" is what one without a name is called */
	for (unsigned int bit = 0; isupper((unsigned char)*word) && bit < FEATURE_BITS; bit++) {
		STRV_CLEAN struct strv names = { 0 };

		dump_feature_names(features_bit(bit), true, &names);
		if (names.n && !strcmp(names.v[0], word))
			return (int)bit;
	}
	return -1;
}

/* "MRG_RXBUF zerocopy": features in capitals, set-ups in small letters */
static const char *set_needs(struct defect *e, char *value)
{
	char *save = NULL;

	for (char *word = strtok_r(value, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		unsigned int setup = one_of(setups, ARRAY_SIZE(setups), word);
		int bit = setup ? -1 : feature(word);

		if (!setup && bit < 0)
			return "neither a known feature nor a known set-up";
		if (setup)
			e->setup |= 1U << (setup - 1);
		else
			e->features.word[bit / 64] |= 1ULL << bit % 64;
	}
	return NULL;
}

static const struct key {
	const char *name;
	bool required;
	const char *(*set)(struct defect *e, char *value);
} keys[] = {
	{ "id", true, set_id },
	{ "title", true, set_title },
	{ "commit", true, set_commit },
	{ "brought", false, set_brought },
	{ "since", true, set_since },
	{ "taken", false, set_taken },
	{ "fixed", true, set_fixed },
	{ "others", true, set_others },
	{ "needs", false, set_needs },
	{ "severity", true, set_severity },
	{ "effect", true, set_effect },
	{ "symptom", true, set_symptom },
};

/* What the lines of a paragraph say together */

static void add_range(struct defect *e, struct version from, struct version below)
{
	if (version_cmp(&from, &below) < 0)
		e->ranges[e->n_ranges++] = (struct version_range){ from, below };
}

/* From the release that had it to the first repaired one, and so on for each branch */
static void make_ranges(struct defect *e)
{
	struct version from = e->since;

	for (size_t i = 0; i < e->n_taken; i++) {
		struct version below = version_next_branch(&e->taken[i]);

		for (size_t k = 0; k < e->n_fixed; k++)
			if (version_same_branch(&e->fixed[k], &e->taken[i]))
				below = e->fixed[k];
		add_range(e, e->taken[i], below);
	}
	for (size_t i = 0; version_is_set(&from) && i < e->n_fixed; i++) {
		if (version_cmp(&e->fixed[i], &from) < 0)
			continue;
		add_range(e, from, e->fixed[i]);
		from = version_next_branch(&e->fixed[i]);
	}
}

static const char *whole(struct defect *e, unsigned int seen)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].required && !(seen & 1U << i))
			return keys[i].name;
	if (e->fixed[e->n_fixed - 1].patch)
		return "a release of Linus's at the end of 'fixed'";
	for (size_t i = 0; i + 1 < e->n_fixed; i++)
		if (!e->fixed[i].patch || version_same_branch(&e->fixed[i], &e->fixed[i + 1]))
			return "one stable release a branch in 'fixed'";
	for (size_t i = 0; i < e->n_taken; i++)
		if (!e->taken[i].patch)
			return "stable releases in 'taken'";
	make_ranges(e);
	return e->n_ranges ? NULL : "a release that has it";
}

/* The reader */

struct reader {
	struct defect_table *t;
	size_t room;
	unsigned int line;
	struct defect *entry;	/* the paragraph's, NULL between two */
	unsigned int seen;		/* its keys, by their place in the table */
	const struct key *key;		/* whose value is not complete yet */
	char *value, *end;
};

static int mistake(struct reader *r, unsigned int line, const char *what, const char *of)
{
	r->t->mistake = str_printf("line %u: %s%s%s", line, of, *of ? ": " : "", what);
	return r->t->mistake ? -EINVAL : -ENOMEM;
}

static int value_ends(struct reader *r)
{
	const struct key *k = r->key;

	if (!k)
		return 0;
	r->key = NULL;
	const char *wrong = *r->value ? k->set(r->entry, r->value) : "no value";

	return wrong ? mistake(r, r->line - 1, wrong, k->name) : 0;
}

static int paragraph_ends(struct reader *r)
{
	struct defect *e = r->entry;
	int ret = value_ends(r);

	if (ret || !e)
		return ret;
	r->entry = NULL;
	const char *missing = whole(e, r->seen);

	if (missing)
		return mistake(r, e->line, missing, "lacks");
	for (size_t i = 0; i + 1 < r->t->n; i++)
		if (!strcmp(r->t->v[i].id, e->id))
			return mistake(r, e->line, "appears twice", e->id);
	return 0;
}

static int paragraph_begins(struct reader *r)
{
	if (r->t->n == r->room) {
		size_t room = r->room ? 2 * r->room : 32;
		struct defect *v = reallocarray(r->t->v, room, sizeof(*v));

		if (!v)
			return -ENOMEM;
		r->t->v = v;
		r->room = room;
	}
	r->entry = &r->t->v[r->t->n++];
	*r->entry = (struct defect){ .line = r->line };
	r->seen = 0;
	return 0;
}

/* "2026-11-28": before the first paragraph, and once */
static int date_line(struct reader *r, const char *value)
{
	const char *form = "dddd-dd-dd";
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)value[i]) : value[i] != form[i])
			break;
	if (form[i] || value[i])
		return mistake(r, r->line, "not a date such as 2026-11-28", "date");
	if (r->t->date)
		return mistake(r, r->line, "appears twice", "date");
	r->t->date = value;
	return 0;
}

static int key_line(struct reader *r, char *line)
{
	char *colon = strchr(line, ':');
	int ret = value_ends(r);

	if (!ret && !r->entry && !r->t->n && !strncmp(line, "date: ", strlen("date: ")))
		return date_line(r, line + strlen("date: "));
	if (!ret && !r->entry)
		ret = paragraph_begins(r);
	if (ret)
		return ret;
	if (!colon)
		return mistake(r, r->line, "not 'key: value'", "");
	*colon = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, line) != 0)
			continue;
		if (r->seen & 1U << i)
			return mistake(r, r->line, "appears twice", line);
		r->seen |= 1U << i;
		r->key = &keys[i];
		r->value = colon + 1 + strspn(colon + 1, " ");
		r->end = r->value + strlen(r->value);
		return 0;
	}
	return mistake(r, r->line, "no such key", line);
}

/* The rest of a value: one blank for the end of the line and what is before the text */
static int rest_line(struct reader *r, const char *line)
{
	if (!r->key)
		return mistake(r, r->line, "continues a value, but none is before it", "");
	size_t n = strlen(line);

	*r->end++ = ' ';
	memmove(r->end, line, n + 1);
	r->end += n;
	return 0;
}

static int read_line(struct reader *r, char *line)
{
	size_t blank = strspn(line, " ");

	r->line++;
	for (const char *s = line; *s; s++)
		if (iscntrl((unsigned char)*s))
			return mistake(r, r->line, "has a control character", "");
	if (!line[blank])
		return paragraph_ends(r);
	if (*line == '#')
		return 0;
	return blank ? rest_line(r, line + blank) : key_line(r, line);
}

int defect_parse(const char *data, struct defect_table *t)
{
	*t = (struct defect_table){ .text = strdup(data) };
	struct reader r = { .t = t };
	char *next = t->text;
	int ret = next ? 0 : -ENOMEM;

	while (!ret && next && *next) {
		char *line = next;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		ret = read_line(&r, line);
	}
	r.line++;
	return ret ? ret : paragraph_ends(&r);
}

void defect_free(struct defect_table *t)
{
	free(t->v);
	free(t->text);
	free(t->mistake);
	*t = (struct defect_table){ 0 };
}

/* Words */

void defect_needs(const struct defect *e, struct strv *words)
{
	dump_feature_names(e->features, true, words);
	for (size_t i = 0; i < ARRAY_SIZE(setups); i++)
		if (e->setup & 1U << i)
			strv_add(words, setups[i]);
}

void defect_fixed(const struct defect *e, struct strv *words)
{
	char one[VERSION_TEXT];

	for (size_t i = 0; i < e->n_fixed; i++)
		strv_add(words, version_text(&e->fixed[i], one));
}

char *defect_needs_explained(struct features features, unsigned int setup)
{
	static const char *const words[] = {
		"zerocopy (experimental_zcopytx=1)", "busy polling (poll-us=)", "a tap interface",
		"a macvtap interface", "an XDP program at the tap", "NAPI at the tap",
		"unlimited sndbuf=", "a CPU that reorders reads (not x86)",
		"a kernel with PREEMPT_RT",
	};
	const unsigned int iommu = 33;	/* ACCESS_PLATFORM */
	STRV_CLEAN struct strv all = { 0 };

	if (features_has(features, iommu))
		strv_add(&all, "a virtual IOMMU");
	dump_feature_names(features_but(features, features_bit(iommu)), true, &all);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (setup & 1U << i)
			strv_add(&all, words[i]);
	return all.broken ? NULL : strv_join(&all, ", ");
}

char *defect_needs_text(const struct defect *e)
{
	STRV_CLEAN struct strv names = { 0 };

	defect_needs(e, &names);
	return names.broken ? NULL : strv_join(&names, ", ");
}

char *defect_fixed_near(const struct defect *e, const struct defect_kernel *k)
{
	STRV_CLEAN struct strv near = { 0 };
	char one[VERSION_TEXT];

	for (size_t i = 0; i < e->n_fixed; i++)
		if (i + 1 == e->n_fixed || version_same_branch(&e->fixed[i], &k->version))
			strv_add(&near, version_text(&e->fixed[i], one));
	return near.broken ? NULL : strv_join(&near, ", ");
}

char *defect_fixed_text(const struct defect *e)
{
	STRV_CLEAN struct strv all = { 0 };

	defect_fixed(e, &all);
	return all.broken ? NULL : strv_join(&all, ", ");
}
