// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump for a person: a ring's entries, chains of descriptors, headers, payload. */
#include "cmd/dump/text.h"

#include <ctype.h>

#include "base/str.h"
#include "dump/dump.h"
#include "print/table.h"

#define INDENT 4

static const struct dump_chain *chain_of(const struct dump_vq *q, struct value pos)
{
	for (size_t i = 0; value_known(pos) && i < q->n_chains; i++)
		if (value_is(q->chains[i].pos, pos.n))
			return &q->chains[i];
	return NULL;
}

static void flag_names(struct value flags, const char *const names[], size_t n, char *text,
		       size_t size)
{
	size_t at = 0;

	*text = '\0';
	for (size_t i = 0; value_known(flags) && i < n; i++)
		if (names[i] && flags.n >> i & 1 && at < size)
			at += snprintf(text + at, size - at, "%s%s", at ? "+" : "", names[i]);
	if (!value_known(flags))
		snprintf(text, size, "?");
	else if (!at)
		snprintf(text, size, "0x%llx", flags.n);
}

static void print_desc(const struct out_style *s, FILE *f, const struct dump_desc *d)
{
	static const char *const flags[] = { "next", "write", "indirect" };
	const unsigned int at = INDENT + 4 + 8 + 6 + 20 + 11 + 2;
	char id[FIELD_SHOWN], addr[FIELD_SHOWN], len[FIELD_SHOWN], next[FIELD_SHOWN], names[40];
	FREE char *table = dump_clean(*d->table ? d->table : "?", 8);
	bool goes_on = !value_known(d->flags) || d->flags.n & 1;

	flag_names(d->flags, flags, ARRAY_SIZE(flags), names, sizeof(names));

	const char *to = goes_on ? dump_shown(KIND_DESC, "next", d, next) : "";
	const char *unmapped = value_is(d->mapped, 0) ? " unmapped" : "";
	FREE char *rest = str_printf("%s%s%s%s", names, goes_on ? " " : "", to, unmapped);

	fprintf(f, "%*s%-8s %5s  %18s %10s  ", INDENT + 4, "", str_known(table),
		dump_shown(KIND_DESC, "id", d, id), dump_shown(KIND_DESC, "addr", d, addr),
		dump_shown(KIND_DESC, "len", d, len));
	out_wrap(f, s, str_known(rest), at, at);
	fputc('\n', f);
}

static const char *gso_name(struct value type, char *text, size_t size)
{
	static const char *const names[] = { "none", "TCPv4", NULL, "UDP", "TCPv6", "UDP_L4" };

	if (!value_known(type))
		return "?";

	unsigned long long plain = type.n & 0x7f;

	if (plain < ARRAY_SIZE(names) && names[plain])
		snprintf(text, size, "%s%s", names[plain], type.n & 0x80 ? "+ECN" : "");
	else
		snprintf(text, size, "0x%llx", type.n);
	return text;
}

static void print_header(const struct out_style *s, FILE *f, const struct dump_hdr *h)
{
	static const char *const flags[] = { "needs-csum", "data-valid", "rsc-info" };
	char size[FIELD_SHOWN], len[FIELD_SHOWN], start[FIELD_SHOWN], offset[FIELD_SHOWN],
	     buffers[FIELD_SHOWN], names[48], gso[24];

	flag_names(h->flags, flags, ARRAY_SIZE(flags), names, sizeof(names));

	FREE char *text = str_printf(
		"header: flags %s, gso %s, gso size %s, header length %s, checksum "
		"from %s at %s, buffers %s",
		names, gso_name(h->gso_type, gso, sizeof(gso)),
		dump_shown(KIND_HDR, "gso_size", h, size), dump_shown(KIND_HDR, "hdr_len", h, len),
		dump_shown(KIND_HDR, "csum_start", h, start),
		dump_shown(KIND_HDR, "csum_offset", h, offset),
		dump_shown(KIND_HDR, "num_buffers", h, buffers));

	fprintf(f, "%*s", INDENT + 4, "");
	out_wrap(f, s, str_known(text), INDENT + 6, INDENT + 4);
	fputc('\n', f);
}

static int nibble(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10 : -1;
}

/* 16 bytes a line, in hexadecimal only: a packet's data is no text */
static void print_payload(FILE *f, const struct dump_data *d)
{
	size_t n = strlen(d->hex) / 2;

	for (size_t i = 0; i < n; i++) {
		int high = nibble(d->hex[2 * i]), low = nibble(d->hex[2 * i + 1]);

		if (i % 16 == 0)
			fprintf(f, "%s%*s%04llx ", i ? "\n" : "", INDENT + 4, "",
				(d->offset.n + i) & 0xffff);
		if (high < 0 || low < 0)
			fprintf(f, " ??");
		else
			fprintf(f, " %02x", (unsigned int)(16 * high + low));
	}
	if (n)
		fputc('\n', f);
}

/*
 * What is known of the chain that begins at @head, once: records of one that is named twice are
 * there twice
 */
