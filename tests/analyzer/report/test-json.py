#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON report: the names on which scripts depend, their values, and the schema.

usage: test-json.py BUILD_DIR
"""

import copy
import json
import re

import jsonschema

import places
from krraudit import equal, expect, main
from places import SAMPLES, SCENARIOS


SCHEMA = json.loads(places.SCHEMA.read_text())
POLICY = ["--policy", SAMPLES / "policy.ini"]

# What was promised; more may be there.
PROMISED = {
    "": "report_version tool captures policy preferences offers krrs negotiations findings "
        "rules_not_evaluated summary",
    "tool": "name version wireshark confinement",
    "captures": "path sha256 format frames dissected first last complete",
    "offers": "id digest key_purpose csb_id idri idrr uidi uidr idrkmsi idrkmsr time frames",
    "krrs": "id digest time creator idri idrr idrkmsi idrkmsr initiator_list receiver_list depth "
            "sub_krrs embeds signature carrier frames missing unrecognised",
    "krrs.initiator_list": "kind kms",
    "krrs.signature": "status signer",
    "negotiations": "id idri idrr key_purpose outcome started ended attempts",
    "negotiations.attempts": "offer krrs status linked_by legs",
    "negotiations.attempts.legs": "frame_request frame_response source destination call_id linked_by",
    "findings": "rule severity clause summary expected observed negotiation krr offer frames",
    "rules_not_evaluated": "rule reason",
    "summary": "krrs offers_seen negotiations errors warnings notes",
}

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")


def places(report, path):
    """All objects at a path such as "negotiations.attempts"."""
    found = [report]
    for name in filter(None, path.split(".")):
        found = [value for place in found
                 for value in (place[name] if isinstance(place[name], list) else [place[name]])]
    return found


def promised_names(bench):
    """Every name that was promised is in every object, whatever its value."""
    report = bench.report(*POLICY, bench.demo())
    for path, names in PROMISED.items():
        objects = places(report, path)
        expect(objects, f"nothing at {path}")
        for found in objects:
            equal(set(names.split()) - set(found), set(), f"missing in {path or 'the report'}")


def schema_is_strict(bench):
    """The schema knows every name: it refuses an unknown one, and the lack of a promised one."""
    report = bench.report(*POLICY, bench.demo())
    jsonschema.validate(report, SCHEMA)
    for path, names in PROMISED.items():
        for name in names.split():
            spoilt = copy.deepcopy(report)
            del places(spoilt, path)[0][name]
            expect(not jsonschema.Draft202012Validator(SCHEMA).is_valid(spoilt),
                   f"the schema does without {path}.{name}")
        spoilt = copy.deepcopy(report)
        places(spoilt, path)[0]["surprise"] = 1
        expect(not jsonschema.Draft202012Validator(SCHEMA).is_valid(spoilt),
               f"the schema takes anything in {path}")


def values(bench):
    """Times, references and sums fit together."""
    report = bench.report(*POLICY, bench.demo())
    for path, names in (("captures", "first last"), ("offers", "time"), ("krrs", "time"),
                        ("negotiations", "started ended")):
        for found in places(report, path):
            for name in names.split():
                expect(TIME.fullmatch(found[name]), f"{path}.{name}: {found[name]}")
    known = {found["id"] for kind in ("offers", "krrs", "negotiations") for found in report[kind]}
    for finding in report["findings"]:
        for name in ("negotiation", "krr", "offer"):
            expect(finding[name] is None or finding[name] in known, finding)
    for attempt in places(report, "negotiations.attempts"):
        expect({attempt["offer"], *attempt["krrs"]} <= known, attempt)
    for severity in ("error", "warning", "note"):
        equal(report["summary"][severity + "s"],
              sum(finding["severity"] == severity for finding in report["findings"]), severity)
    equal(report["summary"]["krrs"], len(report["krrs"]))
    equal(report["summary"]["negotiations"], len(report["negotiations"]))
    equal(report["summary"]["offers_seen"], 5, "offers, one of which was never redirected")
    equal(len(report["offers"]), 4, "redirected offers")
    for kind in ("offers", "krrs", "findings"):
        firsts = [found["frames"][0] for found in report[kind]]
        equal(firsts, sorted(firsts), f"order of {kind}")


def lists(bench):
    """ANY, empty, listed and missing are four things."""
    kinds = {}
    for name in ("empty-list/empty-receiver-list", "missing-field/without-creator",
                 "missing-field/without-receiver-list"):
        for krr in bench.report(bench.capture(SCENARIOS / f"{name}.scenario"))["krrs"]:
            for side in ("initiator_list", "receiver_list"):
                kinds.setdefault(krr[side]["kind"], []).append(len(krr[side]["kms"]))
    for krr in bench.report(bench.demo())["krrs"]:
        kinds.setdefault(krr["initiator_list"]["kind"], []).append(
            len(krr["initiator_list"]["kms"]))
    expect({"any", "empty", "listed"} <= set(kinds), kinds)
    for kind, counts in kinds.items():
        expect(all((count > 0) == (kind == "listed") for count in counts), f"{kind}: {counts}")


def embedded(bench):
    """A KRR that was never seen by itself is listed, with the frame that holds it."""
    name = "embedded-krr-altered/embedded-krr-not-received-one.scenario"
    report = bench.report(bench.capture(SCENARIOS / name))
    carriers = [krr["carrier"] for krr in report["krrs"]]
    equal(sorted(carriers), ["embedded", "sip-488", "sip-488"])
    inner = report["krrs"][carriers.index("embedded")]
    equal(inner["depth"], 1, "depth")
    outer = [krr for krr in report["krrs"] if krr["embeds"] == inner["id"]]
    equal([krr["sub_krrs"] for krr in outer], [1], "KRRs that embed it")
    equal(inner["frames"], outer[0]["frames"], "frames")


def several_captures(bench):
    """Frames are numbers, with several captures index:number; the schema knows both."""
    report = bench.report(*POLICY, bench.demo(), bench.copy(bench.demo()))
    jsonschema.validate(report, SCHEMA)
    for finding in report["findings"]:
        for frame in finding["frames"]:
            expect(re.fullmatch(r"[12]:\d+", frame), frame)


def same_bytes(bench):
    """The same input gives the same octets, wherever the program runs."""
    first = bench.run("--format", "json", *POLICY, bench.demo())
    second = bench.run("--format", "json", *POLICY, bench.demo(), cwd="/",
                       env=bench.environment | {"TZ": "Asia/Tokyo", "LC_ALL": "C",
                                                "HOME": "/nonexistent"})
    equal(first.stdout, second.stdout)


main([promised_names, schema_is_strict, values, lists, embedded, several_captures, same_bytes])
