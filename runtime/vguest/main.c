// SPDX-License-Identifier: GPL-2.0-or-later
#include "vguest/vguest.h"

#include "base/file.h"
#include "base/gate.h"
#include "base/msg.h"
#include "vguest/guest.h"
#include "vguest/help.h"
#include "vguest/options.h"

int main(int argc, char **argv)
{
	struct options o;
	struct guest g;

	msg_program = "vguest";
	int ret = file_open_standard() ?: gate_standard();

	if (ret) {
		msg_errno(ret, "can't set up standard output");
		return EXIT_SETUP;
	}
	if (options_parse(&o, argc, argv))
		return EXIT_USAGE;
	msg_verbose = o.verbose;
	if (o.help || o.man || o.version) {
		if (o.help || o.man)
			help_show(o.help ? &help_text : &help_man, stdout);
		else
			printf("vguest %s\n", VERSION);
		return gate_end() ? EXIT_WRONG : EXIT_FINE;
	}
	int status = guest_setup(&g, &o) ? EXIT_SETUP : guest_run(&g);

	guest_free(&g);
	return status;
}
