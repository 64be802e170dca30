/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our cache directory. */
#ifndef HOST_CACHE_DIR_H
#define HOST_CACHE_DIR_H

#include "base/base.h"

/*
 * $STAP_VHOST_CACHE; else for root /var/cache/stap-vhost, whatever HOME sudo
 * left; else stap-vhost below $XDG_CACHE_HOME or ~/.cache. NULL without memory
 * or HOME.
 */
char *cache_dir_path(void);
/* Makes it, 0700; -EPERM when another user could put files there */
int cache_dir_open(const char *cache);
/* Whether what is in it may be loaded: it is ours, and no other user can write to it */
bool cache_dir_trusted(const char *cache);

#endif
