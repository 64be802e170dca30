// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NAME.json beside NAME.ko. The field "checksum" is the SHA-256 of all the
 * others in jansson's compact sorted form: it finds a slip of an editor and half a
 * file, not a forger, who would write a new one.
 */
#include "modules/modules.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/elf.h"
#include "host/host.h"

#define MANIFEST_MAX 65536
#define FORMAT 1

static void json_freep(json_t **j)
{
	json_decref(*j);
}

#define JSON CLEANUP(json_freep)

static json_t *id_json(const struct build_id *id)
{
	char text[BUILD_ID_TEXT];

	return id->len ? json_string(build_id_text(id, text)) : json_null();
}

static json_t *strv_json(const struct strv *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(a, json_string(s->v[i]));
	return a;
}

static json_t *modules_json(const struct facts *f)
{
	json_t *o = json_object();

	for (size_t i = 0; i < f->n_modules; i++)
		json_object_set_new(o, f->modules[i].name, id_json(&f->modules[i].id));
	return o;
}

static json_t *manifest_json(const struct manifest *m)
{
	char version[VERSION_TEXT];

	return json_pack("{si ss ss ss? so ss ss so so ss ss ss ss ss ss}",
			 "format", FORMAT, "name", m->name, "script", m->script,
			 "load_args", m->load_args, "args", strv_json(&m->args),
			 "release", m->facts.release, "arch", m->facts.arch,
			 "kernel_build_id", id_json(&m->facts.kernel),
			 "module_build_ids", modules_json(&m->facts),
			 "systemtap", version_text(&m->facts.systemtap, version),
			 "stap_vhost", m->stap_vhost, "sources", m->facts.sources,
			 "key", m->key, "vermagic", m->vermagic, "sha256", m->sha256);
}

