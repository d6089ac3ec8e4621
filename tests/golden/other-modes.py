#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that MIKEY of other modes than MIKEY-SAKKE looks the same with the plugin and without it.

usage: other-modes.py BUILD_DIR

In every form of output, byte by byte: data types 0 to 10 and such as nobody defined, in SDP, as
whole bodies, as parts, and on port 2269 over UDP and TCP. Frames that Wireshark gives up with an
exception do not count: there the plugin lets the rest of the message be dissected.
"""

import difflib
import sys

import captures
from cases import GOLDEN
from tshark import Tshark

WAYS = (["-V"], ["-2", "-V"], [], ["-T", "pdml"], ["-T", "json"])
FEWEST = 11  # data types that the capture must hold, or nothing is proved


def without_clock(output):
    """PDML says when it was made."""
    return [line for line in output.splitlines() if not line.startswith("<pdml ")]


def main():
    with captures.folder() as where:
        capture = captures.make(sys.argv[1], GOLDEN / "mikey-other-modes.scenario", where)
        tshark = Tshark(sys.argv[1], where)
        plain = Tshark(sys.argv[1], where, plugin=False)
        types = plain.output("-r", capture, "-T", "fields", "-e", "mikey.type", "-Y", "mikey")
        if len(set(types.split())) < FEWEST:
            sys.exit(f"Wireshark's own dissector finds too few data types: {set(types.split())}")
        different = 0
        for how in WAYS:
            pair = [without_clock(runner.output("-r", capture, "-Y", "!_ws.malformed", *how))
                    for runner in (plain, tshark)]
            lines = list(difflib.unified_diff(*pair, "without the plugin", "with it", lineterm=""))
            print("\n".join(lines[:40]))
            different += bool(lines)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
