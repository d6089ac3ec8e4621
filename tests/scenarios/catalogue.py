#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every rule of the catalogue is shown to fire, and to be silent.

usage: catalogue.py BUILD_DIR

Each rule has a folder, with a scenario in it that expects the rule and a near miss that does not. The
scenarios themselves are run by run.py.
"""

import sys

import audits
import scenarios


def lacks(rule):
    """Yields what a rule lacks."""
    firing = [scenarios.fires(path) for path in scenarios.all_of(rule)]
    if True not in firing:
        yield f"{rule}: no scenario in scenarios/{rule} expects it"
    if False not in firing:
        yield f"{rule}: each scenario in scenarios/{rule} expects it, there is no near miss"


def main():
    rules = audits.Program(sys.argv[1]).rules()
    wrong = [line for rule in rules for line in lacks(rule)]
    wrong += [f"scenarios/{name}: no such rule"
              for name in scenarios.folders() if name not in (*rules, *scenarios.ACROSS)]
    print("\n".join(wrong) or f"{len(rules)} rules, each with scenarios for both")
    sys.exit(1 if wrong else 0)


main()
