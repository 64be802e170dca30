// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a module may be loaded here. What isn't known on one side is not compared. */
#include "modules/modules.h"

#include <errno.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/version.h"
#include "host/elf.h"

static bool ids_differ(const char *of, const struct build_id *a, const struct build_id *b,
		       char **why)
{
	char ta[BUILD_ID_TEXT], tb[BUILD_ID_TEXT];

	if (!a->len || !b->len || build_id_eq(a, b))
		return false;
	*why = str_printf("the build-id of %s is %s, the module was built for %s", of,
			  build_id_text(b, tb), build_id_text(a, ta));
	return true;
}

static bool modules_differ(const struct facts *m, const struct facts *here, char **why)
{
	for (size_t i = 0; i < m->n_modules; i++) {
		for (size_t k = 0; k < here->n_modules; k++) {
			FREE char *of = NULL;

			if (strcmp(m->modules[i].name, here->modules[k].name))
				continue;
			of = str_printf("module %s", m->modules[i].name);
			if (ids_differ(of ? of : "a module", &m->modules[i].id,
				       &here->modules[k].id, why))
				return true;
		}
	}
	return false;
}

/* Since 5.0 staprun and the module talk in words of their own version. */
static bool systemtaps_differ(const struct version *m, const struct version *here)
{
	if (!version_is_set(m) || !version_is_set(here))
		return false;
	if (m->major < 5 && here->major < 5)
		return false;
	return m->major != here->major || m->minor != here->minor;
}

enum compat compat_facts(const struct facts *m, const struct facts *here, char **why)
{
	char a[VERSION_TEXT], b[VERSION_TEXT];

	*why = NULL;
	if (strcmp(m->release, here->release)) {
		*why = str_printf("the kernel is %s, the module was built for %s", here->release,
				  m->release);
		return COMPAT_DIFFERENT;
	}
	if (*m->arch && *here->arch && strcmp(m->arch, here->arch)) {
		*why = str_printf("this machine is %s, the module was built for %s", here->arch,
				  m->arch);
		return COMPAT_DIFFERENT;
	}
	if (ids_differ("the kernel", &m->kernel, &here->kernel, why) ||
	    modules_differ(m, here, why))
		return COMPAT_DIFFERENT;
	if (systemtaps_differ(&m->systemtap, &here->systemtap)) {
		*why = str_printf("SystemTap here is %s, the module was built by %s",
				  version_text(&here->systemtap, a),
				  version_text(&m->systemtap, b));
		return COMPAT_DIFFERENT;
	}
	if (*m->sources && *here->sources && strcmp(m->sources, here->sources)) {
		*why = str_printf("the script and tapsets here have the hash %.12s, the module was "
				  "built from %.12s", here->sources, m->sources);
		return COMPAT_DIFFERENT;
	}
	return COMPAT_OK;
}

/* "6.12.117+deb13-amd64 SMP preempt mod_unload modversions " */
static bool vermagic_is_of(const char *vermagic, const char *release)
{
	size_t len = strlen(release);

	return !strncmp(vermagic, release, len) && (!vermagic[len] || vermagic[len] == ' ');
}

enum compat compat_file(const char *ko, const struct manifest *m, struct modinfo *info, char **why)
{
	char is[HASH_TEXT];
	int ret = hash_file(ko, is);

	*why = NULL;
	if (ret) {
		*why = str_printf("%s: %s", ko, strerror(-ret));
		return COMPAT_DAMAGED;
	}
	if (strcmp(is, m->sha256)) {
		*why = str_printf("%s was changed after it was built: its sha256 is %.12s…, its "
				  "manifest says %.12s…", ko, is, m->sha256);
		return COMPAT_DAMAGED;
	}
	ret = modinfo_read(ko, info);
	if (ret) {
		*why = str_printf("%s: %s", ko, ret == -ENOEXEC ? "not a kernel module" :
				  strerror(-ret));
		return COMPAT_DAMAGED;
	}
	if (!vermagic_is_of(info->vermagic, m->facts.release)) {
		*why = str_printf("%s is for kernel '%s', its manifest says %s", ko,
				  info->vermagic, m->facts.release);
		return COMPAT_DAMAGED;
	}
	if (strcmp(info->arch, m->facts.arch)) {
		*why = str_printf("%s is for %s, its manifest says %s", ko, info->arch,
				  m->facts.arch);
		return COMPAT_DAMAGED;
	}
	return COMPAT_OK;
}
