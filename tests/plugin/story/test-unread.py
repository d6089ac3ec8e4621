#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that KRRs which nobody could read, or which are empty, are told of in one pass too, each once.

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

EMPTY = "empty-body.scenario"


def chosen():
    return [*scenarios.all_of("unread-krr"),
            *(path for path in scenarios.all_of("malformed-krr") if path.name == EMPTY)]


def frames_shown(tshark, ask, rule):
    field = f"krr.{rule.replace('-', '_')}"
    output = tshark.output(*ask, "-Y", field, "-T", "fields", "-e", "frame.number")
    return [int(line) for line in output.splitlines()]


def count_without_tree(tshark, ask, rule):
    output = tshark.output(*ask, "-q", "-z", "expert,note")
    lines = [line.split() for line in output.splitlines() if f" {rule}: " in line]
    return sum(int(words[0]) for words in lines)


def wrong(auditor, tshark, scenario, where):
    rule = scenario.parent.name
    capture = captures.make(auditor.build, scenario, where)
    report = auditor.report(capture, status=(0, 1, 3))
    found = [finding for finding in report["findings"] if finding["rule"] == rule]
    expected = int(scenarios.fires(scenario))
    ask = ["-r", capture, *(word for name, value in report["preferences"].items()
                            for word in ("-o", f"{name}:{value}"))]
    frames = sorted(frame for finding in found for frame in finding["frames"])

    shown, told = frames_shown(tshark, ask, rule), count_without_tree(tshark, ask, rule)
    if len(found) != expected:
        yield f"{len(found)} findings, not {expected}"
    if shown != frames:
        yield f"one pass shows {shown}, the report {frames}"
    if told != len(frames):
        yield f"without a tree {told} are told of, not {len(frames)}"


def main(build):
    paths = chosen()
    with captures.folder() as where, audits.Server(build) as auditor:
        tshark = Tshark(auditor.build, where)
        problems = [f"{scenarios.name_of(path)}: {problem}" for path in paths
                    for problem in wrong(auditor, tshark, path, where)]
    print(*problems, sep="\n")
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
