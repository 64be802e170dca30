/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes before the function of a line, where it isn't a number or a bar (columns.c) */
#ifndef CALLGRAPH_COLUMNS_H
#define CALLGRAPH_COLUMNS_H

#include "callgraph/line.h"

bool columns_task(const char **at, const char *end, struct line *line);
bool columns_flags(const char **at, const char *end);
bool columns_prefix(const char **at, const char *end, struct line *line);
/* "  host.dat: vhost-1-187 [000] .N.1. 46.613158: (+3) funcgraph_entry:" (events.c) */
bool columns_event(const char **at, const char *end, struct line *line);
/* A task of at most @most letters and its pid */
bool columns_is_task(const char *from, const char *to, size_t most);
/*
 * The source before "host.dat: vhost-1-187", or "host.dat: CPU:0". Returns where it ends, or @at
 * where there is none.
 */
const char *columns_source(const char *at, const char *end, struct line *line);
bool columns_switch(const char *at, const char *end, struct line *line);

#endif
