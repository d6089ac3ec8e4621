#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Audits the captures of scenarios and compares the reports with what the scenarios expect.

usage: run.py BUILD_DIR [--program] FOLDER|SCENARIO...

A scenario's own lines say what is expected: the exact set of rules that fire, the exit status and
the outcomes of its negotiations. The report must also hold to the schema that ships with krraudit,
and a second run, in which every frame is dissected and Wireshark forgets after each of them where that
is safe, must give the same bytes but for what it says of that.

Each audit is a process of its own, which an audit server forks; with --program it is krraudit itself.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

import audits
import scenarios
from places import SCHEMA

LOST = {"cut", "fragments", "tcp-holes", "sip-exception", "not-sip", "copies"}
GRAVITY = {"note": 1, "warning": 2, "error": 3}


def audit(auditor, capture, wanted, *options):
    policy = ["--policy", " ".join(wanted["policy"])] if "policy" in wanted else []
    return auditor.run("--format", "json", "--no-progress", *policy, *wanted.get("options", []),
                       *options, capture)


def audit_again(auditor, capture, wanted):
    """The same in other circumstances. What TLS keys open is read by how the connection began."""
    options = ["--no-sieve"]
    if "--tls-keys" not in wanted.get("options", []):
        options += ["--session-frames", "1"]
    return audit(auditor, capture, wanted, *options)


def expected_status(report, wanted):
    if "exit" in wanted:
        return int(wanted["exit"][0])
    if not all(capture["complete"] for capture in report["captures"]):
        return 3
    if any(unread["kind"] in LOST for capture in report["captures"] for unread in capture["unread"]):
        return 3
    if any(report.get("left_out", {}).values()):
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


def check(result, again, wanted, schema):
    """Yields what is wrong."""
    if result.returncode not in (0, 1, 3):
        yield f"exit status {result.returncode}"
        return
    report = json.loads(result.stdout)
    for error in schema.iter_errors(report):
        yield f"the schema does not allow {error.json_path}: {error.message}"
    for what, doubt, names in (("rules that fired", False, wanted["expect"]),
                               ("rules in doubt", True, wanted.get("doubt", []))):
        rules = sorted({finding["rule"] for finding in report["findings"]
                        if finding.get("doubt", False) == doubt})
        expected = sorted(set(names) - {"none"})
        if rules == expected:
            continue
        yield f"{what}: {rules}, expected: {expected}"
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
    if audits.without_circumstances(again.stdout) != audits.without_circumstances(result.stdout):
        yield "another report where every frame is dissected, in sessions of one frame each"


def problems_of(auditor, build, scenario, capture, schema):
    """All that is wrong with a scenario, and what was complained of beside it."""
    wanted = scenarios.expectations(build, scenario)
    if "expect" not in wanted:
        return ["it says nothing of what it expects"]
    subprocess.run([build / "samples" / "make-capture", scenario, capture], check=True,
                   capture_output=True, text=True)
    result, again = (run(auditor, capture, wanted) for run in (audit, audit_again))
    wrong = list(check(result, again, wanted, schema))
    for what, stderr in (("", result.stderr), (", again", again.stderr)):
        if wrong and stderr.strip():
            wrong.append(f"standard error{what}: {stderr.strip()}")
    return wrong


def tried(auditor, build, scenario, capture, schema):
    """The same, whatever goes wrong: the other scenarios are tried all the same."""
    try:
        return problems_of(auditor, build, scenario, capture, schema)
    except subprocess.CalledProcessError as error:
        return [f"make-capture: {error.stderr.strip()}"]
    except subprocess.TimeoutExpired as error:
        return [f"no end after {error.timeout} seconds"]


def chosen(names):
    for name in map(pathlib.Path, names):
        yield from sorted(name.glob("*.scenario")) if name.is_dir() else [name]


def main(build, *words):
    build = pathlib.Path(build).resolve()
    paths = list(chosen(word for word in words if word != "--program"))
    kind = audits.Program if "--program" in words else audits.Server
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    failed = 0
    with tempfile.TemporaryDirectory() as folder, kind(build) as auditor:
        for scenario in paths:
            wrong = tried(auditor, build, scenario, pathlib.Path(folder, "capture.pcap"), schema)
            failed += bool(wrong)
            print(*(f"{scenario}: {line}" for line in wrong), sep="\n", end="\n" if wrong else "")
    print(f"{len(paths)} scenarios, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
