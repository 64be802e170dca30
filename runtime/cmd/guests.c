// SPDX-License-Identifier: GPL-2.0-or-later
/* Which guests run here, what serves their network devices, and which of them we see. */
#include "host/guests.h"

#include <errno.h>
#include <pwd.h>

#include "base/msg.h"
#include "base/str.h"
#include "cmd/common/guests.h"
#include "host/host.h"
#include "print/table.h"
#include "verb/verb.h"

struct guests_command {
	bool verbose;
	const struct writer *format;
	struct guest_list l;
	struct guest_matches m;
};

#define AT(member) offsetof(struct guests_command, member)

static const struct verb_opt opts[] = {
	{ 'v', "verbose", NULL, "uuid, machine type, vhost's workers, names in OpenStack and\n"
	  "KubeVirt, the process id in its container",
	  { OPTION_FLAG, AT(verbose) } },
	VERB_FORMAT_ROW(struct guests_command, format, table_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost guests", "all guests of this host, with what serves their devices" },
	{ "stap-vhost guests -v web-1", "one of them, with all that is known" },
	{ "stap-vhost guests --format json | jq -r '.guests[] | select(.seen) | .pid' | sort -u",
	  "the process ids that the other verbs take" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_SYSROOT,
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "the guests were listed, or there is none" },
	{ "1", "no guest has that name; or /proc can't be read" },
	{ "2", "wrong option or argument" },
	{ 0 },
};

/* The last ones are shown with -v, and in JSON */
enum {
	PID, GUEST, USER, INTERFACE, BACKEND, QUEUES, BRIDGE, WHY,
	UUID, MACHINE, INSTANCE, VMI, INNER_PID, WORKERS, TYPE, SEEN, NETNS, COLUMNS
};

static const struct column columns[] = {
	[PID] = { "pid", "PID", IN_LINE },
	[GUEST] = { "guest", "GUEST", IN_LINE },
	[USER] = { "user", "USER", IN_LINE },
	[INTERFACE] = { "interface", "INTERFACE", IN_LINE },
	[BACKEND] = { "backend", "BACKEND", IN_LINE },
	[QUEUES] = { "queue_count", "QUEUES", IN_LINE },
	[BRIDGE] = { "bridge", "BRIDGE", IN_LINE },
	[WHY] = { "why", "not observed", BELOW },
	[UUID] = { "uuid", "uuid", BELOW },
	[MACHINE] = { "machine", "machine type", BELOW },
	[INSTANCE] = { "openstack_name", "name in OpenStack", BELOW },
	[VMI] = { "kubevirt_name", "name in KubeVirt", BELOW },
	[INNER_PID] = { "pid_in_container", "process id in its container", BELOW },
	[WORKERS] = { "worker_count", "vhost workers", BELOW },
	[TYPE] = { "netdev", NULL, IN_LINE },
	[SEEN] = { "seen", NULL, IN_LINE },
	[NETNS] = { "own_netns", NULL, IN_LINE },
};

/* What serves a device, and why we don't see that */
static const struct {
	const char *name, *why;
} backends[BACKENDS] = {
	[BACKEND_UNKNOWN] = { NULL,
			      "QEMU's command line has no such device, and not all of its taps "
			      "have vhost" },
	[BACKEND_VHOST_NET] = { "vhost-net", NULL },
	[BACKEND_USERSPACE] = { "userspace",
				"QEMU copies the packets itself; with -netdev tap,vhost=on the "
				"kernel does" },
	[BACKEND_VHOST_USER] = { "vhost-user",
				 "another process serves its rings, such as OVS-DPDK or passt: "
				 "examine that one" },
	[BACKEND_VDPA] = { "vdpa",
			   "a device serves its rings: examine its driver; 'dump' shows what "
			   "vhost knows about them" },
};

static const char *why_not(const struct guest_net *n)
{
	if (n->refused)
		return "it has vhost=on, but no /dev/vhost-net open: vhost_net was not loaded, "
		       "or QEMU may not open it";
	return backends[n->backend].why;
}

static void put_user(struct table *t, long long uid)
{
	const struct passwd *p = uid >= 0 ? getpwuid((uid_t)uid) : NULL;
	FREE char *number = uid >= 0 ? str_printf("%lld", uid) : NULL;

	table_string(t, USER, p ? p->pw_name : number);
}

static void put_guest(struct table *t, const struct guest_process *g, bool prose)
{
	table_row(t);
	table_number(t, PID, g->pid);
	table_string(t, GUEST, g->qemu.name);
	put_user(t, g->uid);
	table_string(t, UUID, g->qemu.uuid);
	table_string(t, MACHINE, g->qemu.machine);
	table_string(t, INSTANCE, g->instance);
	table_string(t, VMI, g->vmi);
	if (g->inner_pid > 0 && (g->inner_pid != g->pid || !prose))
		table_number(t, INNER_PID, g->inner_pid);
	table_number(t, WORKERS, g->workers);
	if (g->own_netns >= 0)
		table_bool(t, NETNS, g->own_netns);
}

/* What isn't there, and isn't unknown: null for a program, "-" for a person */
static void put_none(struct table *t, size_t column, const struct writer *format)
{
	if (format->prose)
		table_string(t, column, "-");
}

static void put_net(struct table *t, const struct guest_net *n, bool own_netns,
		    const struct writer *format)
{
	bool tap = !n->type || !strcmp(n->type, "tap") || !strcmp(n->type, "bridge");
	const char *no_bridge = own_netns ? NULL : "";

	table_string(t, TYPE, n->type);
	table_string(t, INTERFACE, n->interface);
	if (!n->interface && !tap)
		put_none(t, INTERFACE, format);
	table_string(t, BACKEND, backends[n->backend].name);
	if (n->queues)
		table_number(t, QUEUES, n->queues);
	else if (!tap)
		put_none(t, QUEUES, format);
	table_string(t, BRIDGE, n->bridge ? n->bridge : no_bridge);
	table_string(t, WHY, why_not(n) ? why_not(n) : "");
	table_bool(t, SEEN, n->backend == BACKEND_VHOST_NET);
}

static void put_all(struct table *t, const struct guests_command *c)
{
	for (size_t i = 0; i < c->m.n; i++) {
		const struct guest_process *g = &c->l.v[c->m.v[i]];

		for (size_t k = 0; k < g->n_net; k++) {
			put_guest(t, g, c->format->prose);
			put_net(t, &g->net[k], g->own_netns > 0, c->format);
		}
		if (g->n_net)
			continue;
		put_guest(t, g, c->format->prose);
		if (g->silent)
			continue;
		put_none(t, INTERFACE, c->format);
		put_none(t, QUEUES, c->format);
		table_string(t, BACKEND, "");
		table_string(t, WHY, "its command line has no network device");
		table_bool(t, SEEN, false);
	}
}

static int show(const struct guests_command *c)
{
	CLEANUP(table_free) struct table t;
	struct out_style style = out_style_of(STDOUT_FILENO);

	table_init(&t, "guests", "guests", columns,
		   c->verbose || !c->format->prose ? COLUMNS : UUID);
	table_field_number(&t, "hidden_processes", (long long)c->l.hidden);
	put_all(&t, c);
	if (c->format->prose && !c->m.n)
		out_say(stdout, &style, c->l.hidden && geteuid() ? "No guest of yours runs here." :
								 "No guest runs here.");
	if (c->format->prose && !c->m.n)
		return STATUS_OK;
	return verb_print(&t, c->format);
}

static int list(struct guests_command *c, const char *word)
{
	const char *root = host_sysroot();
	int ret = guests_list_all(root, &c->l);

	if (!ret)
		ret = guests_describe(root, &c->l);
	guests_warn_of_silent("guests", &c->l);
	if (!ret)
		ret = guests_match(&c->l, word ? word : "all", &c->m);
	if (ret) {
		msg_errno(ret, "guests: can't search for guests in %s/proc", root);
		return STATUS_FAILED;
	}
	if (c->l.hidden && geteuid())
		msg_warn("guests: can't read %zu processes of other users", c->l.hidden);
	if (c->l.hidden && geteuid())
		msg_hint("run as root");
	if (c->m.n || !word || !strcmp(word, "all"))
		return show(c);
	msg_error("guests: no guest has the name or interface '%s'", word);
	guests_hint_inside(word, &c->l);
	msg_hint("%s guests lists them", msg_program);
	return STATUS_FAILED;
}

static int guests(const struct verb *v, int argc, char **argv)
{
	struct guests_command c = { 0 };
	struct verb_parse p = { v, argc, argv, &c };
	int status;

	if (verb_opts(&p) || verb_one_guest(&p))
		return p.status;
	status = list(&c, argv[p.rest]);
	free(c.m.v);
	guests_free(&c.l);
	return status;
}

VERB = {
	.name = "guests",
	.place = 4,
	.args = "[OPTIONS] [GUEST]",
	.summary = "List the guests of this host, and what serves their network devices",
	.about =
	"Each network device is a line: its interface on the host, what serves it, the open\n"
	"queues of its tap, and the bridge that the interface is a port of. It needs neither root\n"
	"nor SystemTap; without root only your own guests are listed. GUEST is a process id, a\n"
	"name (QEMU's -name, OpenStack's, KubeVirt's NAME or NAMESPACE/NAME), a uuid, a tap\n"
	"interface, or all.\n"
	"\n"
	"The other verbs observe devices that vhost-net serves. For each other device a line\n"
	"shows why they don't. A device that was plugged in after QEMU's start is in no command\n"
	"line: its tap is found among the open files, and the rest is unknown, '?'.\n"
	"\n"
	"--format json prints an object, stap-vhost.guests/1, as guests.schema.json in the data\n"
	"directory describes it: an entry a network device.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = guests,
};
