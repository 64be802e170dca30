// SPDX-License-Identifier: GPL-2.0-or-later
/* The owner of elfutils: nobody else includes its headers. */
#include "stap.h"

#include <elf.h>
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>

static int build_id_set(struct build_id *id, const void *bits, size_t len)
{
	if (!len || len > sizeof(id->b))
		return -ENODATA;
	memcpy(id->b, bits, len);
	id->len = len;
	return 0;
}

/* The section's header alone is not enough: stripping may leave it with nothing in it. */
static bool has_dwarf(Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr sh;
		const char *name;

		if (!gelf_getshdr(scn, &sh))
			continue;
		name = elf_strptr(elf, names, sh.sh_name);
		if (!name || (strcmp(name, ".debug_info") && strcmp(name, ".zdebug_info")))
			continue;
		if (sh.sh_type != SHT_NOBITS && sh.sh_size > 0)
			return true;
	}
	return false;
}

int elf_facts(const char *path, struct elf_facts *f)
{
	CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	const void *bits = NULL;

	*f = (struct elf_facts){ 0 };
	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);

	/* opens compressed files too, as far as this libdw was built for */
	Elf *elf = dwelf_elf_begin(fd);

	if (!elf)
		return -ENOEXEC;

	int ret = -ENOEXEC;

	if (elf_kind(elf) == ELF_K_ELF) {
		ssize_t len = dwelf_elf_gnu_build_id(elf, &bits);

		/* a file without a build-id is a file: f->id.len stays 0 */
		if (len > 0)
			build_id_set(&f->id, bits, len);
		f->has_dwarf = has_dwarf(elf);
		ret = 0;
	}
	elf_end(elf);
	return ret;
}

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

static int copy_modinfo(Elf *elf, char arch[32], char **text, size_t *len)
{
	GElf_Ehdr eh;
	Elf_Scn *scn;
	Elf_Data *d;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh))
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
	CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);

	/* a module that is loaded is never compressed: staprun takes it as it is */
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);

	if (!elf)
		return -ENOEXEC;

	int ret = copy_modinfo(elf, arch, text, len);

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
