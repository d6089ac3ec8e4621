#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Audits the capture of one scenario and compares the report with what the scenario expects.

usage: run.py BUILD_DIR SCENARIO

The scenario's own lines say what is expected: the exact set of rules that fire, the exit status and
the outcomes of its negotiations. The report must also hold to the schema that ships with krraudit,
and a second run, in which every frame is dissected and Wireshark forgets after each of them where that
is safe, must give the same bytes but for what it says of that.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = SOURCE / "analyzer" / "report.schema.json"
GRAVITY = {"note": 1, "warning": 2, "error": 3}


def expectations(maker, scenario):
    """The scenario's title, expect, outcome, exit, signatures, policy and options lines, as words."""
    text = subprocess.run([maker, "--list-expectations", scenario], check=True,
                          capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).extend(value.split())
    return found


def audit(build, capture, wanted, *options):
    command = [build / "krraudit", "--format", "json", "--no-progress"]
    if "policy" in wanted:
        command += ["--policy", " ".join(wanted["policy"])]
    command += [*wanted.get("options", []), *options, capture]
    return subprocess.run(command, capture_output=True, text=True)


def audit_again(build, capture, wanted):
    """The same in other circumstances. What TLS keys open is read by how the connection began."""
    options = ["--no-sieve"]
    if "--tls-keys" not in wanted.get("options", []):
        options += ["--session-frames", "1"]
    return audit(build, capture, wanted, *options)


def without_circumstances(report):
    """The text of a report without the numbers of dissected frames and the renewals of sessions."""
    report = re.sub(r'^( *"dissected": )[0-9]+', r"\1", report, flags=re.MULTILINE)
    return re.sub(r'^ *"renewals": \[[^]]*\],\n', "", report, flags=re.MULTILINE)


def expected_status(report, wanted):
    if "exit" in wanted:
        return int(wanted["exit"][0])
    if not all(capture["complete"] for capture in report["captures"]):
        return 3
    return int(any(GRAVITY[finding["severity"]] >= GRAVITY["warning"]
                   for finding in report["findings"]))


def frames_exist(report):
    """Every finding cites frames that are in the capture."""
    last = report["captures"][0]["frames"]
    return all(finding["frames"] and all(1 <= frame <= last for frame in finding["frames"])
               for finding in report["findings"])


def signature(found):
    """The status in one word, and the convention of a valid one."""
    return ":".join(filter(None, [found["status"].replace(" ", "-"), found["convention"]]))


def check(result, again, wanted):
    """Yields what is wrong."""
    if result.returncode not in (0, 1, 3):
        yield f"exit status {result.returncode}: {result.stderr}"
        return
    report = json.loads(result.stdout)
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    rules = sorted({finding["rule"] for finding in report["findings"]})
    expected = sorted(set(wanted.get("expect", [])) - {"none"})
    if rules != expected:
        yield f"rules that fired: {rules}, expected: {expected}"
        for finding in report["findings"]:
            yield f"  {finding['rule']}: {finding['observed']}"
    if result.returncode != expected_status(report, wanted):
        yield f"exit status {result.returncode}, expected {expected_status(report, wanted)}"
    outcomes = [negotiation["outcome"] for negotiation in report["negotiations"]]
    if "outcome" in wanted and outcomes != wanted["outcome"]:
        yield f"outcomes: {outcomes}, expected: {wanted['outcome']}"
    signatures = [signature(offer["signature"]) for offer in report["offers"]]
    if "signatures" in wanted and signatures != wanted["signatures"]:
        yield f"signatures: {signatures}, expected: {wanted['signatures']}"
    if not frames_exist(report):
        yield "a finding cites a frame that is not in the capture, or none"
    if without_circumstances(again.stdout) != without_circumstances(result.stdout):
        yield "another report where every frame is dissected, in sessions of one frame each"


def main():
    build, scenario = pathlib.Path(sys.argv[1]), sys.argv[2]
    maker = build / "samples" / "make-capture"
    wanted = expectations(maker, scenario)
    if "expect" not in wanted:
        sys.exit(f"{scenario}: says nothing of what it expects")
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder) / "capture.pcap"
        subprocess.run([maker, scenario, capture], check=True)
        result = audit(build, capture, wanted)
        wrong = list(check(result, audit_again(build, capture, wanted), wanted))
    for line in wrong:
        print(line)
    if result.stderr.strip():
        print("standard error:", result.stderr.strip())
    sys.exit(1 if wrong else 0)


main()
