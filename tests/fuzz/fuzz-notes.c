// SPDX-License-Identifier: GPL-2.0-or-later
/* elf_notes_build_id(): notes as sysfs has them, or hasn't */
#include "host/elf.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[BUILD_ID_TEXT];
	struct build_id id;
	int ret = elf_notes_build_id(data, size, &id);

	MUST(id.len <= sizeof(id.b) && !ret == (id.len > 0));
	MUST(strlen(build_id_text(&id, text)) < sizeof(text));
	return 0;
}
