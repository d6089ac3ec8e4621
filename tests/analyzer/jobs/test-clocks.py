#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clocks that are set, and clocks that differ: the same story is told, and it is said.

usage: test-clocks.py BUILD_DIR
"""

import dataclasses

import pcapfile
from krraudit import equal, expect, main
from places import SCENARIOS

POLICY = ["--policy", SCENARIOS / "policy-domains.ini"]
# Each with its rules; the second has a retry that breaks some.
STORIES = ["story/two-domains", "retry-same-pair/same-pair-again",
           "krr-not-forwarded/second-of-three-drops-krr",
           "received-krr-not-embedded/server-sends-own-krr"]
SECOND = pcapfile.SECOND


def moved(packets, by_ns):
    return [dataclasses.replace(packet, time_ns=packet.time_ns + by_ns) for packet in packets]


def sent_by(packet):
    """The two addresses, in their order."""
    return packet.octets[26:34]


def gist(report):
    """What is told of the negotiations, and the rules that fired."""
    return ([(negotiation["outcome"], [attempt["status"] for attempt in negotiation["attempts"]])
             for negotiation in report["negotiations"]],
            sorted(finding["rule"] for finding in report["findings"]))


def capture_of(bench, story):
    return bench.capture(SCENARIOS / f"{story}.scenario")


def set_back_anywhere(bench):
    """A clock that is set back before any frame makes no other story, and times are the file's."""
    for story in STORIES:
        path = capture_of(bench, story)
        whole = bench.report(*POLICY, path)
        header, packets = pcapfile.read(path)
        target = bench.folder / "set.pcap"
        for place in range(1, len(packets)):
            for by in (-2, -3600):
                pcapfile.write(target, header,
                               packets[:place] + moved(packets[place:], by * SECOND))
                report = bench.report(*POLICY, target)
                if by < -10 or sent_by(packets[place]) in map(sent_by, packets[:place]):
                    equal(gist(report), gist(whole), f"{story}, {by} s before frame {place + 1}")


def steps_are_told(bench):
    path = capture_of(bench, "retry-same-pair/same-pair-again")
    header, packets = pcapfile.read(path)
    target = bench.folder / "step.pcap"
    pcapfile.write(target, header, packets[:3] + moved(packets[3:], -3600 * SECOND))
    report = bench.report(*POLICY, target)
    clock = report["captures"][0]["clock"]
    equal([step["frame"] for step in clock["steps"]], [4])
    expect(abs(clock["steps"][0]["shift_ns"] - 3600 * SECOND) < 60 * SECOND, clock)
    expect("its clock was set 1 time, first before frame 4" in
           " ".join(bench.run("-f", "text", *POLICY, target).stdout.split()), "text")


def offsets_between_hops(bench):
    """A file for each hop, one of whose clocks is wrong by some seconds or hours."""
    for story in STORIES:
        path = capture_of(bench, story)
        header, packets = pcapfile.read(path)
        whole = gist(bench.report(*POLICY, path))
        hops = list(dict.fromkeys(packet.hop for packet in packets))
        if len(hops) < 2:
            continue
        for wrong in range(len(hops)):
            for by in (-3600, -5, 5, 3600):
                paths = []
                for number, hop in enumerate(hops):
                    paths.append(bench.folder / f"hop-{number}.pcap")
                    own = [packet for packet in packets if packet.hop == hop]
                    pcapfile.write(paths[-1], header, moved(own, by * SECOND * (number == wrong)))
                report = bench.report(*POLICY, *paths)
                equal(gist(report), whole, f"{story}, {by} s on hop {wrong}")
                offsets = [capture.get("clock", {}).get("offset_ns", 0)
                           for capture in report["captures"]]
                expect(any(abs(abs(offset) - abs(by) * SECOND) < SECOND for offset in offsets),
                       f"{story}, {by} s on hop {wrong}: {offsets}")


def files_one_behind_the_other(bench):
    """The files of hops, put one behind the other, are no clock that was set."""
    for story in STORIES:
        path = capture_of(bench, story)
        header, packets = pcapfile.read(path)
        hops = list(dict.fromkeys(packet.hop for packet in packets))
        target = bench.folder / "joined.pcap"
        pcapfile.write(target, header, [packet for hop in hops for packet in packets
                                        if packet.hop == hop])
        equal(gist(bench.report(*POLICY, target)), gist(bench.report(*POLICY, path)), story)


def same_clocks_are_not_corrected(bench):
    for story in STORIES:
        path = capture_of(bench, story)
        header, packets = pcapfile.read(path)
        paths = []
        for number, hop in enumerate(dict.fromkeys(packet.hop for packet in packets)):
            paths.append(bench.folder / f"same-{number}.pcap")
            pcapfile.write(paths[-1], header, [p for p in packets if p.hop == hop])
        report = bench.report(*POLICY, path, *paths)
        expect(not any("clock" in capture for capture in report["captures"]), story)


main([set_back_anywhere, steps_are_told, offsets_between_hops, same_clocks_are_not_corrected,
      files_one_behind_the_other])
