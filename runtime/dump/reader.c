// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records in, structs out. Strict where a value is not what its key holds, or a
 * record has no place; what a later script may add, keys and kinds, is left out. A
 * number that is one, but can't be, is unknown, and counted: one of them must not
 * take the answer from all guests.
 */
#include "dump/dump.h"

#include <ctype.h>
#include <errno.h>

#include "base/str.h"

#define RECORD_MAX 4096		/* bytes */
#define RECORDS_MAX 500000	/* in one dump: some hundred rings with all that they hold */
#define NAMES_MAX 100000

/* A record before it has its place */
union record {
	struct dump dump;
	struct dump_guest guest;
	struct dump_dev dev;
	struct dump_worker worker;
	struct dump_vq vq;
	struct dump_ring ring;
	struct dump_avail avail;
	struct dump_used used;
	struct dump_chain chain;
	struct dump_desc desc;
	struct dump_hdr hdr;
	struct dump_data data;
	struct dump_gone gone;
	struct dump_name name;
	struct dump_task task;
	struct dump_threads threads;
	struct dump_tap tap;
	struct dump_net net;
	struct dump_count count;
	struct dump_send send;
	struct dump_drop drop;
	struct dump_host host;
	struct dump_cgroup cgroup;
};

/* Whose it is: keys that are not of the record's own table */
struct whose {
	struct value pid, dev;
	char queue[32];
};

static const struct field whose_keys[] = {
	{ "pid", FIELD_NUMBER, offsetof(struct whose, pid), 0, 0xffffffffULL, true, false },
	{ "dev", FIELD_NUMBER, offsetof(struct whose, dev), 0, 0xffffffffULL, true, false },
	{ "queue", FIELD_TEXT, offsetof(struct whose, queue), sizeof(((struct whose *)0)->queue), 0,
	  true, false },
};

static int wrong(struct dump_reader *r, int ret, const char *fmt, ...) PRINTF(3, 4);

static int wrong(struct dump_reader *r, int ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	FREE char *text = str_vprintf(fmt, ap);

	va_end(ap);
	free(r->why);
	r->why = str_printf("line %llu: %s", r->line, text ? text : "out of memory");
	return ret;
}

/* Room for one more, all 0s. Doubles, so that a long list costs no more than it should */
static void *grow(void *list, size_t *n, size_t size)
{
	void **v = list;

	if (!(*n & (*n - 1))) {
		void *more = reallocarray(*v, *n ? 2 * *n : 1, size);

		if (!more)
			return NULL;
		*v = more;
	}
	return memset((char *)*v + size * (*n)++, 0, size);
}

#define APPEND(list, n, what)						\
	({								\
		__typeof__(list) new_ = grow(&(list), &(n), sizeof(*(list)));	\
		if (new_)						\
			*new_ = (what);					\
		new_ ? 0 : -ENOMEM;					\
	})

/* Parents: those that came last are asked first, since a record follows its parent */

static struct dump_guest *guest_of(struct dump *d, const struct whose *w)
{
	for (size_t i = d->n_guests; i--;)
		if (value_is(d->guests[i].pid, w->pid.n))
			return &d->guests[i];
	return NULL;
}

static struct dump_dev *dev_of(struct dump *d, const struct whose *w)
{
	struct dump_guest *g = guest_of(d, w);

	for (size_t i = g ? g->n_devs : 0; i--;)
		if (value_is(g->devs[i].dev, w->dev.n))
			return &g->devs[i];
	return NULL;
}

static struct dump_vq *vq_of(struct dump *d, const struct whose *w)
{
	struct dump_dev *dev = dev_of(d, w);

	for (size_t i = dev ? dev->n_vqs : 0; i--;)
		if (!strcmp(dev->vqs[i].queue, w->queue))
			return &dev->vqs[i];
	return NULL;
}

static int orphan(struct dump_reader *r, const char *what)
{
	return wrong(r, -EBADMSG, "its %s was not named before", what);
}

static int twice(struct dump_reader *r)
{
	return wrong(r, -EBADMSG, "named twice");
}

