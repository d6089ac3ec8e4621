#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts the instructions that krraudit spends on a frame, and compares them with what they were.

usage: instructions.py BUILD_DIR [--update]

Instructions are the same whatever else the machine does, so a hot path that grows is seen. Each cost
is the difference between two captures, one larger by so many rounds of a scenario: start-up and the
like cancel out; where there is a third capture, its cost tells whether that stays linear.
Status 77 where there is nothing to compare: no valgrind, another Wireshark, a build with sanitizers.
"""

import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import audits

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = HERE / "instructions.json"
SKIPPED = 77
# Compilers and libraries differ a little from one build of Debian to the next.
TOLERANCE = 0.1

# Scenario: rounds of the captures, frames in a round.
CASES = {"media": ((1, 3), 4007), "sip": ((100, 1100), 4), "offers": ((50, 150, 450), 4),
         "redirects": ((10, 60), 12)}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def wireshark(build):
    text = subprocess.run([build / "krraudit", "--version"], check=True, capture_output=True,
                          text=True).stdout
    return re.search(r"Wireshark ([\d.]+)", text).group(1)


def captures(build, folder, scenario, rounds):
    """The captures of a scenario, one for each number of rounds."""
    for number in rounds:
        capture = folder / f"{scenario}-{number}.pcap"
        subprocess.run([build / "samples" / "make-capture", "--rounds", str(number), "--every",
                        "0.01", HERE / f"{scenario}.scenario", capture], check=True)
        yield capture


def count(build, folder, paths):
    """Instructions of the audit of each capture, all that happened before it included. Of valgrind's
    tools that count them this is the fastest."""
    log = folder / "valgrind.log"
    with audits.Server(build, ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--log-file={log}",
                               "--cachegrind-out-file=/dev/null"]) as auditor:
        for path in paths:
            # valgrind needs more of the system than an audit does.
            auditor.report("--fail-on", "never", "--no-sandbox", path)
    counts = re.findall(r"I +refs: +([\d,]+)", log.read_text())
    # Two lines for each audit, as its process and then its guard ends, and then one for the server.
    return [int(number.replace(",", "")) for number in counts[:-1:2]]


def costs(build, folder):
    """By scenario, the instructions for each frame by which a capture is larger than the one before."""
    paths = [path for name, (rounds, _) in CASES.items()
             for path in captures(build, folder, name, rounds)]
    totals = iter(count(build, folder, paths))
    found = {}
    for name, (rounds, frames) in CASES.items():
        pairs = itertools.pairwise(zip(rounds, totals))
        found[name] = [round((more - less) / ((many - few) * frames))
                       for (few, less), (many, more) in pairs]
    return found


def complaints(found, expected):
    for name, numbers in found.items():
        print(f"{name}: {numbers} instructions a frame, were {expected[name]}")
        for now, was in zip(numbers, expected[name]):
            if now > was * (1 + TOLERANCE):
                yield f"{name}: {now} instructions a frame, where {was} were enough"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if not shutil.which("valgrind"):
        skip("there is no valgrind")
    if "libasan" in subprocess.run(["ldd", build / "krraudit"], check=True, capture_output=True,
                                   text=True).stdout:
        skip("a build with sanitizers")
    version = wireshark(build)
    expected = json.loads(EXPECTED.read_text(encoding="utf-8")) if EXPECTED.exists() else {}
    if "--update" not in sys.argv and version != expected.get("wireshark"):
        skip(f"the numbers are of Wireshark {expected.get('wireshark')}, this is {version}")
    with tempfile.TemporaryDirectory() as folder:
        found = costs(build, pathlib.Path(folder))
    if "--update" in sys.argv:
        text = json.dumps({"wireshark": version, "instructions": found}, indent=2)
        EXPECTED.write_text(text + "\n", encoding="utf-8")
        return
    wrong = list(complaints(found, expected["instructions"]))
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
