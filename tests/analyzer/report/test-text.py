#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The text report: the ladder, and that nothing of the JSON report is lost in it.

usage: test-text.py BUILD_DIR
"""

import re
import unicodedata

import scenarios
from krraudit import equal, expect, main, path
from places import SAMPLES
from scenarios import HOSTS, OFFER, REDIRECT

POLICY = ["--policy", SAMPLES / "policy.ini"]

# All on one machine: the ports tell who is who.
ONE_MACHINE = """
title  Two programs on one machine
expect none
host alice 127.0.0.1:5070 sip:alice@home.example.org
host proxy 127.0.0.1:5080
""" + OFFER + REDIRECT + """\
at 0.000 alice -> proxy INVITE offer=first
at 0.030 proxy -> alice 488    krr=redirect
"""

# A request is no answer: what cannot be read in it belongs to no attempt.
BROKEN_REQUEST = """
title  A broken KRR in a request
expect malformed-krr
""" + HOSTS + """\
body broken krr
<KmsRedirectResponse
end
at 0.000 alice -> proxy MESSAGE body=broken
"""


def columns(line):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def text(bench, *arguments):
    result = bench.run(*arguments)
    expect(result.returncode in (0, 1, 3) and not result.stderr, result.stderr)
    for line in result.stdout.splitlines():
        expect(columns(line) < 80, f"{columns(line)} columns: {line}")
        expect(line == line.rstrip(), f"white space at the end of: {line}")
    return result.stdout


def arrows(report):
    """(mark, frame, what is drawn) of each message of the ladders."""
    pattern = re.compile(r"^(.) [ +\-.\d]*?([\d:]+)  (\|.*\|)$", re.MULTILINE)
    return [match.groups() for match in pattern.finditer(report)]


def sample(bench):
    """The ladder of the sample tells who sent what to whom, and which messages are cited."""
    report = text(bench, *POLICY, bench.demo())
    found = {int(frame): (mark, drawn) for mark, frame, drawn in arrows(report)}
    whole = bench.report(*POLICY, bench.demo())
    for negotiation in whole["negotiations"]:
        for attempt in negotiation["attempts"]:
            for leg in attempt["legs"]:
                request, answer = leg["frame_request"], leg["frame_response"]
                expect(f" INVITE {attempt['offer']} " in found[request][1], f"frame {request}")
                expect(re.search(rf"<-* {leg['status']}\b", found[answer][1]), f"frame {answer}")
    expect("<--- 488 krr-3 ----" in found[28][1], found[28][1])
    expect(re.search(r"^ +\| +embeds krr-2 +\|", report, re.MULTILINE), "no embedded KRR")
    gravity = {"error": "E", "warning": "W", "note": "n"}
    for frame, (mark, _) in found.items():
        marks = [gravity[finding["severity"]] for finding in whole["findings"]
                 if frame in finding["frames"]]
        equal(mark, min(marks, default=" ", key="EWn".find), f"mark of frame {frame}")
    # The policy knows two of the addresses.
    heading = report[:report.index("1. 09:31:00")].splitlines()[-3:]
    expect("sip:is-proxy@partner.example.org" in "".join(heading), heading)
    expect("192.0.2.100" in "".join(heading), heading)
    expect("198.51.100.12 is sip:is-proxy@partner.example.org, is-proxy" in report, "no place")


def nothing_lost(bench):
    """Whatever the JSON report says of KRRs, offers and findings stands in the text, too."""
    flat = re.sub(r"\s+", " ", text(bench, *POLICY, bench.demo()))
    whole = bench.report(*POLICY, bench.demo())
    for krr in whole["krrs"]:
        for word in (krr["id"], krr["creator"], *krr["receiver_list"]["kms"]):
            expect(word in flat, word)
    for offer in whole["offers"]:
        for word in (offer["id"], offer["idri"], offer["idrr"], f"initiator's KMS: "
                     f"{offer['idrkmsi']}", f"receiver's KMS: {offer['idrkmsr']}"):
            expect(word in flat, word)
    for finding in whole["findings"]:
        for word in (finding["rule"], finding["summary"], finding["observed"],
                     finding["expected"]):
            expect(word in flat, word)
    for negotiation in whole["negotiations"]:
        expect(f"{negotiation['id']}: {negotiation['outcome']}" in flat, negotiation["id"])
    for gap in whole["rules_not_evaluated"]:
        expect(gap["rule"] in flat and gap["reason"] in flat, gap)
    equal(flat.count("A clause 3.x is clause 7.2.1.3.x of TR 33.880."), 1, "legend of clauses")


def findings_with_their_negotiation(bench):
    """A finding stands behind its negotiation and before the next one."""
    report = text(bench, *POLICY, bench.demo())
    first = report.index("\nnegotiation-1: ")
    second = report.index("\nnegotiation-2: ")
    expect("unsigned-krr (clause" in report[first:second], "the first has one")
    expect("list-widened (clause" not in report[first:second], "that of the second")
    expect("list-widened (clause" in report[second:], "not there")
    expect(re.search(r"error +list-widened +1 +negotiation-2\n", report[:first]), "no summary")
    expect(re.search(r"warning +unsigned-krr +3 +negotiation-1, -2\n", report[:first]), "summary")


def without_a_negotiation(bench):
    """What belongs to no negotiation is told behind all of them."""
    capture = bench.capture(BROKEN_REQUEST, "broken-request")
    expect("\nOTHER FINDINGS\n\nerror     malformed-krr (clause 3.2.1)\n" in text(bench, capture),
           "the finding is not there")


def as_many_as_fit(bench):
    """Six entities stand side by side."""
    report = text(bench, bench.capture(path(6), "six"))
    equal(len(arrows(report)), 10, "arrows")
    expect("side by side" not in report, "they do not fit")


def more_than_fit(bench):
    """Nine do not: the report says so, and each message is a line."""
    report = text(bench, bench.capture(path(9), "nine"))
    equal(arrows(report), [])
    equal(report.count("(9 entities do not fit side by side: each message is a line.)"), 1)
    expect(re.search(r"192\.0\.2\.1 -> 192\.0\.2\.2: INVITE offer-1\n", report), "a request")
    expect(re.search(r"192\.0\.2\.9 -> 192\.0\.2\.8: 488 krr-1\n", report), "an answer")


def one_machine(bench):
    """Where all have one address, entities are told apart by their ports."""
    report = text(bench, bench.capture(ONE_MACHINE, "one-machine"))
    expect("127.0.0.1:5070" in report and "127.0.0.1:5080" in report, report)
    equal(len(arrows(report)), 2, "arrows")


def several_captures(bench):
    """Frames of several captures are written index:number; the ladder has them, too."""
    report = text(bench, *POLICY, bench.demo(), bench.copy(bench.demo()))
    expect(("E", "1:28") in [(mark, frame) for mark, frame, _ in arrows(report)], "no frame 1:28")


def hostile(bench):
    """Whatever comes out of a capture, a line stays a line of 79 columns at most."""
    for scenario in scenarios.all_of("hostile"):
        text(bench, bench.capture(scenario))


def colours(bench):
    """Escape sequences go to terminals only."""
    expect("\x1b" not in text(bench, *POLICY, bench.demo()), "colours in a pipe")


main([sample, nothing_lost, findings_with_their_negotiation, without_a_negotiation,
      as_many_as_fit, more_than_fit, one_machine, several_captures, hostile, colours])
