// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions by name. A name is looked up for each line: most are found with one comparison. */
#include "callgraph/functions.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>

#define TABLE_FIRST 1024
#define FUNCTIONS_MAX 32768	/* half of all that a kernel has; the rest is "(others)" */
#define FUNCTION_NAME_MAX 512	/* the kernel's KSYM_NAME_LEN, with a module's name */

static uint64_t load(const char *at, size_t len)
{
	uint64_t v = 0;

	memcpy(&v, at, len);
	return v;
}

/* Eight bytes at a time, the last of them again: names differ at their ends */
static uint32_t hash_of(const char *name, size_t len)
{
	const uint64_t k = 0x9e3779b97f4a7c15ULL;
	uint64_t h = len * k;

	if (len >= 8) {
		for (size_t i = 0; i + 8 < len; i += 8)
			h = (h ^ load(name + i, 8)) * k, h ^= h >> 29;
		h = (h ^ load(name + len - 8, 8)) * k;
	} else if (len >= 4) {
		h = (h ^ load(name, 4) ^ load(name + len - 4, 4) << 32) * k;
	} else {
		for (size_t i = 0; i < len; i++)
			h = (h ^ (unsigned char)name[i]) * k;
	}
	return (uint32_t)(h >> 32);
}

/* As the kernel prints it: one word, and perhaps a module's in brackets */
bool function_is_name(const char *name, size_t len)
{
	bool blank = false;

	while (len && name[len - 1] == ' ')
		len--;
	/* a diff's or a list's mark, a quote's */
	if (len && strchr("+-*>:#", *name))
		return false;
	if (!len || len > FUNCTION_NAME_MAX || isdigit((unsigned char)*name)) {
		/* an address that has no name */
		if (!len || len > FUNCTION_NAME_MAX)
			return false;
		for (size_t i = 0; i < len; i++)
			if (!isxdigit((unsigned char)name[i]) && !(i == 1 && name[i] == 'x'))
				return false;
		return true;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = name[i];

		if (c == ' ') {
			if (blank || !i || i + 2 >= len || name[i + 1] != '[' ||
			    name[len - 1] != ']')
				return false;
			blank = true;
		} else if (c < ' ' || c == 0x7f || strchr("(){};|=\"'", c)) {
			return false;
		}
	}
	return true;
}

static int grow(struct functions *f)
{
	size_t size = f->size ? 2 * f->size : TABLE_FIRST;
	struct function **table = calloc(size, sizeof(struct function *));
	struct function **v = reallocarray(f->v, size / 2, sizeof(struct function *));

	if (v)
		f->v = v;
	if (!table || !v) {
		free(table);
		return -ENOMEM;
	}
	for (size_t i = 0; i < f->n; i++) {
		size_t at = f->v[i]->hash & (size - 1);

		while (table[at])
			at = (at + 1) & (size - 1);
		table[at] = f->v[i];
	}
	free(f->table);
	f->table = table;
	f->size = size;
	return 0;
}

static struct function *add(struct functions *f, const char *name, size_t len, uint32_t hash)
{
	struct function *new = malloc(sizeof(*new) + len + 1);
	char *text;

	if (!new)
		return NULL;
	text = (char *)(new + 1);
	memcpy(text, name, len);
	text[len] = '\0';
	*new = (struct function){ .name = text, .name_len = len, .hash = hash };
	/* "vhost_*" and "handle_tx" mean the module's too: "handle_tx [vhost_net]" */
	if (f->only) {
		char *blank = strchr(text, ' ');

		new->wanted = !fnmatch(f->only, text, 0);
		if (blank && !new->wanted) {
			*blank = '\0';
			new->wanted = !fnmatch(f->only, text, 0);
			*blank = ' ';
		}
	}
	return new;
}

static inline struct function *look_up(const struct functions *f, const char *name, size_t len,
				uint32_t hash)
{
	for (size_t at = hash & (f->size - 1); f->size && f->table[at];
	     at = (at + 1) & (f->size - 1)) {
		struct function *found = f->table[at];

		if (found->hash == hash && found->name_len == len &&
		    !memcmp(found->name, name, len))
			return found;
	}
	return NULL;
}

static struct function *insert(struct functions *f, const char *name, size_t len, uint32_t hash,
			       int *ret)
{
	struct function *new;
	size_t at;

	if (2 * f->n >= f->size && (*ret = grow(f)))
		return NULL;
	new = add(f, name, len, hash);
	if (!new) {
		*ret = -ENOMEM;
		return NULL;
	}
	f->v[f->n++] = new;
	for (at = hash & (f->size - 1); f->table[at]; at = (at + 1) & (f->size - 1))
		;
	f->table[at] = new;
	return new;
}

/* What there is no room for */
static struct function *others(struct functions *f, int *ret)
{
	static const char name[] = "(others)";
	struct function *found = look_up(f, name, sizeof(name) - 1, 0);

	return found ? found : insert(f, name, sizeof(name) - 1, 0, ret);
}

struct function *functions_find(struct functions *f, const char *name, size_t len, int *ret)
{
	struct function *found;
	uint32_t hash;

	while (len && name[len - 1] == ' ')
		len--;
	hash = hash_of(name, len);
	found = look_up(f, name, len, hash);
	if (found)
		return found;
	if (!function_is_name(name, len))
		return NULL;
	return f->n < FUNCTIONS_MAX ? insert(f, name, len, hash, ret) : others(f, ret);
}

const char *function_module(const struct function *f, size_t *len)
{
	const char *open = strstr(f->name, " [");

	if (!open)
		return NULL;
	*len = f->name_len - (open + 2 - f->name) - 1;
	return open + 2;
}

void functions_free(struct functions *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i]);
	free(f->pieces.v);
	free(f->v);
	free(f->table);
	*f = (struct functions){ 0 };
}