/* Of @j without its checksum */
static int checksum(const json_t *j, char text[HASH_TEXT])
{
	JSON json_t *rest = json_copy((json_t *)j);
	FREE char *canonical = NULL;
	struct hash *h;

	if (!rest)
		return -ENOMEM;
	json_object_del(rest, "checksum");
	canonical = json_dumps(rest, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
	if (!canonical)
		return -ENOMEM;
	h = hash_new();
	hash_add(h, canonical, strlen(canonical));
	return hash_end(h, text);
}

int manifest_write(const char *path, struct manifest *m)
{
	JSON json_t *j = manifest_json(m);
	FREE char *text = NULL;
	FREE char *line = NULL;

	if (!j || checksum(j, m->checksum) ||
	    json_object_set_new(j, "checksum", json_string(m->checksum)))
		return -ENOMEM;
	text = json_dumps(j, JSON_INDENT(2));
	line = text ? str_printf("%s\n", text) : NULL;
	return line ? file_write(path, line, strlen(line)) : -ENOMEM;
}

/* A field that must be a string; "" and @bad named when it isn't */
static const char *text_of(const json_t *j, const char *key, const char **bad)
{
	const char *s = json_string_value(json_object_get(j, key));

	if (!s && !*bad)
		*bad = key;
	return s ? s : "";
}

static bool id_parse(const char *hex, struct build_id *id)
{
	size_t len = strlen(hex);

	if (!len || len % 2 || len > 2 * sizeof(id->b) || strspn(hex, "0123456789abcdef") != len)
		return false;
	for (id->len = 0; id->len < len / 2; id->len++) {
		unsigned int byte;

		sscanf(hex + 2 * id->len, "%2x", &byte);
		id->b[id->len] = byte;
	}
	return true;
}

static void read_ids(const json_t *j, struct facts *f, const char **bad)
{
	json_t *kernel = json_object_get(j, "kernel_build_id");
	json_t *modules = json_object_get(j, "module_build_ids");

	if (!json_is_null(kernel) && !id_parse(text_of(j, "kernel_build_id", bad), &f->kernel))
		*bad = "kernel_build_id";
	if (!json_is_object(modules) || json_object_size(modules) > FACTS_MODULES) {
		*bad = "module_build_ids";
		return;
	}
	for (void *i = json_object_iter(modules); i; i = json_object_iter_next(modules, i)) {
		const char *name = json_object_iter_key(i);
		const char *hex = json_string_value(json_object_iter_value(i));

		if (!hex || strlen(name) >= sizeof(f->modules[0].name) ||
		    !id_parse(hex, &f->modules[f->n_modules].id)) {
			*bad = "module_build_ids";
			return;
		}
		snprintf(f->modules[f->n_modules++].name, sizeof(f->modules[0].name), "%s", name);
	}
}

bool manifest_name_ok(const char *name)
{
	size_t len = strlen(name);

	return len < STAP_MODULE_NAME && !strncmp(name, MODULE_PREFIX, strlen(MODULE_PREFIX)) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static void read_hash(const json_t *j, const char *key, char to[HASH_TEXT], const char **bad)
{
	const char *text = text_of(j, key, bad);

	if (hash_text_ok(text))
		snprintf(to, HASH_TEXT, "%s", text);
	else if (!*bad)
		*bad = key;
}

static void read_args(const json_t *j, struct manifest *m, const char **bad)
{
	json_t *args = json_object_get(j, "args");

	if (!json_is_array(args))
		*bad = "args";
	for (size_t i = 0; i < json_array_size(args); i++)
		strv_add(&m->args, json_string_value(json_array_get(args, i)) ?: "");
}

/* The field that is wrong, or NULL */
static const char *read_fields(const json_t *j, struct manifest *m)
{
	struct facts *f = &m->facts;
	const char *bad = NULL, *name = text_of(j, "name", &bad);
	const char *load_args = json_string_value(json_object_get(j, "load_args"));

	if (!manifest_name_ok(name))
		bad = "name";
	else
		snprintf(m->name, sizeof(m->name), "%s", name);
	m->script = strdup(text_of(j, "script", &bad));
	m->load_args = load_args ? strdup(load_args) : NULL;
	m->vermagic = strdup(text_of(j, "vermagic", &bad));
	m->stap_vhost = strdup(text_of(j, "stap_vhost", &bad));
	if (host_release_ok(text_of(j, "release", &bad)))
		snprintf(f->release, sizeof(f->release), "%s", text_of(j, "release", &bad));
	else
		bad = "release";
	snprintf(f->arch, sizeof(f->arch), "%s", text_of(j, "arch", &bad));
	version_parse(text_of(j, "systemtap", &bad), &f->systemtap);
	read_ids(j, f, &bad);
	read_args(j, m, &bad);
	read_hash(j, "sources", f->sources, &bad);
	read_hash(j, "key", m->key, &bad);
	read_hash(j, "sha256", m->sha256, &bad);
	return bad;
}

static int refuse(struct problem *p, char *what)
{
	problem_set(p, what, NULL);
	return -EBADMSG;
}

int manifest_parse(const char *text, size_t len, const char *what, struct manifest *m,
		   struct problem *p)
{
	json_error_t e;
	JSON json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);
	char is[HASH_TEXT];
	const char *bad;

	*m = (struct manifest){ 0 };
	if (!j || !json_is_object(j))
		return refuse(p,
			      str_printf("%s is not a manifest: %s", what,
					 j ? "not an object" : e.text));

	long long format = json_integer_value(json_object_get(j, "format"));

	if (format != FORMAT)
		return refuse(p, str_printf("%s: a manifest of format %lld; this program reads %d",
					    what, format, FORMAT));
	if (checksum(j, is))
		return -ENOMEM;
	snprintf(m->checksum, sizeof(m->checksum), "%s", is);
	if (strcmp(is, json_string_value(json_object_get(j, "checksum")) ?: ""))
		return refuse(p, str_printf("%s was changed after it was written: its checksum is "
					    "%.12s…, the recorded one is %.12s…", what, is,
					    json_string_value(json_object_get(j, "checksum")) ?:
					    "nothing"));
	bad = read_fields(j, m);
	if (bad)
		return refuse(p, str_printf("%s: field '%s' is missing or wrong", what, bad));
	return m->script && m->vermagic && m->stap_vhost && !m->args.broken ? 0 : -ENOMEM;
}

int manifest_read(const char *path, struct manifest *m, struct problem *p)
{
	FREE char *text = NULL;
	size_t len;
	int ret = file_read(path, MANIFEST_MAX, &text, &len);

	*m = (struct manifest){ 0 };
	return ret ? ret : manifest_parse(text, len, path, m, p);
}

void manifest_free(struct manifest *m)
{
	free(m->script);
	free(m->load_args);
	free(m->vermagic);
	free(m->stap_vhost);
	strv_free(&m->args);
	*m = (struct manifest){ 0 };
}
