#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark is let forget in the middle of a capture, and nothing is lost by it.

usage: test-renewals.py BUILD_DIR
"""

import dataclasses
import os
import re
import struct
import subprocess

import pcapfile
from krraudit import equal, expect, main
from packets import sip
from places import SCENARIOS

TCP = SCENARIOS / "carrier/tcp-segments.scenario"
FRAGMENTS = SCENARIOS / "carrier/ip-fragments.scenario"
WEB_SOCKET = SCENARIOS / "carrier/websocket-krr-not-embedded.scenario"
MINUTE = 60 * pcapfile.SECOND
ETHERNET, IP = 14, 20     # octets of the headers that make-capture writes
MIB = 1 << 20


@dataclasses.dataclass(frozen=True)
class Segment:
    """What a frame with TCP says of its connection."""
    sequence: int
    data: bytes
    sender: int           # port

    @staticmethod
    def of(packet):
        tcp = packet.octets[ETHERNET + IP:]
        end = struct.unpack_from(">H", packet.octets, ETHERNET + 2)[0] - IP
        return Segment(struct.unpack_from(">I", tcp, 4)[0], tcp[(tcp[12] >> 4) * 4:end],
                       struct.unpack_from(">H", tcp)[0])


def text_of(report):
    """A report but for its renewals."""
    report = dict(report, captures=[dict(capture) for capture in report["captures"]])
    for capture in report["captures"]:
        capture.pop("renewals", None)
    return report


def renewals(report):
    return report["captures"][0].get("renewals", [])


def audit(bench, capture, frames, *options):
    return bench.report("--session-frames", frames, *options, capture, status=(0, 1, 3))


def same(bench, capture, *options):
    """What is found does not depend on the sessions; returns the renewals of the shortest ones."""
    whole = audit(bench, capture, 0, *options)
    equal(renewals(whole), [], "renewals with --session-frames 0")
    for frames in (7, 1):
        parts = audit(bench, capture, frames, *options)
        equal(text_of(parts), text_of(whole), f"report in sessions of {frames} frames")
    return renewals(parts)


def changed(bench, scenario, change, name):
    """The capture of a scenario, with its packets changed. The order is that of their times."""
    header, packets = pcapfile.read(bench.capture(scenario))
    target = bench.folder / name
    pcapfile.write(target, header, sorted(change(packets), key=lambda packet: packet.time_ns))
    return target


def told(bench):
    """Both reports tell where it was; short captures have none."""
    capture = bench.capture(SCENARIOS / "list-widened/list-became-any.scenario")
    frames = bench.report(capture)["captures"][0]["frames"]
    equal(renewals(bench.report(capture)), [], "renewals")
    equal(renewals(audit(bench, capture, 2)),
          [{"frame": frame, "unfinished": 0} for frame in range(3, frames + 1, 2)], "renewals")
    text = re.sub(r"\s+", " ", bench.run("--session-frames", 2, capture).stdout)
    expect("renewed" in text and "first before frame 3; nothing was left unfinished" in text,
           "no line about the renewals")


def options(bench):
    """What is no number is refused."""
    for text in ("-1", "some", "1.5", str(2 ** 32)):
        expect("--session-frames" in bench.refused(f"--session-frames={text}", bench.demo()),
               "it does not say what is wrong")


def segments(bench):
    """No message over TCP is torn: the next session begins when none is on its way."""
    capture = bench.capture(TCP)
    places = same(bench, capture)
    _, packets = pcapfile.read(capture)
    expect(places and all(place["unfinished"] == 0 for place in places), f"renewals: {places}")
    for place in places:
        data = Segment.of(packets[place["frame"] - 1]).data
        expect(not data or data.startswith((b"INVITE ", b"ACK ", b"SIP/2.0 ")),
               f"a message was torn before frame {place['frame']}: {data[:20]}")


def sent_again(bench):
    """What is sent again in a later session is not read again, nor does it break the connection."""
    def repeat(packets):
        again = [dataclasses.replace(packet, time_ns=packet.time_ns + 300_000_000)
                 for packet in packets if Segment.of(packet).data]
        return packets + again

    places = same(bench, changed(bench, TCP, repeat, "again.pcap"))
    expect(len(places) > 1, f"renewals: {places}")


def probes(bench):
    """A probe of an idle connection repeats its last octet, or what stands for it."""
    def probe(packets):
        last = {}
        for packet in packets:
            segment = Segment.of(packet)
            if segment.data:
                last[segment.sender] = packet
        extra = []
        for packet in last.values():
            segment = Segment.of(packet)
            head = bytearray(packet.octets[:len(packet.octets) - len(segment.data)])
            struct.pack_into(">H", head, ETHERNET + 2, len(head) - ETHERNET + 1)
            struct.pack_into(">I", head, ETHERNET + IP + 4,
                             segment.sequence + len(segment.data) - 1)
            extra += [dataclasses.replace(packet, time_ns=time_ns, octets=bytes(head) + b"\0",
                                          original_length=len(head) + 1)
                      for time_ns in range(packets[-1].time_ns + MINUTE // 2,
                                           packets[-1].time_ns + 4 * MINUTE, MINUTE // 2)]
        later = [dataclasses.replace(packet, time_ns=packet.time_ns + 10 * MINUTE)
                 for packet in extra[-2:]]
        return packets + extra + later

    def between(packets):
        """The probes in the middle of the story: before the second call, a second later."""
        probed = probe([packet for packet in packets if packet.time_ns < middle(packets)])
        rest = [dataclasses.replace(packet, time_ns=packet.time_ns + 5 * MINUTE)
                for packet in packets if packet.time_ns >= middle(packets)]
        return [packet for packet in probed if packet.time_ns < rest[0].time_ns] + rest

    def middle(packets):
        return packets[0].time_ns + 800_000_000

    places = same(bench, changed(bench, TCP, between, "probes.pcap"), "--window", 600)
    expect(len(places) > 1, f"renewals: {places}")


def lost_segment(bench):
    """A connection with a hole is waited for, for a while, then read behind it: in one session or many."""
    def lose(packets):
        first = next(packet for packet in packets if Segment.of(packet).data)
        return [packet for packet in packets if packet.number != first.number + 1]

    whole = bench.report(bench.capture(TCP), status=(0, 1))["summary"]["offers_seen"]
    capture = changed(bench, TCP, lose, "lost.pcap")
    places = same(bench, capture)
    expect(all(place["unfinished"] == 0 for place in places), f"renewals: {places}")
    equal(audit(bench, capture, 1)["summary"]["offers_seen"], whole - 1, "offers")


def lost_fragment(bench):
    """A datagram of which a fragment is missing is waited for, for a minute."""
    places = same(bench, bench.capture(FRAGMENTS))
    expect(places and all(place["unfinished"] == 0 for place in places), f"renewals: {places}")

    def lose(packets):
        fragment = next(packet for packet in packets
                        if struct.unpack_from(">H", packet.octets, ETHERNET + 6)[0] & 0x2000)
        after = [dataclasses.replace(fragment, time_ns=packets[-1].time_ns + count * MINUTE // 2,
                                     octets=packets[-1].octets)
                 for count in range(1, 5)]
        return [packet for packet in packets if packet is not fragment] + after

    capture = changed(bench, FRAGMENTS, lose, "lost.pcap")
    _, packets = pcapfile.read(capture)
    given_up = [place for place in renewals(audit(bench, capture, 1)) if place["unfinished"]]
    equal(len(given_up), 1, "renewals that gave something up")
    waited = packets[given_up[0]["frame"] - 1].time_ns - packets[0].time_ns
    expect(waited >= MINUTE, f"it was waited for {waited} ns")


def web_socket(bench):
    """While a WebSocket is open, sessions are renewed, and its messages are read in all of them."""
    for settings in ("", " segment=100", " ws-frames=3", " ws-frames=2 segment=150 retransmit=1"):
        text = WEB_SOCKET.read_text().replace("always  ", f"always {settings} ")
        capture = bench.capture(text.replace("../", f"{SCENARIOS}/"), f"web-socket{len(settings)}.pcap")
        policy = SCENARIOS / "policy-domains.ini"
        places = same(bench, capture, "--policy", policy)
        equal(audit(bench, capture, 1, "--policy", policy)["summary"]["offers_seen"], 2, "offers")
        messages = [packet.number for packet in pcapfile.read(capture)[1]
                    if Segment.of(packet).data[:1] in (b"\x81", b"\x01")]
        expect(sum(place["frame"] > messages[0] for place in places) > 3,
               f"with{settings}: no renewals behind the first message, frame {messages[0]}: {places}")


def keys(bench):
    """With TLS keys nothing is forgotten unless that is asked for."""
    long = long_capture(bench, 20_010)
    expect(renewals(bench.report(long)), "no renewal in a long capture")
    key_log = bench.folder / "keys.log"
    key_log.write_text(f"CLIENT_RANDOM {'00' * 32} {'11' * 48}\n")
    equal(renewals(bench.report("--tls-keys", key_log, long)), [], "renewals with keys")
    asked = bench.report("--tls-keys", key_log, "--session-frames", 20_000, long)
    expect(renewals(asked), "no renewal although it was asked for")


def long_capture(bench, messages):
    """Calls that begin and are never answered, ten in a second of capture time."""
    target = bench.folder / f"long-{messages}.pcap"
    frames = []
    for number in range(messages):
        text = (f"INVITE sip:b@x.example SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK{number}\r\n"
                f"From: <sip:a{number}@x.example>;tag={number}\r\nTo: <sip:b@x.example>\r\n"
                f"Call-ID: call-{number}\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n"
                "Content-Length: 75\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
                "c=IN IP4 192.0.2.1\r\nt=0 0\r\n")
        caller = f"10.0.{number % 1000 >> 8}.{number % 1000 & 255}"
        frames.append(pcapfile.Packet.new(number * pcapfile.SECOND // 10,
                                          sip(caller, "192.0.2.2", text)))
    pcapfile.write(target, pcapfile.ETHERNET, frames)
    return target


def peak(bench, capture, frames):
    """Octets that an audit takes at most, every frame dissected."""
    command = [bench.build / "krraudit", "--quiet", "--no-sieve", "--session-frames", str(frames),
               capture]
    with subprocess.Popen(command, env=bench.environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    expect(process.returncode in (0, 1), f"status {process.returncode}")
    return usage.ru_maxrss * 1024


def memory(bench):
    """In sessions of 2,000 frames, 30,000 messages take no 12 MiB more than 6,000; without end they
    do. The sanitizers keep what is freed: with them it is another figure."""
    if "KRR_SANITIZE:BOOL=ON" in (bench.build / "CMakeCache.txt").read_text():
        print("memory: not measured with sanitizers")
        return
    short, long = (long_capture(bench, messages) for messages in (6_000, 30_000))
    growth = peak(bench, long, 2_000) - peak(bench, short, 2_000)
    endless = peak(bench, long, 0) - peak(bench, short, 0)
    print(f"memory: {growth / MIB:.1f} MiB more, and {endless / MIB:.1f} MiB in one session")
    expect(growth < 12 * MIB, f"it grows by {growth / MIB:.1f} MiB")
    expect(endless > 24 * MIB, f"one session grows by {endless / MIB:.1f} MiB only: what is tested?")


main([told, options, segments, sent_again, probes, lost_segment, lost_fragment, web_socket, keys,
      memory])
