/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether other users can change a file. */
#ifndef TRUST_H
#define TRUST_H

#include "base/base.h"

/*
 * 0: root and we alone can change what @path names, and with sudo its caller: the file,
 * each directory and each link on the way to it. -EPERM: others can, *@why says where.
 */
int trust_path(const char *path, char **why);

#endif
