#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that KRRs which nobody could read are told of in one pass, too, and as often as there are some.

usage: test-unread.py BUILD_DIR

Wireshark says so while it dissects the message: whoever sees each frame once has the expert info, and so
has Expert Information, which goes through the frames without a tree. In each scenario there is one such
KRR, on however many hops and in whatever wrapping.
"""

import sys

import audits
import captures
import scenarios
from tshark import Tshark

RULE = "unread-krr"


def frames_shown(tshark, ask):
    output = tshark.output(*ask, "-Y", "krr.unread_krr", "-T", "fields", "-e", "frame.number")
    return [int(line) for line in output.splitlines()]


def count_without_tree(tshark, ask):
    output = tshark.output(*ask, "-q", "-z", "expert,note")
    lines = [line.split() for line in output.splitlines() if f" {RULE}: " in line]
    return sum(int(words[0]) for words in lines)


def wrong(auditor, tshark, scenario, where):
    capture = captures.make(auditor.build, scenario, where)
    report = auditor.report(capture, status=(0, 1, 3))
    found = [finding for finding in report["findings"] if finding["rule"] == RULE]
    expected = int(scenarios.fires(scenario))
    ask = ["-r", capture, *(word for name, value in report["preferences"].items()
                            for word in ("-o", f"{name}:{value}"))]
    frames = sorted(frame for finding in found for frame in finding["frames"])

    if len(found) != expected:
        yield f"{len(found)} findings"
    if frames_shown(tshark, ask) != frames:
        yield f"one pass shows {frames_shown(tshark, ask)}, the report {frames}"
    if count_without_tree(tshark, ask) != len(frames):
        yield f"without a tree {count_without_tree(tshark, ask)} are told of, not {len(frames)}"


def main(build):
    paths = scenarios.all_of(RULE)
    with captures.folder() as where, audits.Server(build) as auditor:
        tshark = Tshark(auditor.build, where)
        problems = [f"{scenarios.name_of(path)}: {problem}" for path in paths
                    for problem in wrong(auditor, tshark, path, where)]
    print(*problems, sep="\n")
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
