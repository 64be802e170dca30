// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of SystemTap's runtime/linux/kprobes.c, for kernels that don't export
 * module_mutex (089049f6c995, 5.12, 5.10.220). SystemTap 4.4 takes it around a walk of all symbols,
 * with preemption off: that alone keeps modules from going away meanwhile (they wait for
 * RCU). Theirs stands beside this file as stock-kprobes.c, and gets a mutex of its own.
 */
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(stapvhost_module_mutex);

#define module_mutex stapvhost_module_mutex
#include "stock-kprobes.c"
#undef module_mutex
