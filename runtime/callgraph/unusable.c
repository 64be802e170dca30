// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a line can't be used, in words. */
#include "callgraph/line.h"

const char *unusable_reason(enum unusable reason)
{
	static const char *const texts[] = {
		[UNUSABLE_TEXT] = "not a line of a function graph",
		[UNUSABLE_TRUNCATED] = "a truncated line",
		[UNUSABLE_WRAPPED] = "the rest of a line that was wrapped",
		[UNUSABLE_LONG] = "longer than any line of a trace",
		[UNUSABLE_LIMIT] = "too many tasks, or calls too deep",
		[UNUSABLE_LAYOUT] = "a call behind unknown text",
		[UNUSABLE_RAW] = "an event of trace-cmd report -R, which prints no graph",
		[UNUSABLE_REMOVED] = "removed by a diff",
		[UNUSABLE_FUNCTION_TRACER] = "a line of the tracer function, which has no durations",
		[UNUSABLE_NEGATIVE_TIME] = "a call with a time below zero, which kernels print without its sign",
		[UNUSABLE_ANDROID] = "an event of Android, which has no depth",
	};

	return texts[reason];
}
