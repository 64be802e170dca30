/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up host in a temporary directory: files, ELF files with a chosen
 * build-id, compressed ones. What can't be made fails the test at once.
 */
#ifndef TREE_H
#define TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/elf.h"
#include "host/host.h"
#include "modules/modules.h"

#include <cmocka.h>


#define REL "6.12.1+deb13-amd64"

/* assert_in_range(), which cmocka 2 has under other names */
#define assert_within(value, least, most) do {							\
	long long is_ = (value);								\
												\
	if (is_ < (least) || is_ > (most))							\
		fail_msg("%s is %lld, not %lld to %lld", #value, is_, (long long)(least), (long long)(most)); \
} while (0)

/* cmocka setup and teardown: *state is the directory's name */
int tree_setup(void **state);
int tree_teardown(void **state);

void tree_write(const char *root, const char *path, const char *text);
void tree_write_bytes(const char *root, const char *path, const void *data, size_t len);
/* A relocatable file, as modules are; @id as hexadecimal digits, NULL: none */
void tree_elf(const char *root, const char *path, const char *id, bool dwarf);
/* What staprun would load: PATH with vermagic of @release and "name:type" @params, NULL-ended */
void tree_module(const char *root, const char *path, const char *release,
		 const char *const *params);
/* DIR/NAME.ko and its manifest; the manifest comes back, to be freed */
struct manifest tree_entry(const char *root, const char *dir, const char *script);
/* PATH -> PATH.xz with @tool xz, and so on; where there is no such tool the test is skipped */
void tree_compress(const char *root, const char *path, const char *tool);
void tree_link(const char *root, const char *path, const char *target);
/* /sys/module/NAME/notes/.note.gnu.build-id of a loaded module */
void tree_loaded(const char *root, const char *name, const char *id);
/* "ROOT/PATH"; valid until the 64th call after it */
const char *tree_path(const char *root, const char *path);
bool tree_tool(const char *tool);

struct build_id tree_id(const char *hex);
struct host tree_host(const char *root, const char *release);

#endif
