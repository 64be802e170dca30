// SPDX-License-Identifier: GPL-2.0-or-later
/* The owner of elfutils: no other file includes its headers. */
#include "host/elf.h"

#include <elf.h>
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>

#include "base/file.h"

static int build_id_set(struct build_id *id, const void *bits, size_t len)
{
	if (!len || len > sizeof(id->b))
		return -ENODATA;
	memcpy(id->b, bits, len);
	id->len = len;
	return 0;
}

/* What of @elf lies beyond its end was cut off, or never was an ELF file's */
static bool is_whole(Elf *elf)
{
	GElf_Ehdr eh;
	size_t size, n;
	Elf_Scn *scn = NULL;

	if (!elf_rawfile(elf, &size) || !gelf_getehdr(elf, &eh) || elf_getshdrnum(elf, &n))
		return false;
	/* libelf takes a table that is not there for none at all */
	if (eh.e_shoff > size || (size - eh.e_shoff) / (eh.e_shentsize ? eh.e_shentsize : 1) < n ||
	    (eh.e_shoff && !n))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr sh;

		if (!gelf_getshdr(scn, &sh))
			return false;
		if (sh.sh_type != SHT_NOBITS && sh.sh_type != SHT_NULL &&
		    (sh.sh_offset > size || sh.sh_size > size - sh.sh_offset))
			return false;
	}
	return true;
}

static Elf_Scn *section(Elf *elf, const char *wanted)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr sh;
		const char *name = gelf_getshdr(scn, &sh) ?
				   elf_strptr(elf, names, sh.sh_name) : NULL;

		if (name && !strcmp(name, wanted))
			return scn;
	}
	return NULL;
}

/* The section's header alone is not enough: stripping may leave it with nothing in it. */
static bool has_dwarf(Elf *elf)
{
	static const char *const names[] = { ".debug_info", ".zdebug_info" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		Elf_Scn *scn = section(elf, names[i]);
		GElf_Shdr sh;

		if (scn && gelf_getshdr(scn, &sh) && sh.sh_type != SHT_NOBITS && sh.sh_size > 0)
			return true;
	}
	return false;
}

static int read_facts(Elf *elf, struct elf_facts *f)
{
	const void *bits = NULL;

	if (!is_whole(elf))
		return -EBADMSG;

	ssize_t len = dwelf_elf_gnu_build_id(elf, &bits);

	/* a file without a build-id is a file: f->id.len stays 0 */
	if (len > 0)
		build_id_set(&f->id, bits, len);
	f->has_dwarf = has_dwarf(elf);
	return 0;
}

/*
 * Whether libdw gets to see it: ELF and what modules are compressed with. It
 * would take a kernel's boot image and bzip2 too, and never comes back from a
 * bzip2 file that was cut off (0.188 to 0.196).
 */
static int look_at(int fd, bool *compressed)
{
	static const char *const packed[] = { "\xfd\x37zXZ", "\x28\xb5\x2f\xfd", "\x1f\x8b" };
	char head[8] = "";
	ssize_t n = pread(fd, head, sizeof(head), 0);

	*compressed = false;
	if (n <= 0)
		return n ? -errno : -ENODATA;
	for (size_t i = 0; i < ARRAY_SIZE(packed) && !*compressed; i++)
		*compressed = !memcmp(head, packed[i], strlen(packed[i]));
	return *compressed || !memcmp(head, ELFMAG, SELFMAG) ? 0 : -ENOEXEC;
}

int elf_facts(const char *path, struct elf_facts *f)
{
	CLOSE int fd = file_open(path);
	bool compressed;

	*f = (struct elf_facts){ 0 };

	int ret = fd < 0 ? fd : look_at(fd, &compressed);

	if (ret)
		return ret;
	elf_version(EV_CURRENT);

	/* opens compressed files too, as far as this libdw was built for */
	Elf *elf = dwelf_elf_begin(fd);

	if (elf && elf_kind(elf) == ELF_K_ELF)
		ret = read_facts(elf, f);
	else
		ret = compressed ? -ENOTSUP : -EBADMSG;
	elf_end(elf);
	return ret;
}