static const char *name_of(const struct dump_reader *r, struct value pid)
{
	for (size_t i = r->n_names; i--;)
		if (value_is(r->names[i].pid, pid.n))
			return r->names[i].name;
	return "";
}

static int put_guest(struct dump_reader *r, union record *rec, const struct whose *w)
{
	(void)w;
	if (dump_find_guest(&r->now, rec->guest.pid))
		return twice(r);
	snprintf(rec->guest.name, sizeof(rec->guest.name), "%s", name_of(r, rec->guest.pid));
	return APPEND(r->now.guests, r->now.n_guests, rec->guest);
}

static int put_dev(struct dump_reader *r, union record *rec, const struct whose *w)
{
	struct dump_guest *g = guest_of(&r->now, w);

	if (!g)
		return orphan(r, "process");
	if (dump_find_dev(g, rec->dev.dev))
		return twice(r);
	return APPEND(g->devs, g->n_devs, rec->dev);
}

static int put_worker(struct dump_reader *r, union record *rec, const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	if (!d)
		return orphan(r, "device");
	if (dump_find_worker(d, rec->worker.worker))
		return twice(r);
	return APPEND(d->workers, d->n_workers, rec->worker);
}

static int put_vq(struct dump_reader *r, union record *rec, const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	if (!d)
		return orphan(r, "device");
	if (dump_find_vq(d, rec->vq.queue))
		return twice(r);
	return APPEND(d->vqs, d->n_vqs, rec->vq);
}

static int put_task(struct dump_reader *r, const union record *rec, const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	for (size_t i = d ? d->n_workers : 0; i--;) {
		if (!value_is(d->workers[i].worker, rec->task.worker.n))
			continue;
		d->workers[i].task = rec->task;
		return 0;
	}
	return orphan(r, "worker");
}

static int put_threads(struct dump_reader *r, const union record *rec, const struct whose *w)
{
	struct dump_guest *g = guest_of(&r->now, w);

	if (!g)
		return orphan(r, "process");
	g->threads = rec->threads;
	return 0;
}

/* Not the script's: what it was made for may have ended before the dump */
static int put_cgroup(struct dump_reader *r, const union record *rec, const struct whose *w)
{
	struct dump_guest *g = guest_of(&r->now, w);

	if (!g)
		return 0;
	return APPEND(g->cgroups, g->n_cgroups, rec->cgroup);
}

/* What belongs to a device's tap */
static int put_tap(struct dump_reader *r, enum dump_kind kind, const union record *rec,
		   const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	if (!d)
		return orphan(r, "device");
	if (kind == KIND_DROP)
		return APPEND(d->drops, d->n_drops, rec->drop);
	d->tap = rec->tap;
	dump_tap_directions(&d->tap);
	return 0;
}

/* What belongs to a queue */
static int put_in_queue(struct dump_reader *r, enum dump_kind kind, const union record *rec,
			const struct whose *w)
{
	struct dump_vq *q = vq_of(&r->now, w);

	if (!q)
		return orphan(r, "queue");
	switch (kind) {
	case KIND_AVAIL:
		return APPEND(q->avails, q->n_avails, rec->avail);
	case KIND_USED:
		return APPEND(q->useds, q->n_useds, rec->used);
	case KIND_CHAIN:
		return APPEND(q->chains, q->n_chains, rec->chain);
	case KIND_DESC:
		return APPEND(q->descs, q->n_descs, rec->desc);
	case KIND_HDR:
		return APPEND(q->hdrs, q->n_hdrs, rec->hdr);
	case KIND_DATA:
		return APPEND(q->datas, q->n_datas, rec->data);
	case KIND_SEND:
		return APPEND(q->sends, q->n_sends, rec->send);
	case KIND_NET:
		q->net = rec->net;
		return 0;
	case KIND_COUNT:
		q->count = rec->count;
		return 0;
	default:
		q->ring = rec->ring;
		return 0;
	}
}

static void derive_all(struct dump *d)
{
	for (size_t g = 0; g < d->n_guests; g++)
		for (size_t i = 0; i < d->guests[g].n_devs; i++)
			for (size_t q = 0; q < d->guests[g].devs[i].n_vqs; q++)
				dump_derive(&d->guests[g].devs[i], &d->guests[g].devs[i].vqs[q]);
}