static void print_parts(const struct dump_vq *q, struct value head, const struct out_style *s,
			FILE *f)
{
	unsigned long long descs = 0, bytes = 0;

	if (!value_known(head))
		return;
	for (size_t i = 0; i < q->n_descs; i++)
		if (value_is(q->descs[i].head, head.n) && value_is(q->descs[i].n, descs)) {
			print_desc(s, f, &q->descs[i]);
			descs++;
		}
	for (size_t i = 0; i < q->n_hdrs; i++)
		if (value_is(q->hdrs[i].head, head.n)) {
			print_header(s, f, &q->hdrs[i]);
			break;
		}
	for (size_t i = 0; i < q->n_datas; i++)
		if (value_is(q->datas[i].head, head.n) && value_is(q->datas[i].offset, bytes)) {
			print_payload(f, &q->datas[i]);
			bytes += strlen(q->datas[i].hex) / 2;
		}
}

/* Whether a later entry's chain has the same head: what its descriptors say is said there */
static bool comes_again(const struct dump_vq *q, const struct dump_avail *a)
{
	for (const struct dump_avail *later = a + 1; later < q->avails + q->n_avails; later++)
		if (value_known(a->head) && value_is(later->head, a->head.n) &&
		    chain_of(q, later->pos))
			return true;
	return false;
}

/* "; loop: …": how it ends; "" where that is as it should be */
static char *chain_end_text(const struct dump_chain *c)
{
	const char *meaning = dump_chain_end(c->end);
	FREE char *end = dump_clean(*c->end ? c->end : "?", 30);

	if (!strcmp(c->end, "ok"))
		return strdup("");
	return str_printf("; %s%s%s", str_known(end), meaning ? ": " : "", str_empty(meaning));
}

static char *chain_text(const struct dump_chain *c)
{
	char descs[FIELD_SHOWN], out[FIELD_SHOWN], in[FIELD_SHOWN];
	const char *indirect = value_is(c->indirect, 1) ? " (indirect)" : "";
	FREE char *end = chain_end_text(c);

	if (!end)
		return NULL;
	return str_printf("%s descriptor%s%s, %s out, %s in%s",
			  dump_shown(KIND_CHAIN, "descs", c, descs),
			  value_is(c->descs, 1) ? "" : "s", indirect,
			  dump_shown(KIND_CHAIN, "out", c, out),
			  dump_shown(KIND_CHAIN, "in", c, in), end);
}

static void print_avail(const struct dump_vq *q, const struct dump_avail *a,
			const struct out_style *s, FILE *f)
{
	const unsigned int at = INDENT + 7 + 7 + 7 + 11;
	char pos[FIELD_SHOWN], slot[FIELD_SHOWN], head[FIELD_SHOWN];
	const struct dump_chain *c = chain_of(q, a->pos);
	const char *state = dump_position(q, a->pos);
	FREE char *chain = c ? chain_text(c) : NULL;

	fprintf(f, "%*s%-7s%-7s%-7s", INDENT, "", dump_shown(KIND_AVAIL, "pos", a, pos),
		dump_shown(KIND_AVAIL, "slot", a, slot), dump_shown(KIND_AVAIL, "head", a, head));
	if (chain) {
		fprintf(f, "%-11s", *state ? state : "-");
		out_wrap(f, s, chain, at, at);
	} else {
		fputs(*state ? state : "-", f);		/* of the lap before */
	}
	fputc('\n', f);
	if (c && !comes_again(q, a))
		print_parts(q, a->head, s, f);
}

static void print_used(const struct dump_used *u, FILE *f)
{
	char pos[FIELD_SHOWN], slot[FIELD_SHOWN], id[FIELD_SHOWN], len[FIELD_SHOWN];

	fprintf(f, "%*s%-7s%-7s%-11s%s\n", INDENT, "", dump_shown(KIND_USED, "pos", u, pos),
		dump_shown(KIND_USED, "slot", u, slot), dump_shown(KIND_USED, "id", u, id),
		dump_shown(KIND_USED, "len", u, len));
}

void dump_text_rings(const struct dump_vq *q, const struct out_style *s, FILE *f)
{
	FREE char *queue = dump_clean(q->queue, 30);

	if (q->n_avails) {
		fprintf(f, "\n  %s, avail ring\n%*s%-7s%-7s%-7s%-11s%s\n", str_known(queue),
			INDENT, "", "POS", "SLOT", "HEAD", "STATE", "CHAIN, BYTES");
		for (size_t i = 0; i < q->n_avails; i++)
			print_avail(q, &q->avails[i], s, f);
	}
	if (q->n_useds) {
		fprintf(f, "\n  %s, used ring\n%*s%-7s%-7s%-11s%s\n", str_known(queue), INDENT,
			"", "POS", "SLOT", "ID", "BYTES");
		for (size_t i = 0; i < q->n_useds; i++)
			print_used(&q->useds[i], f);
	}
}
