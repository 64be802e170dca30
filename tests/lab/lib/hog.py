#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Has CPU 1 for 300 ms of each 400, before all other tasks."""
import os
import time

os.sched_setaffinity(0, {1})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
while True:
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        pass
    time.sleep(0.1)