static int end(struct dump_reader *r, bool whole)
{
	if (!r->open)
		return 0;
	r->now.whole = whole;
	derive_all(&r->now);
	dump_free(&r->done);
	r->done = r->now;
	r->now = (struct dump){ 0 };
	r->open = false;
	r->records = 0;
	return 1;
}

static int begin(struct dump_reader *r, const struct dump *head)
{
	int ended = end(r, false);

	if (!value_is(head->format, DUMP_FORMAT))
		return wrong(r, -EBADMSG,
			     "records of format %llu, but this program knows format %d",
			     head->format.n, DUMP_FORMAT);
	r->now = *head;
	r->now.host = r->host;
	r->open = true;
	return ended;
}

static int finish(struct dump_reader *r, const struct dump *tail)
{
	r->now.queues = tail->queues;
	r->now.unreadable = tail->unreadable;
	r->now.lost = tail->lost;
	r->now.us = tail->us;
	return end(r, true);
}

static int put_name(struct dump_reader *r, const struct dump_name *name)
{
	if (r->n_names >= NAMES_MAX)
		return wrong(r, -E2BIG, "more than %d names", NAMES_MAX);
	return APPEND(r->names, r->n_names, *name);
}

static int put(struct dump_reader *r, enum dump_kind kind, union record *rec, const struct whose *w)
{
	if (kind == KIND_NAME)
		return put_name(r, &rec->name);
	if (kind == KIND_HOST) {
		r->host = rec->host;
		return 0;
	}
	if (kind == KIND_DUMP)
		return begin(r, &rec->dump);
	/* a process that ended between two dumps */
	if (kind == KIND_GONE && !r->open)
		return 0;
	if (!r->open)
		return wrong(r, -EBADMSG, "no DUMP record before it");
	if (++r->records > RECORDS_MAX)
		return wrong(r, -E2BIG, "more than %d records in one dump", RECORDS_MAX);
	switch (kind) {
	case KIND_GUEST:
		return put_guest(r, rec, w);
	case KIND_DEV:
		return put_dev(r, rec, w);
	case KIND_WORKER:
		return put_worker(r, rec, w);
	case KIND_VQ:
		return put_vq(r, rec, w);
	case KIND_GONE:
		return APPEND(r->now.gone, r->now.n_gone, rec->gone);
	case KIND_TASK:
		return put_task(r, rec, w);
	case KIND_THREADS:
		return put_threads(r, rec, w);
	case KIND_CGROUP:
		return put_cgroup(r, rec, w);
	case KIND_TAP:
	case KIND_DROP:
		return put_tap(r, kind, rec, w);
	case KIND_MISSED:
		r->now.missed = rec->dump.missed;
		return 0;
	case KIND_END:
		return finish(r, &rec->dump);
	default:
		return put_in_queue(r, kind, rec, w);
	}
}

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
			return wrong(r, -EBADMSG, "%s= appears twice", t->keys[i].key);
		t->seen |= 1ULL << i;

		int ret = field_parse(&t->keys[i], t->record, value, len);

		if (ret == -ERANGE)
			note_odd(r, t->keys[i].key, value, len);
		else if (ret)
			return wrong(r, -EBADMSG, "%s=%.*s is not a valid value", t->keys[i].key,
				     (int)(len < 64 ? len : 64), value);
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
			return wrong(r, -EBADMSG, "'%.*s' is not key=value",
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
			return wrong(r, -EBADMSG, "%s= is missing", f->key);
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
		ret = put(r, kind, &rec, &w);
	return ret == -ENOMEM ? wrong(r, ret, "out of memory") : ret;
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
		return wrong(r, -EBADMSG, "longer than %d bytes", RECORD_MAX);
	if (memchr(line, '\0', len))
		return wrong(r, -EBADMSG, "a NUL byte: this is not text");
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
		return wrong(r, -EBADMSG, "'%.40s' is not a record", text);
	return take_record(r, kind, text + word);
}

int dump_reader_end(struct dump_reader *r)
{
	return end(r, false);
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
