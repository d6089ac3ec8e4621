#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Audits the same story, captured in several ways: what is found must agree.

usage: variants.py BUILD_DIR [VARIANT...]

A variant says which captures there are in place of the one of the scenario: one file a hop, with
clocks that differ, in another order, overlapping, or cut at the end. Nothing may be found that the
whole capture does not show. What the whole capture shows must be found wherever the frames that
prove it are there. Where all frames are there, the negotiations must be the same as well: attempts,
answers, and legs in the order of the path.
"""

import collections
import dataclasses
import itertools
import pathlib
import sys
import tempfile

import audits
import captures
import pcapfile
import scenarios
from places import SOURCE

# Stories over several hops: legal ones, and some in which a rule of each kind is broken.
STORIES = [
    "tests/scenarios/story/two-domains",
    "tests/scenarios/story/three-attempts",
    "tests/scenarios/story/forking",
    "tests/scenarios/story/credentials",
    "tests/scenarios/story/lossy",
    "tests/scenarios/story/late-answer",
    "tests/scenarios/krr-not-forwarded/server-answers-without-krr",
    "tests/scenarios/krr-not-forwarded/server-never-answers",
    "tests/scenarios/krr-not-forwarded/second-of-three-drops-krr",
    "tests/scenarios/received-krr-not-embedded/server-sends-own-krr",
    "tests/scenarios/received-krr-not-embedded/krr-dropped-two-hops-away",
    "tests/scenarios/received-krr-not-embedded/two-devices-of-one-user",
    "tests/scenarios/offer-forwarded-after-krr/proxy-redirects-and-forwards",
    "tests/scenarios/acted-before-acceptance/refused-in-the-body",
    "tests/scenarios/acted-before-acceptance/user-waits-for-kms",
    "tests/scenarios/krr-not-reported/often-in-touch-with-kms",
    "tests/scenarios/krr-not-reported/user-was-offline",
    "tests/scenarios/certificate-not-requested/everything-else-requested",
    "samples/scenarios/demo",
]

# Rules that one sighting of a KRR proves; all others need every frame that they cite.
PROVED_BY_ONE_SIGHTING = {
    "unsigned-krr", "unknown-kms", "lookalike-kms", "list-widened", "steered-to-own-domain",
}
# What did not happen is proved by how long the capture goes on, which no cited frame shows.
PROVED_BY_ABSENCE = {
    "tests/scenarios/krr-not-forwarded/server-never-answers",
    "tests/scenarios/krr-not-reported/often-in-touch-with-kms",
    "tests/scenarios/certificate-not-requested/everything-else-requested",
}


@dataclasses.dataclass(frozen=True)
class Variant:
    """The files in place of the one capture, made of the packets by hop (in order of time)."""
    files: collections.abc.Callable
    whole: bool             # all files together hold all frames
    same_frames: bool = False  # and the findings cite the same ones, not only others of that kind


def shifted(packets, seconds):
    """As a probe would have it whose clock is ahead by so much."""
    return [dataclasses.replace(packet, time_ns=packet.time_ns + int(seconds * pcapfile.SECOND))
            for packet in packets]


def with_clocks(offsets):
    """One file a hop, their clocks ahead by these seconds in turn."""
    return lambda hops: [[shifted(hop, offsets[place % len(offsets)])
                          for place, hop in enumerate(hops)]]


def cut(share):
    """One file a hop, each of which ends after a share of its frames."""
    return lambda hops: [[hop[:max(1, round(len(hop) * share))] for hop in hops]]


def overlapping(hops):
    """One file a server, with the hops on either side of it: most frames are in two files."""
    servers = sorted({address for hop in hops for address in hop[0].hop})
    sides = [sorted((packet for hop in hops if server in hop[0].hop for packet in hop),
                    key=lambda packet: packet.number) for server in servers]
    return [[shifted(packets, place * 0.1) for place, packets in enumerate(sides)]]


def two_probes(hops):
    """Two files, of every other hop each: both sides of a server, never in the same file."""
    halves = [sorted((packet for hop in hops[first::2] for packet in hop),
                     key=lambda packet: packet.number) for first in (0, 1)]
    return [[half for half in halves if half]]


# Each gives a list of audits, and for each of these the list of its files.
VARIANTS = {
    "each-hop-alone": Variant(lambda hops: [[hop] for hop in hops], whole=False),
    "last-two-hops": Variant(lambda hops: [hops[-2:]], whole=False),
    "file-a-hop": Variant(lambda hops: [hops], whole=True, same_frames=True),
    "files-shuffled": Variant(lambda hops: [hops[1::2] + hops[::2], hops[::-1]],
                              whole=True, same_frames=True),
    "two-probes": Variant(two_probes, whole=True, same_frames=True),
    "clocks-ahead": Variant(with_clocks([0, 0.3, 0.6, 0.9]), whole=True),
    "clocks-behind": Variant(with_clocks([0.9, 0.6, 0.3, 0]), whole=True),
    "clocks-astray": Variant(with_clocks([0.5, -0.4, 0.45, 0, -0.5]), whole=True),
    "overlapping": Variant(overlapping, whole=True),
    "cut-late": Variant(cut(0.9), whole=False),
    "cut-halfway": Variant(cut(0.5), whole=False),
    "cut-early": Variant(cut(0.25), whole=False),
}


class Audit:
    """What krraudit reports on some files."""

    def __init__(self, auditor, options, paths, numbers):
        """numbers: of each file, the number that each of its frames has in the whole capture."""
        self.report = auditor.report(*options, *paths)
        self.numbers = numbers
        self.digests = {krr["id"]: krr["digest"] for krr in self.report["krrs"]}
        self.offers = {offer["id"]: offer["digest"] for offer in self.report["offers"]}

    def frame(self, name):
        """The number in the whole capture of a frame that the report cites."""
        index, number = map(int, name.split(":")) if isinstance(name, str) else (1, name)
        return self.numbers[index - 1][number - 1]

    def findings(self):
        """The rules that fired and on what, each with the sets of frames that were cited. Of an
        offer the KRR before it is not always the same: on each hop it may be another one. What is
        in doubt depends on what is not there."""
        found = collections.defaultdict(set)
        for finding in self.report["findings"]:
            if finding.get("doubt"):
                continue
            about = (finding["rule"],
                     self.offers.get(finding["offer"]) or self.digests.get(finding["krr"]))
            found[about].add(frozenset(self.frame(frame) for frame in finding["frames"]))
        return dict(found)

    def story(self):
        """The negotiations without what depends on numbers."""
        return sorted(self._negotiation(negotiation)
                      for negotiation in self.report["negotiations"])

    @staticmethod
    def _path(attempt):
        """The legs in their order; branches of a fork, whose order is that of time, sorted."""
        legs = [(leg["source"], leg["destination"], leg["call_id"]) for leg in attempt["legs"]]
        return [leg for _, branches in itertools.groupby(legs, key=lambda leg: leg[0])
                for leg in sorted(branches)]

    def _negotiation(self, negotiation):
        attempts = [(self.offers.get(attempt["offer"]), attempt["status"],
                     sorted(self.digests[krr] for krr in attempt["krrs"]), self._path(attempt))
                    for attempt in negotiation["attempts"]]
        return (negotiation["idri"], negotiation["idrr"], negotiation["key_purpose"],
                negotiation["outcome"], attempts)


def is_provable(rule, frames, kept, story):
    """Do the frames that are there prove what was found in the whole capture?"""
    if story in PROVED_BY_ABSENCE:
        return False
    return bool(frames & kept) if rule in PROVED_BY_ONE_SIGHTING else frames <= kept


def differences(story, variant, whole, part, kept):
    """Yields what does not agree."""
    expected, found = whole.findings(), part.findings()
    for about in found.keys() - expected.keys():
        # Where its KRR is not there, a retry looks like a first offer, and is judged as one.
        if about[0] == "offer-unprovisioned-kms" and not variant.whole and \
                any(rule == "retry-unprovisioned-kms" for rule, _ in expected):
            continue
        yield f"found only here: {about[0]}: {[sorted(frames) for frames in found[about]]}"
    for about in expected.keys() - found.keys():
        if variant.whole or any(is_provable(about[0], frames, kept, story)
                                for frames in expected[about]):
            yield f"not found here: {about[0]}"
    if variant.whole and part.story() != whole.story():
        yield f"another story: {part.story()}"
        yield f"instead of: {whole.story()}"
    if variant.same_frames and found != expected:
        yield f"other frames: {found} instead of {expected}"


class Story:
    """A scenario, its capture, and what is found in the whole of it."""

    def __init__(self, auditor, name, folder):
        self.auditor, self.name, self.folder = auditor, name, pathlib.Path(folder)
        scenario = SOURCE / f"{name}.scenario"
        capture = captures.make(auditor.build, scenario, self.folder)
        policy = scenarios.policy_of(scenario)
        self.options = ["--policy", policy] if policy else []
        self.header, packets = pcapfile.read(capture)
        self.hops = list(self._by_hop(packets))
        self.whole = Audit(auditor, self.options, [capture],
                           [[packet.number for packet in packets]])

    @staticmethod
    def _by_hop(packets):
        hops = {}
        for packet in packets:
            hops.setdefault(packet.hop, []).append(packet)
        return hops.values()

    def audit(self, files):
        """What is found in these files in place of the capture."""
        paths = [self.folder / f"{place}.pcap" for place in range(1, len(files) + 1)]
        for path, packets in zip(paths, files):
            pcapfile.write(path, self.header, packets)
        return Audit(self.auditor, self.options, paths,
                     [[packet.number for packet in packets] for packets in files])

    def check(self, variant):
        """Yields what does not agree with the whole capture."""
        for files in variant.files(self.hops):
            kept = {packet.number for packets in files for packet in packets}
            yield from differences(self.name, variant, self.whole, self.audit(files), kept)


def main():
    variants = sys.argv[2:] or VARIANTS
    problems = []
    with audits.Server(sys.argv[1]) as auditor:
        for name in STORIES:
            with tempfile.TemporaryDirectory() as folder:
                story = Story(auditor, name, folder)
                problems += [f"{name}, {variant}: {line}" for variant in variants
                             for line in story.check(VARIANTS[variant])]
    print(*problems, sep="\n")
    print(f"{len(STORIES)} stories, {len(variants)} variants, {len(problems)} differences")
    sys.exit(1 if problems else 0)


main()
