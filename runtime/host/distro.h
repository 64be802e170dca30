/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What distributions call their packages. A name that isn't sure misleads more than
 * none: it comes out of a table, whose rows name the kernels that they are true of,
 * or the package manager has confirmed it.
 */
#ifndef DISTRO_H
#define DISTRO_H

#include "base/base.h"
#include "base/strv.h"
#include "host/host.h"

enum host_pkg {
	PKG_STAP,
	PKG_HEADERS,
	PKG_DEBUGINFO,
	PKG_COMPILER,
	PKG_DEBUGINFOD,
	PKG_RUNTIME,
	PKG_N
};

/* How to install @pkg on this distribution, in one line; the caller frees it */
char *host_install_hint(const struct host *h, enum host_pkg pkg);
/* All of it: what to type, one after the other, and what to know */
void host_install_hints(const struct host *h, enum host_pkg pkg, struct strv *commands,
			struct strv *notes);
/* The command that installs package @name, if the package manager knows it; else NULL */
char *host_package_command(const struct host *h, const char *name);
/* That the distribution has a debuginfod server; NULL when it has none */
char *host_debuginfod_hint(const struct host *h);

enum manager { MANAGER_NONE, MANAGER_APT, MANAGER_DNF, MANAGER_ZYPPER, MANAGER_PACMAN };

#define NAMES_MAX 2

/* The packages of one kind of a distribution's kernels (distro-kernel.c) */
struct kernel_packages {
	const char *distro;	/* as in struct distro */
	/*
	 * An extended regular expression of the kernels' releases; NULL: what a package
	 * would be called by who makes one, of use only if the package manager knows it
	 */
	const char *release;
	/* the first is the usual one; none: there is no such package */
	const char *headers[NAMES_MAX], *debuginfo[NAMES_MAX];
	const char *headers_note, *debuginfo_note;
	bool no_server;		/* the distribution's debuginfod hasn't it */
};

extern const struct kernel_packages kernel_packages[];
extern const size_t n_kernel_packages;
/*
 * The row of @release; NULL: it is no kernel that the distribution has packages of, as far as is
 * known
 */
const struct kernel_packages *kernel_packages_find(const char *distro, const char *release);
/* The row of names to ask for; NULL: there is none */
const struct kernel_packages *kernel_packages_guess(const char *distro);

/*
 * Asks the package manager for @name, without the network and for 5 s at most
 * (package-manager.c): 1, 0, or -errno when that is unknown
 */
int package_known(const struct host *h, enum manager m, const char *name);
const char *manager_name(enum manager m);

#endif
