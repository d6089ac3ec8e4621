#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""--evidence: the frames that prove the findings, and whether they still do so by themselves.

usage: test-evidence.py BUILD_DIR
"""

import json
import struct
import subprocess

import pcapfile
import scenarios
from krraudit import equal, expect, gist, main, one_line
from places import POLICY, SAMPLES, SCENARIOS

ETHERNET, RAW_IP = 1, 101
NANOSECONDS, MICROSECONDS = 9, 6


# Characters of a comment that Wireshark's packet details show whole.
LONGEST_COMMENT = 230


def tshark(capture, *fields):
    """A row of fields for each frame; nothing may be wrong with the file."""
    command = ["tshark", "-r", capture, "-T", "fields", "-E", "aggregator=\x1f"]
    for field in fields:
        command += ["-e", field]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    complaints = [line for line in result.stderr.splitlines() if "Running as user" not in line]
    equal((result.returncode, complaints), (0, []), "tshark")
    return [line.split("\t") for line in result.stdout.splitlines()]


def frames(capture):
    """(time in nanoseconds, octets) of each."""
    return [(packet.time_ns, packet.octets) for packet in pcapfile.read(capture)[1]]


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind, body):
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def pcapng(interfaces, packets):
    """interfaces: (link type, name, resolution); packets: (interface, time in ns, octets, comment)."""
    octets = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link_type, name, resolution in interfaces:
        octets += block(1, struct.pack("<HHI", link_type, 0, 262144) + option(2, name.encode()) +
                        option(9, bytes([resolution])) + option(0, b""))
    for interface, time, packet, comment in packets:
        units = time // 10 ** (9 - interfaces[interface][2])
        body = struct.pack("<IIIII", interface, units >> 32, units & 0xFFFFFFFF, len(packet),
                           len(packet)) + packet + bytes(-len(packet) % 4)
        if comment:
            body += option(1, comment.encode()) + option(0, b"")
        octets += block(6, body)
    return octets


def again(bench, *arguments, captures, options=()):
    """Audits captures and the evidence of that; the findings must be the same. Returns the first
    report and the name of the evidence."""
    evidence = bench.folder / "evidence.pcapng"
    first = bench.report("--evidence", evidence, *arguments, *options, *captures)
    second = bench.report(*options, evidence)
    equal(gist(second), gist(first), "findings of the evidence")
    return first, evidence


def demo(bench):
    """The sample: only what belongs to the findings, in order, with its times, and why."""
    report, evidence = again(bench, captures=[bench.demo()],
                             options=["--policy", SAMPLES / "policy.ini"])
    rows = tshark(evidence, "frame.time_epoch", "frame.comment")
    source = tshark(bench.demo(), "frame.time_epoch")
    expect(0 < len(rows) < len(source), "all frames, or none")
    cited = {frame for finding in report["findings"] for frame in finding["frames"]}
    told = {}
    for time, comment in rows:
        name, *said = comment.split("\x1f")
        expect(said and max(map(len, said)) <= LONGEST_COMMENT, f"comments of {name}: {said}")
        expect(name.startswith("frame ") and name.endswith(" of demo.pcap"), f"origin: {name}")
        number = int(name.split()[1])
        equal(time, source[number - 1][0], f"time of frame {number}")
        told[number] = comment
    equal(sorted(told), list(told), "order")
    expect(cited <= set(told), "a cited frame is not there")
    for finding in report["findings"]:
        for frame in finding["frames"]:
            # A frame may have two findings of a rule, but a comment is about one.
            about = [line for line in told[frame].split("\x1f")
                     if f"{finding['rule']} ({finding['severity']})" in line]
            expect(about and all(line.count("): ") == 1 for line in about),
                   f"frame {frame} does not name {finding['rule']} in a comment of its own")
    expect("krr-3, embeds krr-2, in the 488" in told[28], "the story of the KRR")
    expect("offer-3 on its way from 192.0.2.103 to 192.0.2.11 (INVITE)" in told[24], "of the offer")


def same_bytes(bench):
    """The same audit gives the same file."""
    bench.run("--evidence", "one.pcapng", bench.demo())
    bench.run("--evidence", "two.pcapng", bench.demo())
    equal((bench.folder / "one.pcapng").read_bytes(), (bench.folder / "two.pcapng").read_bytes())


def reassembly(bench):
    """Messages in segments and fragments: everything that they were put together from is there."""
    for name in ("carrier/tcp-segments", "carrier/tcp-out-of-order",
                 "carrier/tcp-two-in-one-segment", "carrier/ip-fragments",
                 "carrier/ip-fragments-out-of-order", "carrier/ipv6-fragments"):
        capture = bench.capture(SCENARIOS / f"{name}.scenario")
        report, _ = again(bench, captures=[capture])
        expect(report["findings"], f"{name}: no findings without a policy")


def absence(bench):
    """Findings that something did not happen: what shows so is there too."""
    for rule in ("krr-not-forwarded", "unsolicited-krr", "krr-flood", "retry-after-empty-list"):
        for scenario in scenarios.firing(rule):
            policy = scenarios.policy_of(scenario)
            options = ["--policy", policy] if policy else []
            report, _ = again(bench, captures=[bench.capture(scenario)], options=options)
            expect(any(finding["rule"] == rule for finding in report["findings"]), scenario.stem)


def interfaces(bench):
    """Interfaces, link types, resolutions and comments of the source are kept."""
    source = frames(bench.demo())
    path = bench.folder / "mixed.pcapng"
    path.write_bytes(pcapng(
        [(ETHERNET, "unused", MICROSECONDS), (ETHERNET, "uplink", NANOSECONDS),
         (RAW_IP, "tunnel", MICROSECONDS)],
        [(2, time, octets[14:], "seen before") if index % 2 else (1, time + 7, octets, None)
         for index, (time, octets) in enumerate(source)]))
    _, evidence = again(bench, captures=[path], options=["--policy", SAMPLES / "policy.ini"])
    fields = ("frame.time_epoch", "frame.interface_name", "frame.encap_type")
    known = {tuple(row): number for number, row in enumerate(tshark(path, *fields), 1)}
    rows = tshark(evidence, *fields, "frame.comment")
    expect(rows, "no frames")
    for *row, comment in rows:
        number = known[tuple(row)]
        expect(f"frame {number} of mixed.pcapng" in comment, f"{row} is not frame {number}")
        equal("seen before" in comment, row[1] == "tunnel", "comment of the source")
    equal({row[1] for row in rows}, {"uplink", "tunnel"}, "interfaces")


def several_captures(bench):
    """Several captures with different link types become one file, in the order of time."""
    source = frames(bench.demo())
    one, two = bench.folder / "one.pcapng", bench.folder / "two.pcapng"
    one.write_bytes(pcapng([(ETHERNET, "core", NANOSECONDS)],
                           [(0, time, octets, None) for time, octets in source[::2]]))
    two.write_bytes(pcapng([(RAW_IP, "edge", NANOSECONDS)],
                           [(0, time, octets[14:], None) for time, octets in source[1::2]]))
    options = ["--policy", SAMPLES / "policy.ini"]
    _, evidence = again(bench, captures=[one, two], options=options)
    rows = tshark(evidence, "frame.time_epoch", "frame.interface_name", "frame.comment")
    equal([row[0] for row in rows], sorted(row[0] for row in rows), "order of time")
    for _, interface, comment in rows:
        expect(("of one.pcapng" if interface == "core" else "of two.pcapng") in comment, comment)
    equal({row[1] for row in rows}, {"core", "edge"})


def sections(bench):
    """A pcapng file of two sections, whose interfaces have the same numbers."""
    source = frames(bench.demo())
    half = len(source) // 2
    path = bench.folder / "sections.pcapng"
    path.write_bytes(
        pcapng([(ETHERNET, "first", NANOSECONDS)], [(0, *frame, None) for frame in source[:half]]) +
        pcapng([(RAW_IP, "second", NANOSECONDS)],
               [(0, time, octets[14:], None) for time, octets in source[half:]]))
    _, evidence = again(bench, captures=[path], options=["--policy", SAMPLES / "policy.ini"])
    numbers = {"first": range(1, half + 1), "second": range(half + 1, len(source) + 1)}
    rows = tshark(evidence, "frame.interface_name", "frame.comment")
    for interface, comment in rows:
        expect(int(comment.split()[1]) in numbers[interface], f"{interface}: {comment}")
    equal({row[0] for row in rows}, {"first", "second"})


def standard_input(bench):
    """What came through a pipe can be written too."""
    result = subprocess.run([bench.build / "krraudit", "--format", "json", "--evidence",
                             bench.folder / "evidence.pcapng", "-"],
                            input=bench.demo().read_bytes(), capture_output=True,
                            env=bench.environment, check=False)
    equal(result.returncode, 1, result.stderr)
    equal(gist(bench.report(bench.folder / "evidence.pcapng")), gist(json.loads(result.stdout)))
    rows = tshark(bench.folder / "evidence.pcapng", "frame.comment")
    expect("of standard input" in rows[0][0], rows[0])


def no_findings(bench):
    """Without findings there is a capture without frames."""
    capture = bench.capture(SCENARIOS / "carrier/three-legs.scenario")
    report, evidence = again(bench, captures=[capture], options=["--policy", POLICY])
    equal(report["findings"], [])
    equal(tshark(evidence, "frame.number"), [])


def only_what_is_wanted(bench):
    """Rules that are not judged have no evidence."""
    evidence = bench.folder / "evidence.pcapng"
    bench.report("--only", "list-widened", "--evidence", evidence, "--policy",
                 SAMPLES / "policy.ini", bench.demo())
    comments = " ".join(row[0] for row in tshark(evidence, "frame.comment"))
    expect("list-widened" in comments and "unsigned-krr" not in comments, comments)
    expect("negotiation-1" not in comments, "a negotiation without findings")


def refused(bench):
    """Where evidence cannot go is told in one line before the audit."""
    capture = bench.folder / "capture.pcap"
    capture.write_bytes(bench.demo().read_bytes())
    before = capture.read_bytes()
    for target in ("capture.pcap", "missing/evidence.pcapng", ".", "/dev/null"):
        bench.refused("--evidence", target, "capture.pcap")
    bench.refused("--evidence", "both", "--output", "both", "capture.pcap")
    bench.refused("--evidence", "./both", "--output", "both", "capture.pcap")
    equal(capture.read_bytes(), before, "the capture")
    equal([path.name for path in bench.folder.iterdir()], ["capture.pcap"], "files")


def replaced_as_a_whole(bench):
    """The file replaces the one before, keeps its mode, and leaves nothing beside it."""
    target = bench.folder / "evidence.pcapng"
    target.write_text("old")
    target.chmod(0o600)
    equal(bench.run("--quiet", "--evidence", target, bench.demo()).returncode, 1)
    equal(target.stat().st_mode & 0o777, 0o600, "mode")
    expect(tshark(target, "frame.number"), "no frames")
    equal([path.name for path in bench.folder.iterdir()], ["evidence.pcapng"], "files")


def incomplete(bench):
    """A capture that ends too early: evidence as far as it goes, and status 3."""
    cut = bench.folder / "cut.pcap"
    cut.write_bytes(bench.demo().read_bytes()[:-100])
    result = bench.run("--format", "json", "--evidence", "evidence.pcapng", cut, "missing.pcap")
    equal(result.returncode, 3)
    for line in result.stderr.splitlines(keepends=True):
        one_line(line)
    expect(tshark(bench.folder / "evidence.pcapng", "frame.number"), "no frames")


main([reassembly, absence, interfaces, several_captures, sections, no_findings],
     program=[demo, same_bytes, standard_input, only_what_is_wanted, refused, replaced_as_a_whole,
              incomplete])
