// SPDX-License-Identifier: GPL-2.0-or-later
/* qemu_parse(): a process's command line is whatever the process wants */
#include "host/qemu.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(qemu_free) struct qemu q = { 0 };
	char *args = malloc(size + 1);

	MUST(args);
	memcpy(args, data, size);
	args[size] = '\0';
	MUST(!qemu_parse(args, size, &q));
	MUST(!q.name || *q.name);
	for (size_t i = 0; i < q.n_net; i++)
		MUST(q.net[i].type);
	free(args);
	return 0;
}
