#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the window of the real Wireshark say what krraudit reports, rule by rule and frame by frame?

usage: stories.py BUILD_DIR

Opens captures whose findings need a whole negotiation, with a display filter on one of the rules and
without, reloads them, and turns the rule off in the policy file on the disk. The packet list, Expert
Information and the statistics must each say what the report says. What was on the
screen last is in stories-in-wireshark.png in the build folder. Exit status 77: there is no X server to
be had.
"""

import collections
import json
import pathlib
import sys

import audits
import captures
import scenarios
import screen
import stage
from tshark import Tshark

# The rule that is filtered by, and a scenario that fires it.
STORIES = ("retry-unprovisioned-kms", "redirect-loop", "krr-flood", "krr-replayed", "retry-outside-list")
SEPARATOR = "\x1f"


def summaries(tshark):
    """{rule: the text that Expert Information has for it}"""
    rows = [line.split("\t") for line in tshark.output("-G", "fields").splitlines()]
    return {row[2].removeprefix("krr.").replace("_", "-"): row[1] for row in rows
            if row[0] == "F" and row[2].startswith("krr.")}


def counts_of(tshark, options, rules):
    """How many expert infos of each rule there are, as tshark shows them in its second pass."""
    output = tshark.output(*options, "-2", "-T", "fields", "-E", f"aggregator={SEPARATOR}",
                           "-e", "_ws.expert.message")
    messages = [message for line in output.splitlines() for message in line.split(SEPARATOR)]
    return collections.Counter(message.partition(":")[0] for message in messages
                               if message.partition(":")[0] in rules)


def frames_by_rule(report):
    frames = {}
    for finding in report["findings"]:
        frames.setdefault(finding["rule"], set()).update(finding["frames"])
    return {rule: sorted(found) for rule, found in frames.items()}


def story_of(auditor, tshark, rule, where):
    """What the session is told: what to open, and what it must see. The policy is a file of its
    own, with a group for severities."""
    scenario = next(iter(scenarios.firing(rule)))
    folder = where / rule
    folder.mkdir(mode=0o755)
    capture = captures.make(auditor.build, scenario, folder)
    named = captures.policy_of(scenario, where)
    policy = (named.parent if named else folder) / f"{rule}.ini"
    text = named.read_text() if named else ""
    policy.write_text(text if "\n[severity]\n" in text else f"{text}\n[severity]\n")
    policy.chmod(0o666)
    report = auditor.report(capture, "--policy", policy, status=(0, 1, 3))
    frames = frames_by_rule(report)
    texts = summaries(tshark)
    counts = counts_of(tshark, ["-r", capture, "-o", f"krr.policy_file:{policy}"],
                       set(auditor.rules()))
    if set(counts) != set(frames):
        sys.exit(f"{rule}: tshark shows {sorted(counts)}, krraudit {sorted(frames)}")
    return {"rule": rule, "filter": f"krr.{rule.replace('-', '_')}", "capture": str(capture),
            "policy": str(policy), "frames": frames, "counts": counts,
            "texts": {name: texts[name] for name in counts}}


def run(build, where, picture):
    tshark = Tshark(build, where / "told")
    with audits.Server(build) as auditor:
        stories = [story_of(auditor, tshark, rule, where) for rule in STORIES]
    told = where / "stories.json"
    told.write_text(json.dumps(stories))
    told.chmod(0o644)
    return stage.play(build, where, stage.HERE / "stories-session.py", [told], picture, 580)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with captures.folder() as where:
        (where / "told").mkdir(mode=0o755)
        try:
            status = run(build, where, build / "stories-in-wireshark.png")
        except screen.NoScreen as error:
            print(f"SKIPPED, since there is no X server to be had: {error}")
            status = 77
    sys.exit(status)


main()
