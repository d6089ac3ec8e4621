#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts HEP messages at every octet and spoils every octet of their headers, over UDP and TCP.

usage: hep.py BUILD_DIR

No octet is special-cased, so each length field is tried too large, too small, zero and greatest. The
captures are the same in every run. krraudit must read them to their end, with the sieve and without;
tshark, with the plugin really loaded, must throw nothing and show the copy as it was. What becomes of
a copy that is not whole, or of what is not HEP any more, is the matter of Wireshark's own dissectors.
"""

import dataclasses
import pathlib
import struct
import subprocess
import sys

import captures
import pcapfile
from tshark import Tshark

TESTS = pathlib.Path(__file__).resolve().parents[1]

SCENARIO = """title  One message
start  2026-01-01T12:00:00Z
host  alice  192.0.2.100:5060  sip:alice@home.example.org
host  proxy  192.0.2.10:5060   sip:bob@partner.example.org
at 1  alice -> proxy  OPTIONS
"""

# How it travels. All octets of what is compressed are spoilt, of others those before the copy.
UDP_WAYS = ["hep1", "hep2", "hep3", "hep3-gzip", "hep3-zlib", "hep3-nested"]
ETHERNET, IPV4, UDP, TCP = 14, 20, 8, 20
CHANGES = [lambda octet: 0, lambda octet: 0xFF, lambda octet: octet + 1, lambda octet: octet - 1,
           lambda octet: octet ^ 0x80]


def variants(message, header):
    """The message as it is, cut, with one octet changed; twice over, and with something behind it."""
    yield message
    for length in range(1, header + 1):
        yield message[:length]
    for offset in range(header):
        for change in CHANGES:
            yield message[:offset] + bytes([change(message[offset]) & 0xFF]) + message[offset + 1:]
    yield message + message
    yield message + b"HEP3"


def begin_of_copy(message):
    at = message.rfind(b"OPTIONS sip:")
    return len(message) if at < 0 else at


def datagram(packet, payload):
    """The frame with another payload; IP's checksum is not looked at."""
    octets = bytearray(packet.octets[:ETHERNET + IPV4 + UDP])
    struct.pack_into(">H", octets, ETHERNET + 2, IPV4 + UDP + len(payload))
    struct.pack_into(">H", octets, ETHERNET + IPV4 + 4, UDP + len(payload))
    return bytes(octets) + payload


def segment(packet, port, payload):
    """Likewise over TCP, in a connection of its own."""
    octets = bytearray(packet.octets[:ETHERNET + IPV4 + TCP])
    struct.pack_into(">H", octets, ETHERNET + 2, IPV4 + TCP + len(payload))
    struct.pack_into(">H", octets, ETHERNET + IPV4, port)
    return bytes(octets) + payload


def renumber(packet, number, octets):
    return dataclasses.replace(packet, number=number, octets=octets, original_length=len(octets),
                               time_ns=packet.time_ns + number * 1_000_000)


def make(build, where, *settings):
    scenario, capture = where / "one.scenario", where / "one.pcap"
    scenario.write_text(SCENARIO)
    options = [word for setting in settings for word in ("--encode", setting)]
    subprocess.run([build / "samples" / "make-capture", *options, scenario, capture], check=True)
    return pcapfile.read(capture)


def spoil_udp(build, where, way):
    """A capture of the variants; returns it and how many there are."""
    header, (packet,) = make(build, where, f"within={way}")
    message = packet.octets[ETHERNET + IPV4 + UDP:]
    frames = [datagram(packet, variant) for variant in variants(message, begin_of_copy(message))]
    capture = where / f"{way}.pcap"
    pcapfile.write(capture, header, [renumber(packet, number, octets)
                                     for number, octets in enumerate(frames, 1)])
    return capture, len(frames)


def spoil_tcp(build, where):
    header, packets = make(build, where, "within=hep3", "tunnel-over=tcp")
    packet = packets[-1]
    message = packet.octets[ETHERNET + IPV4 + TCP:]
    frames = [segment(packet, 10000 + number, variant)
              for number, variant in enumerate(variants(message, begin_of_copy(message)))]
    capture = where / "tcp.pcap"
    pcapfile.write(capture, header, [renumber(packet, number, octets)
                                     for number, octets in enumerate(frames, 1)])
    return capture, len(frames)


def audit(build, capture, *options):
    return subprocess.run([build / "krraudit", "--format", "json", "--no-progress", *options, capture],
                          capture_output=True, text=True)


def check_krraudit(build, capture, count):
    found = audit(build, capture)
    if found.returncode not in (0, 1, 3) or found.stderr or f'"frames": {count},' not in found.stdout:
        yield f"krraudit ends with {found.returncode}: {found.stderr}"
    if audit(build, capture, "--no-sieve", "--session-frames", "1").returncode != found.returncode:
        yield "krraudit ends in another way without the sieve"


def check_tshark(tshark, capture, count):
    found = tshark.run("-r", capture, "-T", "fields", "-E", "occurrence=a", "-e", "sip.Method",
                       "-e", "frame.protocols", "-e", "_ws.expert.message")
    rows = [line.split("\t") for line in found.stdout.splitlines()]
    if found.stderr or len(rows) != count:
        yield f"tshark shows {len(rows)} frames of {count} and says: {found.stderr}"
    if rows and rows[0][0] != "OPTIONS":
        yield "the copy as it was is not shown"
    for number, (_, protocols, experts) in enumerate(rows, 1):
        ours = protocols.endswith((":hep", ":hep:data"))
        if ours and ("ssector bug" in experts or "Exception occurred" in experts):
            yield f"frame {number}: {experts}"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    with captures.folder() as where:
        tshark = Tshark(build, where)
        made = [spoil_udp(build, where, way) for way in UDP_WAYS] + [spoil_tcp(build, where)]
        for capture, count in made:
            capture.chmod(0o644)
            found = [*check_krraudit(build, capture, count), *check_tshark(tshark, capture, count)]
            print(f"{capture.stem}: {count} messages, {len(found)} problems")
            problems += found
    print("\n".join(problems[:50]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
