// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records in, structs out. Strict where a value is not what its key holds, or a
 * record has no place; what a later script may add, keys and kinds, is left out. A
 * number that is one, but can't be, is unknown, and counted: one of them must not
 * take the answer from all guests.
 */
#include "dump/reader.h"

#include <ctype.h>
#include <errno.h>

#include "base/str.h"

#define RECORD_MAX 4096		/* bytes */

static const struct field whose_keys[] = {
	{ "pid", FIELD_NUMBER, offsetof(struct whose, pid), 0, 0xffffffffULL, true, false },
	{ "dev", FIELD_NUMBER, offsetof(struct whose, dev), 0, 0xffffffffULL, true, false },
	{ "queue", FIELD_TEXT, offsetof(struct whose, queue), sizeof(((struct whose *)0)->queue), 0,
	  true, false },
};

/* Which of the kind's and the owner's keys a word may fill; bit n of @seen: it was there */
struct target {
	const struct field *keys;
	size_t n;
	void *record;
	unsigned long long seen;
};

static void note_odd(struct dump_reader *r, const char *key, const char *value, size_t len)
{
	if (!r->odd++)
		r->first_odd = str_printf("line %llu: %s=%.*s", r->line, key,
					  (int)(len < 64 ? len : 64), value);
}

/* 0, -ENOENT: the key is not of this target */
static int take_word(struct dump_reader *r, struct target *t, const char *key, size_t key_len,
		     const char *value, size_t len)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strlen(t->keys[i].key) != key_len || strncmp(t->keys[i].key, key, key_len))
			continue;
		if (t->seen >> i & 1)
			return reader_wrong(r, -EBADMSG, "%s= appears twice", t->keys[i].key);
		t->seen |= 1ULL << i;

		int ret = field_parse(&t->keys[i], t->record, value, len);

		if (ret == -ERANGE)
			note_odd(r, t->keys[i].key, value, len);
		else if (ret)
			return reader_wrong(r, -EBADMSG, "%s=%.*s is not a valid value",
					    t->keys[i].key, (int)(len < 64 ? len : 64), value);
		return 0;
	}
	return -ENOENT;
}

static bool is_key(const char *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!islower((unsigned char)key[i]) && !isdigit((unsigned char)key[i]) &&
		    key[i] != '_')
			return false;
	return len;
}

static int take_words(struct dump_reader *r, const char *words, struct target *own,
		      struct target *owner)
{
	while (*words) {
		words += strspn(words, " ");

		size_t len = strcspn(words, " ");
		const char *equals = memchr(words, '=', len);
		int ret;

		if (!len)
			break;
		if (!equals || !is_key(words, equals - words))
			return reader_wrong(r, -EBADMSG, "'%.*s' is not key=value",
					    (int)(len < 64 ? len : 64), words);

		size_t key_len = equals - words, value_len = len - key_len - 1;

		ret = take_word(r, own, words, key_len, equals + 1, value_len);
		if (ret == -ENOENT)
			ret = take_word(r, owner, words, key_len, equals + 1, value_len);
		if (ret && ret != -ENOENT)
			return ret;
		words += len;
	}
	return 0;
}

/* That a record's name is known, and not "?" or "none" */
static int check_names(struct dump_reader *r, const struct target *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct field *f = &t->keys[i];
		bool there = f->type == FIELD_TEXT ? *field_text(f, t->record) :
						     value_known(field_value(f, t->record));

		if (f->required && !there)
			return reader_wrong(r, -EBADMSG, "%s= is missing", f->key);
	}
	return 0;
}

/* How many of whose_keys name the parent */
static size_t owners_of(enum dump_kind kind)
{
	switch (kind) {
	case KIND_DUMP:
	case KIND_END:
	case KIND_GUEST:
	case KIND_GONE:
	case KIND_NAME:
	case KIND_MISSED:
	case KIND_HOST:
		return 0;
	case KIND_DEV:
	case KIND_THREADS:
	case KIND_CGROUP:
		return 1;
	case KIND_WORKER:
	case KIND_VQ:
	case KIND_TASK:
	case KIND_TAP:
	case KIND_DROP:
		return 2;
	default:
		return 3;
	}
}

static int take_record(struct dump_reader *r, enum dump_kind kind, const char *words)
{
	union record rec;
	struct whose w = { 0 };
	struct target own = { dump_fields[kind].v, dump_fields[kind].n, &rec, 0 };
	struct target owner = { whose_keys, owners_of(kind), &w, 0 };
	int ret;

	memset(&rec, 0, sizeof(rec));
	ret = take_words(r, words, &own, &owner);
	if (!ret)
		ret = check_names(r, &own);
	if (!ret)
		ret = check_names(r, &owner);
	if (!ret)
		ret = reader_put(r, kind, &rec, &w);
	return ret == -ENOMEM ? reader_wrong(r, ret, "out of memory") : ret;
}

/* A word in capitals; what we don't know may be a later script's */
static int find_kind(const char *line, size_t len, enum dump_kind *kind)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (dump_fields[i].kind && strlen(dump_fields[i].kind) == len &&
		    !strncmp(dump_fields[i].kind, line, len)) {
			*kind = i;
			return 0;
		}
	}
	for (size_t i = 0; i < len; i++)
		if (!isupper((unsigned char)line[i]))
			return -EINVAL;
	return len ? -ENOENT : -EINVAL;
}

int dump_reader_line(struct dump_reader *r, const char *line, size_t len)
{
	enum dump_kind kind = KIND_DUMP;
	char text[RECORD_MAX + 1];

	r->line++;
	if (len > RECORD_MAX)
		return reader_wrong(r, -EBADMSG, "longer than %d bytes", RECORD_MAX);
	if (memchr(line, '\0', len))
		return reader_wrong(r, -EBADMSG, "a NUL byte: this is not text");
	memcpy(text, line, len);
	text[len] = '\0';
	if (len && text[len - 1] == '\r')	/* came by way of another system */
		text[len - 1] = '\0';
	if (!*text || *text == '#')
		return 0;

	size_t word = strcspn(text, " ");
	int ret = find_kind(text, word, &kind);

	if (ret == -ENOENT) {
		r->unknown++;
		return 0;
	}
	if (ret)
		return reader_wrong(r, -EBADMSG, "'%.40s' is not a record", text);
	return take_record(r, kind, text + word);
}

int dump_reader_end(struct dump_reader *r)
{
	return reader_end(r, false);
}

void dump_reader_take(struct dump_reader *r, struct dump *d)
{
	dump_free(d);
	*d = r->done;
	r->done = (struct dump){ 0 };
}

void dump_reader_free(struct dump_reader *r)
{
	dump_free(&r->now);
	dump_free(&r->done);
	free(r->names);
	free(r->first_odd);
	free(r->why);
	*r = (struct dump_reader){ 0 };
}
