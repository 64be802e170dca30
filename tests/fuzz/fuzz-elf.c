// SPDX-License-Identifier: GPL-2.0-or-later
/* elf_facts(): any file, be it called vhost.ko.xz or not */
#include "host/elf.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_facts f;
	int ret = elf_facts(fuzz_file(data, size), &f);

	MUST(ret <= 0);
	MUST(f.id.len <= sizeof(f.id.b));
	/* what is no ELF file tells nothing */
	MUST(!ret || (!f.id.len && !f.has_dwarf));
	MUST(!ret || *elf_why_not(ret));
	return 0;
}
