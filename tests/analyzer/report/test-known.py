#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is new since an earlier report, in every form; and a line for each finding.

usage: test-known.py BUILD_DIR
"""

import csv
import io
import json

import jsonschema

import places
from krraudit import equal, expect, main
from places import SAMPLES

POLICY = ["--policy", SAMPLES / "policy.ini"]
RULE = "lookalike-kms"


def earlier(bench, *options):
    """The file of an earlier report of the demo."""
    path = bench.folder / "earlier.json"
    bench.run("--format", "json", *POLICY, *options, "--output", path, bench.demo())
    return path


def states(report):
    return {(finding["rule"], finding["state"]) for finding in report["findings"]}


def all_known(bench):
    """The same capture again has nothing new, and that is no failure."""
    known = ["--known", earlier(bench)]
    report = bench.report(*POLICY, *known, bench.demo(), status=(0,))
    jsonschema.validate(report, json.loads(places.SCHEMA.read_text()))
    equal({state for _, state in states(report)}, {"known"})
    equal(report["gone"], [])
    expect("0 new, 7 known, 0 gone" in bench.run(*POLICY, *known, bench.demo()).stdout, "text")


def one_new(bench):
    """What the earlier report lacks is new, and fails."""
    known = ["--known", earlier(bench, "--skip", RULE)]
    report = bench.report(*POLICY, *known, bench.demo(), status=(1,))
    equal({rule for rule, state in states(report) if state == "new"}, {RULE})
    for form in ("text", "html"):
        page = bench.run("--format", form, *POLICY, *known, bench.demo()).stdout
        expect("1 new, 6 known, 0 gone" in page, form)


def gone(bench):
    """What this audit lacks is told, and is no failure."""
    options = [*POLICY, "--known", earlier(bench), "--skip", RULE, bench.demo()]
    report = bench.report(*options, status=(0,))
    jsonschema.validate(report, json.loads(places.SCHEMA.read_text()))
    equal([finding["rule"] for finding in report["gone"]], [RULE])
    rows = list(csv.DictReader(io.StringIO(bench.run("--format", "csv", *options).stdout)))
    equal([(row["rule"], row["state"]) for row in rows if row["row"] == "gone"], [(RULE, "gone")])
    for form in ("text", "html"):
        expect(RULE in bench.run("--format", form, *options).stdout, form)


def other_frames(bench):
    """A finding is the same in another file, whatever its frames are called."""
    known, copy = earlier(bench), bench.folder / "copy.pcap"
    copy.write_bytes(bench.demo().read_bytes())
    report = bench.report(*POLICY, "--known", known, bench.demo(), copy)
    frames = {frame for finding in report["findings"] for frame in finding["frames"]}
    expect(any(str(frame).startswith("2:") for frame in frames), frames)
    equal(report["gone"], [])


def identities(bench):
    """Each finding of the demo has one of its own."""
    found = [finding["identity"] for finding in bench.report(*POLICY, bench.demo())["findings"]]
    equal(len(set(found)), len(found))


def without_state(bench):
    """Where no earlier report is given, nothing is said of it."""
    report = bench.report(*POLICY, bench.demo())
    expect("gone" not in report and "state" not in report["findings"][0], "said all the same")


def wrong_reports(bench):
    """A file that is no report of ours is refused in one line that says why, and nothing is audited."""
    whole = json.loads(earlier(bench).read_text())
    old = json.loads(json.dumps(whole))
    for finding in old["findings"]:
        del finding["identity"]
    odd = dict(whole, findings=[1])
    texts = {"no JSON": "[policy]", "empty": "", "an array": "[]", "no findings": "{}",
             "an older one": json.dumps(old), "no objects": json.dumps(odd),
             "cut": json.dumps(whole)[:-20], "with a NUL": json.dumps(whole) + "\0",
             "deep": "[" * 100_000 + "]" * 100_000}
    for name, text in texts.items():
        path = bench.folder / "wrong.json"
        path.write_text(text)
        error = bench.refused("--known", path, bench.demo())
        expect(f"{path}: " in error, f"{name}: {error}")
    expect("No such file" in bench.refused("--known", "missing.json", bench.demo()), "missing")


def not_overwritten(bench):
    """The earlier report is read, so no report takes its place."""
    path = earlier(bench)
    error = bench.refused("--known", path, "--output", path, bench.demo())
    expect(str(path) in error, error)


def lines(bench):
    """Each finding is a line with the same identity, and each capture one that says how far it was read."""
    report = bench.report(*POLICY, bench.demo())
    text = bench.run("--format", "ndjson", *POLICY, bench.demo()).stdout
    events = [json.loads(line) for line in text.splitlines()]
    alerts = [event for event in events if event["event"]["kind"] == "alert"]
    equal([(alert["event"]["id"], alert["rule"]["name"], alert["krraudit"]["frames"])
           for alert in alerts],
          [(finding["identity"], finding["rule"], finding["frames"])
           for finding in report["findings"]])
    equal([event["event"]["dataset"] for event in events[len(alerts):]], ["krraudit.capture"])
    equal(events[-1]["event"]["outcome"], "success")
    cut = bench.folder / "cut.pcap"
    cut.write_bytes(bench.demo().read_bytes()[:3000])
    last = json.loads(bench.run("--format", "ndjson", cut).stdout.splitlines()[-1])
    equal(last["event"]["outcome"], "failure")
    expect(last["krraudit"]["error"], last)


main([all_known, one_new, gone, other_frames, identities, without_state, wrong_reports,
      not_overwritten, lines])
