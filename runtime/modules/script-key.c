// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules/modules.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/strv.h"
#include "stap/quirks.h"
#include "stap/scripts.h"

#ifndef VERSION
#define VERSION "0"
#endif

#define TEXT_MAX (4 << 20)
#define PID_TAIL 8	/* "_" and a pid, which staprun -R puts over the name's end */

/*
 * stap_vhost_host_queryqemu. Long enough that the prefix survives staprun -R;
 * not ending in a digit, which would look like a name with a pid.
 */
void script_key_module_name(const char *script, char name[STAP_MODULE_NAME])
{
	size_t n = snprintf(name, STAP_MODULE_NAME, "%s", MODULE_PREFIX);

	for (; *script && n < STAP_MODULE_NAME - 2; script++)
		name[n++] = isalnum((unsigned char)*script) ? tolower((unsigned char)*script) : '_';
	if (isdigit((unsigned char)name[n - 1]))
		name[n++] = '_';
	while (n < strlen(MODULE_PREFIX) + PID_TAIL)
		name[n++] = '_';
	name[n] = '\0';
}

/* "host-queryqemu" of its name, with or without .stp, or of its path */
static char *base_of(const char *name)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	size_t len = strlen(base);

	return strndup(base, str_ends_with(base, ".stp") ? len - 4 : len);
}

int script_key_init(struct script_key *s, const char *name, const char *path)
{
	CLEANUP(meta_free) struct meta meta = { 0 };
	const char *field;

	*s = (struct script_key){ .name = base_of(name) };
	if (!s->name)
		return -ENOMEM;
	script_key_module_name(s->name, s->module);
	if (!path)
		return 0;
	s->path = realpath(path, NULL);
	if (!s->path)
		return -errno;
	if (meta_read(path, &meta))
		return 0;
	field = meta_get(&meta, "load_args");
	if (field)
		s->load_args = strdup(field);
	field = meta_get(&meta, "debuginfo");
	if (field)
		s->debuginfo = strdup(field);
	return 0;
}

static int add_file(struct hash *h, const char *name, const char *path)
{
	FREE char *text = NULL;
	size_t len;
	int ret = file_read(path, TEXT_MAX, &text, &len);

	if (ret)
		return ret;
	hash_add_str(h, name);
	hash_add(h, &len, sizeof(len));
	hash_add(h, text, len);
	return 0;
}

static int add_tapsets(struct hash *h, const char *dir)
{
	STRV_CLEAN struct strv names = { 0 };
	int ret = file_list(dir, &names);

	for (size_t i = 0; i < names.n && !ret; i++) {
		FREE char *path = str_printf("%s/%s", dir, names.v[i]);

		if (!path)
			return -ENOMEM;
		/* stap looks into linux/, VERSION/ and ARCH/ too */
		ret = file_is_dir(path) ? add_tapsets(h, path) : add_file(h, names.v[i], path);
	}
	return ret;
}

/* stap takes options from there too: another option, another module */
static void add_stap_options(struct hash *h)
{
	const char *dir = getenv("SYSTEMTAP_DIR");
	FREE char *path = dir && *dir ? str_printf("%s/rc", dir) : NULL;
	FREE char *text = NULL;

	if (path && !file_read(path, TEXT_MAX, &text, NULL))
		hash_add_str(h, text);
}

/* A module without a repair that is known now is not one to load */
static void add_remedies(struct hash *h)
{
	for (size_t i = 0; i < n_quirks; i++) {
		const struct quirk_remedy *r = quirks[i].remedies;

		for (size_t n = 0; n < ARRAY_SIZE(quirks[i].remedies) && r[n].kind; n++) {
			const struct quirk_file *f =
				r[n].kind == REMEDY_RUNTIME ? quirk_file(r[n].value) : NULL;

			hash_add_str(h, r[n].value);
			if (f)
				hash_add(h, f->text, f->len);
		}
	}
}

int script_key_hash(struct script_key *s, const char *tapsets, const char *release,
		    const char *stap)
{
	struct hash *h = hash_new();
	int ret = add_file(h, s->name, s->path);

	if (!ret)
		ret = add_tapsets(h, tapsets);
	hash_add_str(h, VERSION);
	add_remedies(h);
	hash_add_str(h, s->load_args ? s->load_args : "");
	for (size_t i = 0; i < s->words.n; i++)
		hash_add_str(h, s->words.v[i]);

	int ended = hash_end(h, s->sources);

	if (ret || ended) {
		*s->sources = '\0';
		return ret ? ret : ended;
	}
	h = hash_new();
	hash_add_str(h, s->sources);
	hash_add_str(h, release);
	add_stap_options(h);
	hash_add_str(h, stap ? stap : "");
	return hash_end(h, s->key);
}

void script_key_free(struct script_key *s)
{
	free(s->name);
	free(s->path);
	free(s->load_args);
	free(s->debuginfo);
	strv_free(&s->words);
	*s = (struct script_key){ 0 };
}
