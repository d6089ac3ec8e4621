#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the sum of a run count every test as what it was?

usage: test-sum-up.py

Lets ctest run a project with a test of every kind, and sums that up.
"""

import pathlib
import subprocess
import sys
import tempfile

import places

# Test, what it does, its properties, and what it must count as.
TESTS = [("good", "true", "", "passed"),
         ("bad", "false", "", "failed"),
         ("crash", "sh -c \"kill -SEGV $$\"", "", "failed"),
         ("slow", "sleep 60", "TIMEOUT 1", "failed"),
         ("missing", "/nowhere/program", "", "failed"),
         ("says-so", "sh -c \"exit 77\"", "SKIP_RETURN_CODE 77", "skipped"),
         ("disabled", "true", "DISABLED TRUE", "skipped"),
         ("set-up", "false", "FIXTURES_SETUP place", "failed"),
         ("in-need", "true", "FIXTURES_REQUIRED place", "failed"),
         ("skips-set-up", "sh -c \"exit 77\"", "FIXTURES_SETUP other SKIP_RETURN_CODE 77", "skipped"),
         ("in-luck", "true", "FIXTURES_REQUIRED other", "passed")]


def write_project(folder, tests):
    lines = ["cmake_minimum_required(VERSION 3.25)", "project(sum NONE)", "enable_testing()"]
    for name, command, properties, _ in tests:
        lines.append(f"add_test(NAME {name} COMMAND {command})")
        lines.append(f"set_tests_properties({name} PROPERTIES LABELS all {properties})")
    (folder / "CMakeLists.txt").write_text("\n".join(lines) + "\n")


def sum_of(tests):
    """What sum_up.py says of such a run, and its exit status."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_project(folder, tests)
        subprocess.run(["cmake", "-B", folder / "build", folder], check=True, capture_output=True)
        results = folder / "results.xml"
        subprocess.run(["ctest", "--test-dir", folder / "build", "--output-junit", results],
                       capture_output=True)
        found = subprocess.run([sys.executable, places.TESTS / "support" / "sum_up.py", results],
                               capture_output=True, text=True)
    return found.stdout.splitlines(), found.returncode


def expected_of(tests):
    counts = {kind: sum(test[3] == kind for test in tests) for kind in ("passed", "failed", "skipped")}
    lines = sorted(f"{kind}: {name}" for name, _, _, kind in tests if kind != "passed")
    total = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return lines, total, int(counts["failed"] > 0 or not counts["passed"])


def main():
    wrong = 0
    kinds = [TESTS, [test for test in TESTS if test[3] != "failed"],
             [test for test in TESTS if test[3] == "skipped"]]
    for tests in kinds:
        lines, status = sum_of(tests)
        if (sorted(lines[:-1]), *lines[-1:], status) != expected_of(tests):
            wrong += 1
            print(f"{lines} and status {status}, expected {expected_of(tests)}")
    sys.exit(1 if wrong else 0)


main()
