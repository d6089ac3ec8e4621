#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing of the folder in which krraudit is called is read, but what it is told to read.

usage: test-working-folder.py BUILD_DIR
"""

import os

from krraudit import equal, expect, main

# A dissector of Wireshark opens this at the start of each session.
LOOKED_FOR = "IOR.txt"


def nothing_is_opened(bench):
    """Whoever opens a pipe that nobody writes to waits for ever."""
    os.mkfifo(bench.folder / LOOKED_FOR)
    demo = bench.demo()
    for options in ([], ["--no-sieve", "--session-frames", "1"]):
        result = bench.run("--format", "json", *options, demo, timeout=60)
        equal((result.returncode, result.stderr), (1, ""), "status and complaints")


def relative_names(bench):
    """Names are relative to the folder in which krraudit is called, whatever it does meanwhile."""
    (bench.folder / "in").mkdir()
    for name in ("it.pcap", "that.pcap"):
        (bench.folder / "in" / name).write_bytes(bench.demo().read_bytes())
    for captures in (["in/it.pcap"], ["in/it.pcap", "in/../in/that.pcap"]):
        result = bench.run("--format", "json", "-o", "in/report.json", "--evidence",
                           "in/evidence.pcapng", *captures)
        equal((result.returncode, result.stderr), (1, ""), "status and complaints")
        for name in ("report.json", "evidence.pcapng"):
            expect((bench.folder / "in" / name).stat().st_size > 0, name)
            (bench.folder / "in" / name).unlink()


main(program=[nothing_is_opened, relative_names])