const char *elf_why_not(int err)
{
	switch (err) {
	case -EISDIR:
		return "a directory";
	case -EINVAL:
		return "not a regular file";
	case -ENODATA:
		return "empty";
	case -EBADMSG:
		return "a damaged or truncated ELF file";
	case -ENOTSUP:
		return "compressed, and damaged or in a format that this libdw can't read";
	case -ENOEXEC:
		return "not an ELF file";
	}
	return strerror(-err);
}

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258	/* glibc has it since 2.36 */
#endif

/* As uname(2) calls it */
static const char *arch_name(const GElf_Ehdr *eh)
{
	switch (eh->e_machine) {
	case EM_X86_64:
		return "x86_64";
	case EM_AARCH64:
		return "aarch64";
	case EM_PPC64:
		return eh->e_ident[EI_DATA] == ELFDATA2LSB ? "ppc64le" : "ppc64";
	case EM_S390:
		return "s390x";
	case EM_RISCV:
		return "riscv64";
	case EM_LOONGARCH:
		return "loongarch64";
	case EM_386:
		return "i686";
	}
	return NULL;
}

static int copy_modinfo(Elf *elf, char arch[32], char **text, size_t *len)
{
	GElf_Ehdr eh;
	Elf_Scn *scn;
	Elf_Data *d;

	if (!gelf_getehdr(elf, &eh))
		return -ENOEXEC;
	if (arch_name(&eh))
		snprintf(arch, 32, "%s", arch_name(&eh));
	else
		snprintf(arch, 32, "machine %u", eh.e_machine);
	scn = section(elf, ".modinfo");
	d = scn ? elf_rawdata(scn, NULL) : NULL;
	/* what staprun looks for, and the kernel: without it nothing can be loaded */
	if (!d || !d->d_buf || !d->d_size || !section(elf, ".gnu.linkonce.this_module"))
		return -ENOEXEC;
	*text = malloc(d->d_size + 1);
	if (!*text)
		return -ENOMEM;
	memcpy(*text, d->d_buf, d->d_size);
	(*text)[d->d_size] = '\0';
	*len = d->d_size;
	return 0;
}

int elf_modinfo(const char *path, char arch[32], char **text, size_t *len)
{
	CLOSE int fd = file_open(path);

	if (fd < 0)
		return fd;
	elf_version(EV_CURRENT);

	/* a module that is loaded is never compressed: staprun takes it as it is */
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);

	if (!elf)
		return -ENOEXEC;

	int ret = elf_kind(elf) == ELF_K_ELF && is_whole(elf) ?
		  copy_modinfo(elf, arch, text, len) : -ENOEXEC;

	elf_end(elf);
	return ret;
}

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

int elf_notes_build_id(const void *notes, size_t len, struct build_id *id)
{
	const unsigned char *p = notes;
	Elf64_Nhdr n;	/* the same in 32-bit files */

	id->len = 0;
	while (len >= sizeof(n)) {
		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
		len -= sizeof(n);

		size_t name = align4(n.n_namesz), desc = align4(n.n_descsz);

		/* the last note's padding may be left out */
		if (name > len || n.n_descsz > len - name)
			return -ENODATA;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && !memcmp(p, "GNU", 4))
			return build_id_set(id, p + name, n.n_descsz);
		if (desc > len - name)
			return -ENODATA;
		p += name + desc;
		len -= name + desc;
	}
	return -ENODATA;
}

bool build_id_eq(const struct build_id *a, const struct build_id *b)
{
	return a->len && a->len == b->len && !memcmp(a->b, b->b, a->len);
}

const char *build_id_text(const struct build_id *id, char text[BUILD_ID_TEXT])
{
	if (!id->len)
		return "unknown";
	for (size_t i = 0; i < id->len; i++)
		snprintf(text + 2 * i, 3, "%02x", id->b[i]);
	return text;
}
