// SPDX-License-Identifier: GPL-2.0-or-later
/* What help and the manual page say of the program as a whole. */
#include "verb/verb.h"

#include "stap/scripts.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct verb_note statuses[] = {
	{ "0", "it worked" },
	{ "1", "it failed" },
	{ "2", "wrong verb, option or argument" },
	{ "3", "this host lacks what is needed; a hint says what would help" },
	{ "4", "it worked, and found a problem" },
	{ "5", "it worked, and has no answer: evidence is missing" },
	{ "128+N", "ended by signal N" },
	{ 0 },
};

static const struct verb_note files[] = {
	{ DATADIR "/stap-vhost",
	  "the installed scripts/, tapsets/ (plain stap takes them with -I) and\n"
	  "defects.conf, the table of known defects. Looked for, in this order, in\n"
	  "$STAP_VHOST_DATADIR, in the source tree that the program was built\n"
	  "in, in ../share/stap-vhost beside the program's directory, here" },
	{ "/var/cache/stap-vhost",
	  "root's cache: links to debuginfo, by build-id. Others have theirs\n"
	  "in $XDG_CACHE_HOME/stap-vhost or ~/.cache/stap-vhost" },
	{ "/usr/lib/debug", "where debuginfo is looked for" },
	{ "/lib/modules/RELEASE/systemtap",
	  "modules that staprun loads for members of the group stapusr" },
	{ 0 },
};

static const char *const see_also[] = {
	"stap(1)", "staprun(8)", "vguest(8)", "stap-vhost-tapsets(7)", "stapprobes(3stap)", NULL,
};

const struct program program = {
	.version = VERSION,
	.summary = "what a KVM guest's vhost-net queues are doing, and why packets are lost",
	.about =
	"stap-vhost runs SystemTap scripts that look at vhost-net from the host and touch\n"
	"nothing in the guest. It finds what they need on this host; where something is\n"
	"missing it says what, and the command that helps.\n"
	"\n"
	"A verb says what to do. Give options anywhere after it. The words behind the SCRIPT of\n"
	"'run' are the script's; 'help' has its options before the VERB.",
	.statuses = statuses,
	.files = files,
	.see_also = see_also,
};
