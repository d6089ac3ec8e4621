#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What could not be read is told beside the verdict, in every form, whatever way frames are read.

usage: test-unread.py BUILD_DIR
"""

import csv
import struct

import audits
import packets
from krraudit import equal, expect, main
from scenarios import HOSTS, OFFER

ALICE, PROXY = "192.0.2.100", "192.0.2.10"
REQUEST = """OPTIONS sip:proxy@192.0.2.10 SIP/2.0\r
Via: SIP/2.0/UDP 192.0.2.100:5060;branch=z9hG4bK1\r
From: <sip:alice@home.example.org>;tag=1\r
To: <sip:proxy@192.0.2.10>\r
Call-ID: one\r
CSeq: 1 OPTIONS\r
Content-Length: 0\r
\r
"""


def tcp(source_port, target_port, sequence, payload, source=ALICE, target=PROXY):
    segment = struct.pack(">HHIIBBHHH", source_port, target_port, sequence, 1, 5 << 4, 0x18, 65535,
                          0, 0) + payload
    return packets.ethernet(packets.ip(source, target, segment, protocol=6))


def udp(source_port, target_port, payload):
    return packets.ethernet(packets.ip(ALICE, PROXY, packets.udp(source_port, target_port, payload)))


SIP = packets.sip(ALICE, PROXY, REQUEST)
TLS_DATA = b"\x17\x03\x03\x00\x20" + bytes(range(32))
# A chunk that is longer than the message around it.
BROKEN_COPY = b"HEP3" + struct.pack(">HHHHBHHH", 27, 0, 1, 7, 2, 0, 15, 200) + bytes(8)
# What no method may be called, before what else makes a start line.
NEARLY_SIP = REQUEST.replace("OPTIONS sip", "OPT[IONS sip").encode()
FRAGMENT = packets.ethernet(packets.ip(ALICE, PROXY, packets.udp(5060, 5060, REQUEST.encode()),
                                       fragment=0x2000))
OVER_TCP = REQUEST.replace("UDP", "TCP").encode()

# Frames, then what of them is told: kind, protocol, port, count; and the exit status.
CASES = {
    "all read": ([SIP], [], 0),
    "media": ([SIP] + [udp(20000, 30000, packets.rtp(number)) for number in range(9)], [], 0),
    "cut": ([(SIP[:120], len(SIP))], [("cut", None, None, 1)], 3),
    "media cut": ([SIP, (udp(20000, 30000, packets.rtp(1))[:60], 214)], [], 0),
    "fragment": ([SIP, FRAGMENT], [("fragments", None, None, 1)], 3),
    "fragment elsewhere": ([FRAGMENT], [], 0),
    "hole": ([tcp(40000, 5060, 1, OVER_TCP), tcp(40000, 5060, 1001 + len(OVER_TCP), OVER_TCP)],
             [("tcp-holes", None, 5060, 1)], 3),
    "hole filled": ([tcp(40000, 5060, 1, OVER_TCP),
                     tcp(40000, 5060, 1 + 2 * len(OVER_TCP), OVER_TCP),
                     tcp(40000, 5060, 1 + len(OVER_TCP), OVER_TCP)], [], 0),
    "TLS": ([tcp(40000, 5061, 1, TLS_DATA), tcp(40000, 5061, 38, TLS_DATA)],
            [("encrypted", "tls", 5061, 2)], 0),
    "ESP": ([packets.ethernet(packets.ip(ALICE, PROXY, bytes(range(1, 201)), protocol=50))],
            [("encrypted", "esp", None, 1)], 0),
    "SIP on a port of DNS": ([udp(5060, 53, REQUEST.encode())], [], 0),
    "nearly SIP on a port of DNS": ([udp(5060, 53, NEARLY_SIP)],
                                   [("not-sip", None, 53, 1), ("exception", "dns", None, 1)], 3),
    "a broken copy": ([udp(5070, 9060, BROKEN_COPY)], [("copies", "hep", 5070, 1)], 3),
    "no HEP": ([udp(5070, 9060, b"nothing that anybody knows")],
               [("undecoded", "hep", 9060, 1)], 0),
}


def told(report):
    return [(one["kind"], one["protocol"], one["port"], one["count"])
            for capture in report["captures"] for one in capture["unread"]]


def kinds(bench):
    """Each kind is told, with where it is; and near misses are not."""
    for name, (frames, expected, status) in CASES.items():
        (bench.folder / "it.pcap").write_bytes(packets.capture(packets.ETHERNET, frames))
        report = bench.report("it.pcap", status=(status,))
        equal(told(report), expected, name)


def modes(bench):
    """The sieve and renewals change nothing of it."""
    frames = [frame for some, _, _ in CASES.values() for frame in some]
    (bench.folder / "it.pcap").write_bytes(packets.capture(packets.ETHERNET, frames))
    first, *others = (audits.without_circumstances(bench.run("-f", "json", *options, "it.pcap").stdout)
                      for options in ([], ["--no-sieve"], ["--no-sieve", "--session-frames", "1"]))
    for other in others:
        equal(other, first)


def forms(bench):
    """Every form of the report has it beside the verdict, and none is clean without a word."""
    frames, _, _ = CASES["cut"]
    (bench.folder / "it.pcap").write_bytes(packets.capture(packets.ETHERNET, frames))
    words = "1 frame with SIP cut short by the capture, the first in frame 1"
    text = bench.run("-f", "text", "it.pcap").stdout
    expect(words[:40] in " ".join(text.split()), text)
    expect(text.index("NOT READ") < text.index("NOT EVALUATED"), "not beside the verdict")
    expect("in what could be read" in " ".join(text.split()), text)
    html = bench.run("-f", "html", "it.pcap").stdout
    expect(html.index('id="verdict"') < html.index(words) < html.index('id="findings"'), "HTML")
    rows = list(csv.DictReader(bench.run("-f", "csv", "it.pcap").stdout.splitlines()))
    expect([row["observed"].startswith(words) for row in rows if row["row"] == "unread"] == [True],
           "CSV")
    clean, _, _ = CASES["all read"]
    (bench.folder / "it.pcap").write_bytes(packets.capture(packets.ETHERNET, clean))
    for form in ("text", "html", "csv"):
        found = bench.run("-f", form, "it.pcap").stdout
        expect("NOT READ" not in found and "could be read" not in found and "unread," not in found,
               form)


def several(bench):
    """What another process read is told as well, with the capture that it is of."""
    for number, name in enumerate(("TLS", "cut", "all read")):
        (bench.folder / f"{number}.pcap").write_bytes(
            packets.capture(packets.ETHERNET, CASES[name][0]))
    report = bench.report("0.pcap", "1.pcap", "2.pcap", status=(3,))
    equal([len(capture["unread"]) for capture in report["captures"]], [1, 1, 0])
    equal(told(report), CASES["TLS"][1] + CASES["cut"][1])


def belongs_to_attempt(bench):
    """A body that cannot be read answers its offer, in every form; its creator is unknown."""
    body = "body redirect krr\n<broken\nend\n"
    capture = bench.capture("title x\nexpect malformed-krr\n" + HOSTS + OFFER + body +
                            "at 0.000 alice -> proxy INVITE offer=first\n"
                            "at 0.030 proxy -> alice 488 body=redirect\n", "broken.pcap")
    report = bench.report(capture)
    krr, = report["krrs"]
    equal((krr["creator"], krr["frames"], krr["missing"], krr["carrier"]),
          (None, [2], [], "sip-488"))
    expect(krr["unreadable"], "no reason")
    attempt = report["negotiations"][0]["attempts"][0]
    equal((attempt["offer"], attempt["krrs"], attempt["status"]), ("offer-1", ["krr-1"], 488))
    finding, = report["findings"]
    equal((finding["negotiation"], finding["krr"]), ("negotiation-1", "krr-1"))
    text = bench.run("-f", "text", capture).stdout
    expect("488 krr-1" in text and "creator is unknown" in text, text)
    expect("<dt>creator</dt><dd>unknown</dd>" in bench.run("-f", "html", capture).stdout, "HTML")


main([kinds, modes, forms, several, belongs_to_attempt])
