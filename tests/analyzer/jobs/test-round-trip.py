#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends every event of the scenarios through a spool: none may come back with another fact.

usage: test-round-trip.py BUILD_DIR

Each scenario under its own policy, since what came of verifying signatures travels as well.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

import scenarios
from places import SAMPLES, SCENARIOS, TESTS

PATHS = [*scenarios.all_of(), *TESTS.glob("golden/*.scenario"), *SAMPLES.glob("scenarios/*.scenario")]


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    maker = build / "samples" / "make-capture"
    total = collections.Counter()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        captures = collections.defaultdict(list)
        for number, scenario in enumerate(sorted(PATHS)):
            capture = pathlib.Path(folder, f"{number}-{scenario.stem}.pcap")
            subprocess.run([maker, scenario, capture], check=True)
            policy = scenarios.policy_of(scenario) or SCENARIOS / "policy-trust.ini"
            captures[policy.resolve()].append(capture)
        for policy, paths in captures.items():
            run = subprocess.run([build / "tests" / "round-trip", policy, *paths],
                                 capture_output=True, text=True, errors="replace")
            last = run.stdout.splitlines()[-1:] or [""]
            counts = re.findall(r"(\w+) (\d+)", last[0])
            total.update({name: int(count) for name, count in counts})
            if run.returncode:
                failed = True
                print(f"{policy}: {run.stdout[-4000:]}{run.stderr[-2000:]}")
    print(dict(total))
    # A run in which nothing travelled proves nothing.
    sys.exit(1 if failed or min(total["offers"], total["krrs"]) < 500 else 0)


main()
