/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that passes, for limits. */
#ifndef CLOCK_H
#define CLOCK_H

#include "base/base.h"

/* Milliseconds since an unknown moment; never goes back */
long long clock_ms(void);

#endif
