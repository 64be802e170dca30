# SPDX-License-Identifier: GPL-2.0-or-later
# tracefs.py: each setting in tracefs, a line each, of the top level and of all instances. What is no setting is left
# out: what was recorded, what events look like, and what counts.
import os
import sys

TRACING = "/sys/kernel/tracing"
STREAMS = ("trace", "trace_pipe", "trace_pipe_raw", "snapshot_raw", "stats", "free_buffer", "format", "id", "hist", "hist_debug")
SYSTEM = ("enable", "filter")
COUNTS = ("saved_cmdlines", "saved_tgids", "touched_functions", "available_filter_functions", "available_filter_functions_addrs",
          "dyn_ftrace_total_info", "printk_formats", "available_events", "README", "error_log", "trigger")


def settings(top):
    for where, dirs, files in os.walk(top):
        # of an event, whether it is on: that is also told by its system. (To list a system makes the kernel look up all its events)
        if os.path.basename(where) == "events":
            files += [os.path.join(system, name) for system in dirs for name in SYSTEM if os.path.exists(os.path.join(where, system, name))]
            dirs.clear()
        dirs.sort()
        for name in sorted(files):
            path = os.path.join(where, name)
            if os.path.basename(name) in STREAMS + COUNTS or "/trace_stat/" in path or not os.stat(path).st_mode & 0o444:
                continue
            try:
                text = open(path, errors="replace").read()
            except OSError as e:
                text = e.strerror
            yield f"{path[len(TRACING) + 1:]}: {text!r}"


for line in settings(sys.argv[1] if len(sys.argv) > 1 else TRACING):
    print(line)
