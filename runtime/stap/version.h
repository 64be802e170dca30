/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which SystemTap it is. */
#ifndef STAP_VERSION_H
#define STAP_VERSION_H

#include "base/base.h"
#include "base/version.h"

/* The version in what 'stap --version' or 'staprun -V' prints */
bool version_of_stap(const char *output, struct version *v);

#endif
