#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every rule of the catalogue is shown to fire, and to be silent.

usage: catalogue.py BUILD_DIR

A rule needs a scenario RULE.fires*.scenario that expects it, and a near miss RULE.silent*.scenario
that does not. The scenarios themselves are run by run.py.
"""

import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


def all_rules(build):
    """The names that --list-rules shows."""
    listing = subprocess.run([build / "krraudit", "--list-rules"], check=True,
                             capture_output=True, text=True).stdout
    return [row.split()[0] for row in listing.splitlines()[1:]]


def expected_rules(scenario):
    """What the scenario's expect lines name."""
    return {rule for line in scenario.read_text(errors="replace").splitlines()
            if line.split()[:1] == ["expect"] for rule in line.split()[1:]}


def lacks(rule):
    """Yields what a rule lacks."""
    fires = list(FOLDER.glob(f"{rule}.fires*.scenario"))
    silent = list(FOLDER.glob(f"{rule}.silent*.scenario"))
    if not fires:
        yield f"{rule}: no scenario {rule}.fires*.scenario"
    if not silent:
        yield f"{rule}: no scenario {rule}.silent*.scenario"
    for scenario in fires:
        if rule not in expected_rules(scenario):
            yield f"{scenario.name}: does not expect {rule}"
    for scenario in silent:
        if rule in expected_rules(scenario):
            yield f"{scenario.name}: expects {rule}"


def main():
    rules = all_rules(pathlib.Path(sys.argv[1]))
    wrong = [line for rule in rules for line in lacks(rule)]
    if not rules:
        wrong.append("--list-rules shows no rule")
    print("\n".join(wrong) or f"{len(rules)} rules, each with scenarios for both")
    sys.exit(1 if wrong else 0)


main()
