#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums up what ctest --output-junit wrote: N passed, N failed, N skipped.

usage: sum_up.py FILE...

A test that could not be run has failed, be it for its own sake or for that of one that it needs.
Skipped is what said so itself, and what the build disabled. Those are named, as are the failed ones.
Exit status 1 where something failed or nothing passed.
"""

import collections
import sys
import xml.etree.ElementTree


def verdict(case):
    if case.get("status") == "run":
        return "passed"
    if case.get("status") == "disabled":
        return "skipped"
    reason = case.find("skipped")
    said_so = reason is not None and reason.get("message", "").startswith("SKIP_")
    return "skipped" if said_so else "failed"


def main(*paths):
    counts = collections.Counter()
    for path in paths:
        for case in xml.etree.ElementTree.parse(path).iter("testcase"):
            found = verdict(case)
            counts[found] += 1
            if found != "passed":
                print(f"{found}: {case.get('name')}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
