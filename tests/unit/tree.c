// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/version.h"
#include "host/elf.h"
#include "host/host.h"
#include "modules/modules.h"
#include "tree.h"

int tree_setup(void **state)
{
	char template[] = "/tmp/stap-vhost-unit.XXXXXX";

	if (!mkdtemp(template))
		return -1;
	*state = strdup(template);
	return *state ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int tree_teardown(void **state)
{
	int ret = nftw(*state, drop, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return ret;
}

const char *tree_path(const char *root, const char *path)
{
	static char names[64][4096];
	static unsigned int n;
	char *name = names[n++ % 64];

	snprintf(name, sizeof(names[0]), "%s%s", root, path);
	return name;
}

static void make_parent(const char *path)
{
	FREE char *dir = strdup(path);

	*strrchr(dir, '/') = '\0';
	assert_int_equal(file_mkdir_p(dir), 0);
}

void tree_write_bytes(const char *root, const char *path, const void *data, size_t len)
{
	const char *full = tree_path(root, path);

	make_parent(full);

	FILE *f = fopen(full, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

void tree_write(const char *root, const char *path, const char *text)
{
	tree_write_bytes(root, path, text, strlen(text));
}

static void sh(const char *command)
{
	if (system(command))
		fail_msg("failed: %s", command);
}

void tree_elf(const char *root, const char *path, const char *id, bool dwarf)
{
	const char *full = tree_path(root, path);
	FREE char *build_id = id ? str_printf("0x%s", id) : strdup("none");
	FREE char *command = NULL;

	make_parent(full);
	command = str_printf("echo 'struct s { int a; } s;' | "
			     "gcc -x c - %s -r -nostdlib -Wl,--build-id=%s -o '%s'",
			     dwarf ? "-g" : "-g0", build_id, full);
	sh(command);
}

void tree_module(const char *root, const char *path, const char *release,
		 const char *const *params)
{
	const char *full = tree_path(root, path);
	FREE char *text = str_printf(".section .modinfo, \"a\"\n.asciz \"vermagic=%s SMP \"\n",
				     release);
	FREE char *command = NULL;

	for (; params && *params; params++) {
		char *more = str_printf("%s.asciz \"parmtype=%s\"\n", text, *params);

		free(text);
		text = more;
	}
	make_parent(full);
	command = str_printf("echo '%s.section .gnu.linkonce.this_module, \"aw\"\n.zero 64' | "
			     "gcc -x assembler -c - -o '%s'", text, full);
	sh(command);
}

struct manifest tree_entry(const char *root, const char *dir, const char *script)
{
	static const char *const params[] = { "pid:string", "summary:int64_t", "argc:int64_t",
					      "_stp_bufsize:int", NULL };
	struct manifest m = { .script = strdup(script), .load_args = strdup("pid"),
			      .vermagic = strdup(REL " SMP "), .stap_vhost = strdup("0.1") };
	CLEANUP(modinfo_free) struct modinfo info = { 0 };
	FREE char *ko = NULL;
	FREE char *json = NULL;

	script_key_module_name(script, m.name);
	ko = str_printf("%s/%s.ko", dir, m.name);
	json = str_printf("%s/%s.json", dir, m.name);
	tree_module(root, ko, REL, params);
	assert_int_equal(modinfo_read(tree_path(root, ko), &info), 0);
	strcpy(m.facts.arch, info.arch);
	strcpy(m.facts.release, REL);
	m.facts.kernel = tree_id("0102030405");
	strcpy(m.facts.modules[0].name, "vhost");
	m.facts.modules[0].id = tree_id("aabbcc");
	m.facts.n_modules = 1;
	m.facts.systemtap = (struct version){ 5, 1, 0 };
	memset(m.facts.sources, 'a', HASH_TEXT - 1);
	memset(m.key, 'b', HASH_TEXT - 1);
	assert_int_equal(hash_file(tree_path(root, ko), m.sha256), 0);
	assert_int_equal(manifest_write(tree_path(root, json), &m), 0);
	return m;
}

void tree_compress(const char *root, const char *path, const char *tool)
{
	FREE char *command = str_printf("%s -q '%s' && rm -f '%s'", tool, tree_path(root, path),
					tree_path(root, path));

	if (!tree_tool(tool)) {
		print_message("%s is not installed\n", tool);
		skip();
	}
	sh(command);
}

void tree_link(const char *root, const char *path, const char *target)
{
	make_parent(tree_path(root, path));
	assert_int_equal(symlink(target, tree_path(root, path)), 0);
}

struct build_id tree_id(const char *hex)
{
	struct build_id id = { .len = 0 };
	unsigned int byte;

	for (; *hex && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		id.b[id.len++] = byte;
	return id;
}

void tree_loaded(const char *root, const char *name, const char *id)
{
	struct build_id bits = tree_id(id);
	FREE char *path = str_printf("/sys/module/%s/notes/.note.gnu.build-id", name);
	unsigned char note[128] = { 4, 0, 0, 0, bits.len, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0 };

	memcpy(note + 16, bits.b, bits.len);
	tree_write_bytes(root, path, note, 16 + bits.len);
}

bool tree_tool(const char *tool)
{
	FREE char *command = str_printf("command -v %s >/dev/null", tool);

	return !system(command);
}

struct host tree_host(const char *root, const char *release)
{
	struct host h;

	assert_int_equal(host_init(&h, root, release), 0);
	return h;
}
