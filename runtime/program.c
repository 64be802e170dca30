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
	{ "3", "this host lacks what is needed; a hint shows what helps" },
	{ "4", "it worked, and found a problem" },
	{ "5", "it worked, and has no answer: evidence is missing" },
	{ "128+N", "ended by signal N" },
	{ 0 },
};

static const struct verb_note files[] = {
	{ DATADIR "/stap-vhost",
	  "the installed scripts/, tapsets/ (plain stap takes them with -I) and\n"
	  "defects.conf, the table of known defects. stap-vhost searches, in this\n"
	  "order, $STAP_VHOST_DATADIR, the source tree that the program was built\n"
	  "in, ../share/stap-vhost beside the program's directory, and here" },
	{ "/var/cache/stap-vhost",
	  "root's cache: links to debuginfo, by build-id. Other users have\n"
	  "theirs in $XDG_CACHE_HOME/stap-vhost or ~/.cache/stap-vhost" },
	{ "/usr/lib/debug", "where stap-vhost searches for debuginfo" },
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
	"stap-vhost runs SystemTap scripts that observe vhost-net from the host and touch\n"
	"nothing in the guest. It finds what they need on this host. If something is missing,\n"
	"it reports what, and the command that helps.\n"
	"\n"
	"The verb names the task. Give options anywhere after it. The words after the SCRIPT of\n"
	"'run' belong to the script; 'help' takes its options before the VERB.",
	.statuses = statuses,
	.files = files,
	.see_also = see_also,
};
