# SPDX-License-Identifier: GPL-2.0-or-later
# tracefs.py: each setting in tracefs, a line each, of the top level and of all instances. What is no setting is left
# out: what was recorded, what events look like, and what counts; and filters of events where all are off.
import os
import sys

TRACING = "/sys/kernel/tracing"
STREAMS = ("trace", "trace_pipe", "trace_pipe_raw", "snapshot_raw", "stats", "free_buffer", "format", "id", "hist", "hist_debug")
COUNTS = ("saved_cmdlines", "saved_tgids", "touched_functions", "available_filter_functions", "available_filter_functions_addrs",
          "dyn_ftrace_total_info", "printk_formats", "available_events", "README", "error_log", "trigger")


def settings(top):
    for where, dirs, files in os.walk(top):
        # where all events are off there is nothing to see; else, of an event, whether it is on: its system tells that, too
        if os.path.basename(where) == "events" and open(os.path.join(where, "enable")).read() == "0\n":
            dirs.clear()
        if os.path.basename(os.path.dirname(where)) == "events":
            dirs.clear()
        dirs.sort()
        for name in sorted(files):
            path = os.path.join(where, name)
            if name in STREAMS + COUNTS or "/trace_stat/" in path or not os.stat(path).st_mode & 0o444:
                continue
            try:
                text = open(path, errors="replace").read()
            except OSError as e:
                text = e.strerror
            yield f"{path[len(TRACING) + 1:]}: {text!r}"


for line in settings(sys.argv[1] if len(sys.argv) > 1 else TRACING):
    print(line)
