// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/option.h"

#include <ctype.h>
#include <errno.h>

#include "base/strv.h"

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", 60000000000 },
	{ "h", 3600000000000 },
};

/* ns; 0: there is no such unit */
static int64_t unit_ns(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(units[i].name, name))
			return units[i].ns;
	return 0;
}

/* Digits, and nothing else before the end or @end: strtoll() would take a sign and blanks */
static bool parse_digits(const char *text, const char **end, int64_t *n)
{
	const char *at = text;

	for (*n = 0; isdigit((unsigned char)*at); at++)
		if (__builtin_mul_overflow(*n, 10, n) || __builtin_add_overflow(*n, *at - '0', n))
			return false;
	*end = at;
	return at > text;
}

bool option_time(const char *text, const char *unit, int64_t *ns)
{
	int64_t whole, part = 0, of, scale;
	const char *at;

	if (!parse_digits(text, &at, &whole))
		return false;

	const char *dot = *at == '.' ? at + 1 : NULL;

	if (dot && !parse_digits(dot, &at, &part))
		return false;
	of = unit_ns(*at ? at : unit);
	if (!of || __builtin_mul_overflow(whole, of, ns))
		return false;
	/* a part of a ns is dropped */
	scale = of;
	for (; dot && isdigit((unsigned char)*dot); dot++) {
		scale /= 10;
		if (__builtin_add_overflow(*ns, scale * (*dot - '0'), ns))
			return false;
	}
	return true;
}

static bool parse_time(const struct option_is *o, const char *text, int64_t *ns)
{
	int64_t unit = unit_ns(o->unit), least, most;

	if (!option_time(text, o->unit, ns) || __builtin_mul_overflow(o->least, unit, &least) ||
	    __builtin_mul_overflow(o->most, unit, &most))
		return false;
	if ((o->flags & OPTION_WHOLE && *ns % unit) || (!*ns && !(o->flags & OPTION_ZERO)))
		return false;
	return *ns >= least && *ns <= most;
}

static bool parse_number(const struct option_is *o, const char *text, int64_t *n)
{
	const char *end;

	if (!parse_digits(text, &end, n) || *end || *n < o->least || *n > o->most)
		return false;
	return !(o->flags & OPTION_POWER_OF_2) || !(*n & (*n - 1));
}

static bool parse_value(const struct option_is *o, const char *text, int64_t *n)
{
	bool there = true;

	if (o->flags & OPTION_AUTO && !strcmp(text, "auto"))
		*n = OPTION_IS_AUTO;
	else if (o->flags & OPTION_INF && (!strcmp(text, "inf") || !strcmp(text, "forever")))
		*n = OPTION_IS_INF;
	else if (o->type == OPTION_TIME)
		there = parse_time(o, text, n);
	else
		there = parse_number(o, text, n);
	return there;
}

static bool parse_percent(const char *text, double *percent)
{
	char *end;
	double n;

	/* strtod() takes "nan", "inf", a sign, blanks and hexadecimal */
	if (!isdigit((unsigned char)*text) || strspn(text, "0123456789.") != strlen(text))
		return false;
	n = strtod(text, &end);
	if (*end || n > 100)
		return false;
	*percent = n;
	return true;
}

/* The place of @value among @words, "a|b|c"; -1: it is not there */
static int parse_choice(const char *words, const char *value)
{
	size_t len = strlen(value);

	for (int n = 0; *words; n++) {
		size_t word = strcspn(words, "|");

		if (word == len && !strncmp(words, value, len))
			return n;
		words += word + (words[word] == '|');
	}
	return -1;
}

int option_take(const struct option_is *o, const char *words, const char *value, void *to)
{
	void *at = (char *)to + o->at;
	int64_t n;
	int i;

	switch (o->type) {
	case OPTION_OTHER:
		break;
	case OPTION_FLAG:
		*(bool *)at = true;
		return 0;
	case OPTION_COUNT:
		++*(unsigned int *)at;
		return 0;
	case OPTION_TEXT:
		*(const char **)at = value;
		return 0;
	case OPTION_LIST:
		strv_add(at, value);
		return 0;
	case OPTION_ON_OFF:
		i = parse_choice("off|on", value);
		if (i < 0)
			return -EINVAL;
		*(bool *)at = i;
		return 0;
	case OPTION_NUMBER:
	case OPTION_TIME:
		if (!parse_value(o, value, &n))
			return -EINVAL;
		memcpy(at, &n, sizeof(n));	/* signed there or not */
		return 0;
	case OPTION_PERCENT:
		return parse_percent(value, at) ? 0 : -EINVAL;
	case OPTION_CHOICE:
		i = parse_choice(words, value);
		if (i < 0)
			return -EINVAL;
		memcpy(at, &i, sizeof(i));	/* an enum, too */
		return 0;
	}
	return -EINVAL;
}

static void list_words(const char *words, char *text, size_t size)
{
	size_t n = snprintf(text, size, "one of ");

	for (; *words && n + 3 < size; words++) {
		text[n++] = *words == '|' ? ',' : *words;
		if (*words == '|')
			text[n++] = ' ';
	}
	text[n] = '\0';
}

static int describe_time(const struct option_is *o, char *text)
{
	const char *such = o->flags & OPTION_WHOLE ? "10s or 2m" : "10s, 500ms or 2m";
	char from[32] = "over 0 and up to ";

	if (strcmp(o->unit, "s") != 0)
		such = "500us or 2ms";
	if (o->flags & OPTION_ZERO)
		strcpy(from, "up to ");
	if (o->least)
		snprintf(from, sizeof(from), "%lld%s to ", (long long)o->least, o->unit);
	return snprintf(text, OPTION_TEXT_MAX, "a time of %s%lld%s, such as %s", from,
			(long long)o->most, o->unit, such);
}

/* The words that may stand in a number's place; it takes one of them at least */
static const char *instead_of_number(const struct option_is *o)
{
	if (!(o->flags & OPTION_AUTO))
		return "inf";
	return o->flags & OPTION_INF ? "auto, or inf" : "auto";
}

const char *option_wants(const struct option_is *o, const char *words, char *text)
{
	int n;

	switch (o->type) {
	case OPTION_ON_OFF:
		return "on or off";
	case OPTION_CHOICE:
		list_words(words, text, OPTION_TEXT_MAX);
		return text;
	case OPTION_PERCENT:
		return "a percentage of 0 to 100";
	case OPTION_NUMBER:
	case OPTION_TIME:
		break;
	default:
		return "a value";
	}
	n = o->type == OPTION_TIME ? describe_time(o, text) :
				     snprintf(text, OPTION_TEXT_MAX, "a number of %lld to %lld",
					      (long long)o->least, (long long)o->most);
	if (o->flags & OPTION_POWER_OF_2)
		n += snprintf(text + n, OPTION_TEXT_MAX - n, ", a power of two");
	if (o->flags & (OPTION_AUTO | OPTION_INF))
		snprintf(text + n, OPTION_TEXT_MAX - n, ", or %s", instead_of_number(o));
	return text;
}
