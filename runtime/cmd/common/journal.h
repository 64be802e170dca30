/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that killed runs have left. */
#ifndef CMD_JOURNAL_H
#define CMD_JOURNAL_H

#include "base/base.h"
#include "base/strv.h"

/* They are restored; sentences go to @done and @stuck, which may be NULL. -errno */
int journal_restore(struct strv *done, struct strv *stuck);

#endif
