#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that Wireshark tells the same story of a capture as krraudit's report, frame by frame.

usage: test-links.py BUILD_DIR

In the second pass of tshark each frame that a finding cites has the expert info of that rule, with
the words of the report, and no other frame has it. Expert Information and the statistics, which go
through the frames without a tree, count the same rules. The frames of each negotiation have its number;
the KRR of each leg names the frame of its offer, the offer that of its KRR, and the time between:
that of the frames, or what copies of messages state.
"""

import collections
import decimal
import itertools
import re
import sys

import audits
import captures
import scenarios
from tshark import Tshark

FIELDS = ["frame.number", "frame.time_epoch", "hep.time", "krr.offer_in", "krr.time_since_offer",
          "krr.answered_in", "krr.negotiation", "krr.attempt", "krr.retried_in", "krr.retry_of",
          "hep.seconds", "hep.microseconds", "_ws.expert.message"]

# Those that are looked at in one pass as well: on several hops, over TCP, in the form of multiparts.
ONE_PASS = ("list-widened/kms-added.scenario", "carrier/tcp-two-in-one-segment.scenario",
            "carrier/multipart.scenario")

# Seen on both sides of an address translator: one leg to the report, while Wireshark links each side.
BOTH_SIDES = ["both-sides-of-nat"]

# Of the frames of a finding, so many are named in an expert info.
MOST_FRAMES = 12
PLACE = r"(?:negotiation \d+, )?frames? [\d, and]+(?: more)?"

# A message in two media of one offer, or two messages in a frame: links stand several times.
SEPARATOR = "\x1f"


def chosen():
    """A capture that fires each rule, and every carrier."""
    return [*scenarios.one_a_rule(without=BOTH_SIDES), *scenarios.all_of("carrier")]


def options(capture, report):
    """For a tshark with the preferences that krraudit had."""
    return ["-r", capture, *(word for name, value in report["preferences"].items()
                             for word in ("-o", f"{name}:{value}"))]


def frames_of(tshark, ask):
    """What tshark says of each frame: the values of each field, as texts."""
    words = [word for field in FIELDS for word in ("-e", field)]
    output = tshark.output(*ask, "-T", "fields", "-E", "occurrence=a",
                           "-E", f"aggregator={SEPARATOR}", *words)
    rows = [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in output.splitlines()]
    return {int(row["frame.number"]): {name: value.split(SEPARATOR) if value else []
                                       for name, value in row.items()} for row in rows}


def rules_shown(frames, rules):
    """(frame, rule, words, place) of each expert info of ours; place: "" where it is the frame's
    alone."""
    for number, frame in frames.items():
        for message in frame["_ws.expert.message"]:
            rule, _, words = message.partition(": ")
            words, place = re.fullmatch(rf"(.*?)(?: \[({PLACE})\])?", words, re.DOTALL).groups("")
            if rule in rules:
                yield number, rule, words.partition(" Expected: ")[0], place


def place_of(finding):
    """Its negotiation and its frames, as an expert info names them."""
    frames = finding["frames"]
    named = ", ".join(map(str, frames[:MOST_FRAMES]))
    more = f" and {len(frames) - MOST_FRAMES} more" if len(frames) > MOST_FRAMES else ""
    negotiation = (finding["negotiation"] or "").replace("-", " ")
    return f"{negotiation}{', ' if negotiation else ''}frame{'s' if frames[1:] else ''} {named}{more}"


def rules_reported(report):
    for finding in report["findings"]:
        for frame in finding["frames"]:
            yield frame, finding["rule"], finding["observed"], place_of(finding)


def gist(found):
    """Without the words of rules whose dissector says it of one message, the report of all."""
    return {(frame, rule, "" if rule in ("wrong-carrier", "offer-signer-unknown-kms") else words)
            for frame, rule, words, _ in found}


def wrong_places(shown, reported):
    for frame, rule, _, place in shown:
        places = [other for *about, _, other in reported if about == [frame, rule]]
        if place and place not in places:
            yield f"frame {frame}: {rule} has its evidence in {places}, not in {place}"


def whole(shown, reported):
    """The shown ones with all the words of a text that Wireshark would have cut."""
    for frame, rule, words, place in shown:
        said = [other for *about, other, _ in reported if about == [frame, rule]]
        if words.endswith("..."):
            words = next((other for other in said if other.startswith(words[:-3])), words)
        yield frame, rule, words, place


def wrong_rules(frames, report, rules):
    found = [*rules_reported(report)]
    seen = [*whole(rules_shown(frames, rules), found)]
    yield from wrong_places(seen, found)
    shown, reported = gist(seen), gist(found)
    for found in sorted(shown - reported):
        yield f"only Wireshark: {found}"
    for found in sorted(reported - shown):
        yield f"only krraudit: {found}"


def counted(output, rules):
    """How often each rule fired, as -z expert and -z krr,tree print it."""
    experts, trees = collections.Counter(), {}
    for line in output.splitlines():
        words = line.split()
        if len(words) > 3 and words[0].isdigit() and words[3].removesuffix(":") in rules:
            experts[words[3].removesuffix(":")] += int(words[0])
        elif line.startswith(" ") and words and words[0] in rules:
            trees[words[0]] = int(words[1])
    return experts, trees


def wrong_counts(tshark, ask, frames, rules):
    """Those who listen get no tree, and the same rules."""
    shown = collections.Counter(rule for _, rule, *_ in rules_shown(frames, rules))
    output = tshark.output(*ask, "-2", "-q", "-z", "expert,note", "-z", "krr,tree")
    for where, counts in zip(("Expert Information", "the statistics"), counted(output, rules)):
        if counts != shown:
            yield f"{where}: {dict(counts)}, not {dict(shown)}"


def times_of(frame):
    """When what it carries was sent, in seconds of the day: what a capture agent says, or the frame."""
    said = [re.search(r"(\d\d):(\d\d):(\d\d\.\d+)", text).groups() for text in frame["hep.time"]]
    if said:
        return [int(hours) * 3600 + int(minutes) * 60 + decimal.Decimal(seconds)
                for hours, minutes, seconds in said]
    return [decimal.Decimal(frame["frame.time_epoch"][0]) % 86400]


def wrong_leg(frames, leg):
    """A leg that a KRR answered, in both directions."""
    offer, answer = leg["frame_request"], leg["frame_response"]
    if str(offer) not in frames[answer]["krr.offer_in"]:
        yield f"frame {answer}: offer in {frames[answer]['krr.offer_in']}, not {offer}"
    if str(answer) not in frames[offer]["krr.answered_in"]:
        yield f"frame {offer}: answered in {frames[offer]['krr.answered_in']}, not {answer}"
    delays = [after - before for after in times_of(frames[answer])
              for before in times_of(frames[offer])]
    shown = [decimal.Decimal(value) for value in frames[answer]["krr.time_since_offer"]]
    if not set(delays) & set(shown):
        yield f"frame {answer}: {shown} since the offer, not {delays}"


def members(negotiation, report):
    """The frames that are parts of it."""
    named = {thing["id"]: thing for thing in [*report["offers"], *report["krrs"]]}
    for attempt in negotiation["attempts"]:
        for name in [attempt["offer"], *attempt["krrs"]]:
            yield from named[name]["frames"] if name else []
        for leg in attempt["legs"]:
            yield from filter(None, [leg["frame_request"]])
            if leg["status"] and leg["status"] >= 200:
                yield leg["frame_response"]


def wrong_negotiations(frames, report):
    for negotiation in report["negotiations"]:
        number = negotiation["id"].removeprefix("negotiation-")
        shown = {frame for frame, values in frames.items() if number in values["krr.negotiation"]}
        if shown != set(members(negotiation, report)):
            yield (f"negotiation {number}: shown in {sorted(shown)}, "
                   f"reported in {sorted(set(members(negotiation, report)))}")


def wrong_links(frames, report):
    """Wireshark has no item for a KRR that nobody could read, and so nothing to link."""
    krrs = {krr["id"]: krr for krr in report["krrs"]}
    for negotiation in report["negotiations"]:
        for attempt in negotiation["attempts"]:
            answers = {frame for krr in attempt["krrs"] if not krrs[krr].get("unreadable")
                       for frame in krrs[krr]["frames"]}
            for leg in attempt["legs"] if attempt["offer"] else []:
                if leg["linked_by"] == "krr-identities":
                    continue  # its request lost the offer on its way
                if leg["frame_request"] and leg["frame_response"] in answers:
                    yield from wrong_leg(frames, leg)


def same_hop(leg, attempt):
    """The request of another attempt that went the same way; None where none was captured."""
    ways = [(other["source"], other["destination"], other["frame_request"])
            for other in attempt["legs"] if other["frame_request"]]
    return next((frame for *way, frame in ways if way == [leg["source"], leg["destination"]]), None)


def wrong_retries(frames, report):
    krrs = {krr["id"]: krr for krr in report["krrs"]}
    for negotiation in report["negotiations"]:
        for attempt, following in itertools.pairwise(negotiation["attempts"]):
            answers = {frame for krr in attempt["krrs"] for frame in krrs[krr]["frames"]}
            for leg in attempt["legs"]:
                answer, retry = leg["frame_response"], same_hop(leg, following)
                if answer not in answers or not retry:
                    continue
                if str(retry) not in frames[answer]["krr.retried_in"]:
                    yield f"frame {answer}: {frames[answer]['krr.retried_in']}, not retried in {retry}"
                if str(answer) not in frames[retry]["krr.retry_of"]:
                    yield f"frame {retry}: {frames[retry]['krr.retry_of']}, not a retry of {answer}"


def wrong_in_one_pass(tshark, ask, frames):
    """What came before is known in one pass too, whoever looks at it: the output, or a filter."""
    fields = ["frame.number", "krr.offer_in", "krr.time_since_offer"]
    words = [word for field in fields for word in ("-e", field)]
    wanted = [(number, *(SEPARATOR.join(frame[field]) for field in fields[1:]))
              for number, frame in frames.items()]
    linked = [row[0] for row in wanted if row[1]]
    printed = tshark.output(*ask, "-T", "fields", "-E", "occurrence=a",
                            "-E", f"aggregator={SEPARATOR}", *words)
    filtered = tshark.output(*ask, "-Y", "krr.offer_in", "-T", "fields", "-e", "frame.number")
    rows = [tuple(line.split("\t")) for line in printed.splitlines()]
    if rows != [(str(number), *values) for number, *values in wanted]:
        yield f"other links in one pass: {rows}, not {wanted}"
    if [int(line) for line in filtered.splitlines()] != linked:
        yield f"a filter in one pass finds {filtered.split()}, not {linked}"


def compare(auditor, tshark, scenario, where, rules):
    capture = captures.make(auditor.build, scenario, where)
    policy = captures.policy_of(scenario, where)
    report = auditor.report(capture, *(["--policy", policy] if policy else []), status=(0, 1, 3))
    ask = options(capture, report)
    frames = frames_of(tshark, [*ask, "-2"])
    one_pass = scenarios.name_of(scenario) in ONE_PASS
    return [*wrong_rules(frames, report, rules), *wrong_counts(tshark, ask, frames, rules),
            *wrong_negotiations(frames, report),
            *wrong_links(frames, report), *wrong_retries(frames, report),
            *(wrong_in_one_pass(tshark, ask, frames) if one_pass else [])]


def main(build):
    paths = chosen()
    with captures.folder() as where, audits.Server(build) as auditor:
        rules, tshark = auditor.rules(), Tshark(build, where)
        problems = [f"{scenarios.name_of(scenario)}: {problem}" for scenario in paths
                    for problem in compare(auditor, tshark, scenario, where, rules)]
    print(*problems, sep="\n")
    print(f"{len(paths)} scenarios, {len({line.partition(': ')[0] for line in problems})} failed")
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
