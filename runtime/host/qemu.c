// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU's options: "NAME,process=x" (opts_do_parse()), of which ",," is a comma of the value, or
 * JSON, as libvirt writes it.
 */
#include "host/qemu.h"

#include <errno.h>

#include <jansson.h>

struct pair {
	char *key, *value;
};

static void pair_free(struct pair *p)
{
	free(p->key);
	free(p->value);
	*p = (struct pair){ 0 };
}

/* Up to the comma that ends it; NULL: no memory */
static char *value_of(const char **at)
{
	const char *p = *at;
	char *value;
	size_t n = 0;

	while (*p && (*p != ',' || p[1] == ','))
		p += *p == ',' ? 2 : 1;
	value = calloc(p - *at + 1, 1);
	for (const char *from = *at; value && from < p; from++) {
		from += *from == ',';
		value[n++] = *from;
	}
	*at = p;
	return value;
}

/*
 * The parameter at @*at, and beyond it. The first may lack its key, @implied; another without a
 * value is on. -ENOMEM
 */
static int next_pair(const char **at, const char *implied, struct pair *p)
{
	size_t len = strcspn(*at, "=,");
	bool has_value = (*at)[len] == '=';

	if (has_value || !implied) {
		p->key = strndup(*at, len);
		*at += len + has_value;
	} else {
		p->key = strdup(implied);
	}
	p->value = has_value || implied ? value_of(at) : strdup("on");
	if (**at == ',')
		++*at;
	return p->key && p->value ? 0 : -ENOMEM;
}

/* Takes the value over; NULL stays what it was */
static void replace(char **text, char **value)
{
	free(*text);
	*text = *value;
	*value = NULL;
}

static bool is_on(const char *value)
{
	return !strcmp(value, "on") || !strcmp(value, "yes") || !strcmp(value, "true") ||
	       !strcmp(value, "y");
}

static void net_free(struct qemu_net *n)
{
	free(n->type);
	free(n->ifname);
	free(n->fds);
}

static void net_parameter(struct qemu_net *n, struct pair *p)
{
	if (!strcmp(p->key, "type"))
		replace(&n->type, &p->value);
	else if (!strcmp(p->key, "ifname"))
		replace(&n->ifname, &p->value);
	else if (!strcmp(p->key, "fd") || !strcmp(p->key, "fds"))
		replace(&n->fds, &p->value);
	else if (!strcmp(p->key, "vhost"))
		n->vhost = is_on(p->value) ? VHOST_ON : VHOST_OFF;
	else if (!strcmp(p->key, "vhostfd") || !strcmp(p->key, "vhostfds") ||
		 (!strcmp(p->key, "vhostforce") && is_on(p->value)))
		n->implied = true;
}

/* {"type": "tap", "fds": "31:32", "vhost": true} */
static int net_json(struct qemu_net *n, const char *text)
{
	json_t *top = json_loads(text, 0, NULL), *v;
	const char *key;
	int ret = 0;

	if (!json_is_object(top)) {
		json_decref(top);
		return 0;
	}
	json_object_foreach(top, key, v) {
		const char *value = json_is_true(v) ? "on" : json_string_value(v);

		/* what isn't a string is nothing that is looked for, or false */
		if (!value)
			continue;

		struct pair p = { strdup(key), strdup(value) };

		if (p.key && p.value)
			net_parameter(n, &p);
		else
			ret = -ENOMEM;
		pair_free(&p);
	}
	json_decref(top);
	return ret;
}

static int net_words(struct qemu_net *n, const char *text)
{
	const char *implied = "type";
	int ret = 0;

	for (; *text && !ret; implied = NULL) {
		struct pair p = { 0 };

		ret = next_pair(&text, implied, &p);
		if (!ret)
			net_parameter(n, &p);
		pair_free(&p);
	}
	return ret;
}

static int take_net(struct qemu *q, const char *text)
{
	struct qemu_net n = { 0 }, *v;
	int ret = *text == '{' ? net_json(&n, text) : net_words(&n, text);

	/* net_init_tap_one() */
	if (n.vhost == VHOST_NOT_SAID)
		n.vhost = n.implied ? VHOST_ON : VHOST_OFF;
	/* -net nic is the guest's side */
	if (ret || !n.type || !strcmp(n.type, "nic") || !strcmp(n.type, "none")) {
		net_free(&n);
		return ret;
	}
	v = reallocarray(q->net, q->n_net + 1, sizeof(*v));
	if (!v) {
		net_free(&n);
		return -ENOMEM;
	}
	q->net = v;
	v[q->n_net++] = n;
	return 0;
}

/* Several of them are one for QEMU (merge_lists), and what comes last counts */
static int take_key(const char *text, const char *key, char **value)
{
	const char *implied = key;
	int ret = 0;

	for (; *text && !ret; implied = NULL) {
		struct pair p = { 0 };

		ret = next_pair(&text, implied, &p);
		if (!ret && !strcmp(p.key, key))
			replace(value, &p.value);
		pair_free(&p);
	}
	return ret;
}

static int take_name(struct qemu *q, const char *text)
{
	return take_key(text, "guest", &q->name);
}

static int take_machine(struct qemu *q, const char *text)
{
	return take_key(text, "type", &q->machine);
}

static int take_uuid(struct qemu *q, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	replace(&q->uuid, &copy);
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct qemu *q, const char *text);
} options[] = {
	{ "name", take_name }, { "uuid", take_uuid }, { "machine", take_machine },
	{ "M", take_machine }, { "netdev", take_net }, { "nic", take_net },
	{ "net", take_net },
};

static int take_option(struct qemu *q, const char *option, const char *value)
{
	/* "--name" is "-name"; "-name=x" is no option of QEMU's */
	if (*option != '-')
		return 0;
	option += option[1] == '-' ? 2 : 1;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(options[i].name, option))
			return options[i].take(q, value) ?: 1;
	return 0;
}

static void drop_empty(char **text)
{
	if (*text && !**text) {
		free(*text);
		*text = NULL;
	}
}

int qemu_parse(const char *args, size_t len, struct qemu *q)
{
	const char *end = args + len;

	/* an argument, and the one after it; the last may lack its NUL, @args has one */
	for (const char *a = args; a < end; a += strlen(a) + 1) {
		const char *value = a + strlen(a) + 1;
		int taken = value < end ? take_option(q, a, value) : 0;

		if (taken < 0)
			return taken;
		if (taken)
			a = value;
	}
	drop_empty(&q->name);
	drop_empty(&q->uuid);
	drop_empty(&q->machine);
	return 0;
}

void qemu_free(struct qemu *q)
{
	free(q->name);
	free(q->uuid);
	free(q->machine);
	for (size_t i = 0; i < q->n_net; i++)
		net_free(&q->net[i]);
	free(q->net);
	*q = (struct qemu){ 0 };
}
