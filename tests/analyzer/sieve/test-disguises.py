#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A redirect in every wrapping that could be taken for media or for an ordinary message.

usage: test-disguises.py BUILD_DIR

The frames of one scenario are put into tunnels, fragments, link types and odd ports, between media
and what looks like media. Each capture is audited with the sieve and without it: the reports must
be the same, byte for byte but for the number of dissected frames. Where Wireshark follows a
wrapping, the findings must be those of the scenario itself, or the comparison would prove little.
"""

import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import audits
import messages
import packets
import pcapfile
from audits import without_circumstances
from packets import rtp
from places import SCENARIOS

SCENARIO = SCENARIOS / "list-widened/kms-added.scenario"
OUTER = ("203.0.113.1", "203.0.113.2")
DICE = random.Random(7)


def packet_of(frame):
    """The IP packet of an Ethernet frame."""
    return frame[14:]


def datagram_of(frame):
    """Addresses, ports and payload of an IPv4 UDP frame without options."""
    source, destination = (".".join(map(str, frame[place:place + 4])) for place in (26, 30))
    return source, destination, struct.unpack_from(">HH", frame, 34), frame[42:]


def outer(port, payload, source=None):
    """An Ethernet frame of a tunnel over UDP."""
    return packets.ethernet(packets.ip(*OUTER, packets.udp(source or port, port, payload)))


def media(number, ports=(40000, 42000), payload=None):
    return packets.ethernet(packets.ip("192.0.2.50", "192.0.2.51", packets.udp(
        *ports, rtp(number) if payload is None else payload)))


def on_ports(frame, *ports):
    source, destination, _, payload = datagram_of(frame)
    return packets.ethernet(packets.ip(source, destination, packets.udp(*ports, payload)))


def fragments(frame):
    """Two fragments, of which the second begins as media do if that can be had."""
    packet = packet_of(frame)
    body, cut = packet[20:], 8 * (len(packet) // 16)
    source, destination, _, _ = datagram_of(frame)
    return [packets.ethernet(packets.ip(source, destination, part, fragment=flags))
            for part, flags in ((body[:cut], 0x2000), (body[cut:], cut // 8))]


def over_tcp(frames):
    """Each message on a connection of its own, cut where the next segment begins as media would."""
    for place, frame in enumerate(frames):
        source, destination, _, payload = datagram_of(frame)
        number = 1000
        for part in (payload[:200], payload[200:]):
            segment = struct.pack(">HHIIBBHHH", 20000 + place, 5060, number, 1, 0x50, 0x18, 8192, 0,
                                  0) + part
            number += len(part)
            yield packets.ethernet(packets.ip(source, destination, segment, protocol=6))


def moved(frame, change):
    """The frame with another payload."""
    source, destination, ports, payload = datagram_of(frame)
    return packets.ethernet(packets.ip(source, destination, packets.udp(*ports, change(payload))))


def ipv6(frame, extension=b"", protocol=17):
    source, destination, ports, payload = datagram_of(frame)
    return packets.ip("2001:db8::" + source.replace(".", ":"),
                      "2001:db8::" + destination.replace(".", ":"),
                      extension + packets.udp(*ports, payload), protocol=protocol)


def teredo(frame):
    return outer(3544, ipv6(frame))


def with_media(frames, *disguised):
    """Media, and what looks like it, between the frames."""
    for place, frame in enumerate(frames):
        yield frame
        for number in range(3):
            yield media(3 * place + number)
        yield from disguised


def with_media_on(ports, frames):
    """Media on ports of which one is a protocol's, between the frames' own hosts and others."""
    for place, frame in enumerate(frames):
        source, destination, _, _ = datagram_of(frame)
        yield packets.ethernet(packets.ip(destination, source, packets.udp(*ports, rtp(place))))
        yield frame
        yield media(place, ports)


def text_as_media(frame):
    """The message behind octets that begin as media do."""
    return moved(frame, lambda payload: b"\x80\x80" + payload)


def quic_then_sip(frames):
    """What Wireshark takes for QUIC, on the ports of messages on odd ports."""
    for frame in frames:
        source, destination, _, payload = datagram_of(frame)
        first = b"\x80\0\0\0\1\0\0" + bytes(20)
        for text in (first, payload):
            yield packets.ethernet(packets.ip(source, destination, packets.udp(40000, 42000, text)))


def tftp_then_sip(frames):
    """A request that makes Wireshark take what comes to its port for TFTP."""
    for frame in frames:
        source, destination, _, _ = datagram_of(frame)
        yield packets.ethernet(packets.ip(destination, source, packets.udp(
            5060, 69, b"\0\1file\0octet\0")))
        yield frame
        yield packets.ethernet(packets.ip(source, destination, packets.udp(7000, 5060, rtp(1))))


def stun_then_sip(frames):
    """STUN keeps the ports of SIP open, and those of media."""
    stun = b"\0\1\0\0\x21\x12\xa4\x42" + bytes(12)
    for place, frame in enumerate(frames):
        yield moved(frame, lambda _: stun)
        yield moved(frame, lambda _: b"\r\n\r\n")
        yield media(place, payload=stun)
        yield media(place)
        yield frame


def ordinary_between(frames):
    """Ordinary messages of the same people on the same ports."""
    for frame in frames:
        yield frame
        for _ in range(4):
            yield moved(frame, lambda _: messages.text(*messages.ordinary(DICE)))


def odd_between(frames):
    for frame in frames:
        yield frame
        for _ in range(20):
            yield moved(frame, lambda _: messages.odd(DICE))


GTP = struct.pack(">BBHI", 0x30, 0xff, 0, 1)
PADDED_HOPS = bytes([17, 0, 1, 4, 0, 0, 0, 0])
ROUTED = bytes([17, 0, 5, 2, 0, 0, 1, 0])

# What it is called, whether Wireshark sees through it, its link type, the frames, options.
ETHERNET = packets.ETHERNET
WRAPPINGS = (
    ("nothing", True, ETHERNET, list, ()),
    ("media", True, ETHERNET, with_media, ()),
    ("one VLAN", True, ETHERNET,
     lambda fs: [packets.ethernet(packet_of(f), (0x8100,)) for f in fs], ()),
    ("two VLANs", True, ETHERNET,
     lambda fs: [packets.ethernet(packet_of(f), (0x88a8, 0x8100)) for f in fs], ()),
    ("Linux cooked", True, packets.SLL, lambda fs: [packets.cooked(packet_of(f)) for f in fs], ()),
    ("Linux cooked 2", True, packets.SLL2,
     lambda fs: [packets.cooked2(packet_of(f)) for f in fs], ()),
    ("GRE hardware", False, packets.SLL,
     lambda fs: [packets.cooked(packet_of(f), 778) for f in fs], ()),
    ("raw IP", True, packets.RAW, lambda fs: [packet_of(f) for f in fs], ()),
    ("IPv4 alone", True, packets.IPV4, lambda fs: [packet_of(f) for f in fs], ()),
    ("IPv4 as IPv6", False, packets.IPV6, lambda fs: [packet_of(f) for f in fs], ()),
    ("loopback", True, packets.NULL, lambda fs: [packets.loopback(packet_of(f)) for f in fs], ()),
    ("loopback, swapped", True, packets.NULL,
     lambda fs: [packets.loopback(packet_of(f), ">") for f in fs], ()),
    ("fragments", True, ETHERNET, lambda fs: [part for f in fs for part in fragments(f)], ()),
    ("TCP", True, ETHERNET, lambda fs: list(over_tcp(fs)), ()),
    ("odd ports", True, ETHERNET, lambda fs: [on_ports(f, 40000, 42000) for f in fs], ()),
    ("DNP3's port, with media", True, ETHERNET,
     lambda fs: list(with_media_on((20000, 42000), [on_ports(f, 42000, 20000) for f in fs])), ()),
    ("a game's port, with media", False, ETHERNET,
     lambda fs: list(with_media_on((27960, 42000), [on_ports(f, 42000, 27960) for f in fs])), ()),
    ("SIP's port and DNP3's", True, ETHERNET,
     lambda fs: list(with_media_on((20000, 42000), [on_ports(f, 5060, 20000) for f in fs])), ()),
    ("one odd port", True, ETHERNET, lambda fs: [on_ports(f, 5060, 42000) for f in fs], ()),
    ("a port of 0", False, ETHERNET, lambda fs: [on_ports(f, 0, 5060) for f in fs], ()),
    ("IPv6 extensions", False, ETHERNET,
     lambda fs: [packets.ethernet(ipv6(f, PADDED_HOPS, 0)) for f in fs], ()),
    ("IPv6 options, then media", False, ETHERNET,
     lambda fs: list(with_media(fs, packets.ethernet(packets.ip(
         "2001:db8::1", "2001:db8::2", ROUTED + packets.udp(40000, 42000, rtp(1)), 43)))), ()),
    ("GTP-U", True, ETHERNET, lambda fs: [outer(2152, struct.pack(
        ">BBHI", 0x30, 0xff, len(packet_of(f)), 1) + packet_of(f)) for f in fs], ()),
    ("VXLAN", True, ETHERNET, lambda fs: [outer(4789, b"\x08\0\0\0\0\0\1\0" + f) for f in fs], ()),
    ("GRE", True, ETHERNET, lambda fs: [packets.ethernet(packets.ip(
        *OUTER, b"\0\0\x08\0" + packet_of(f), protocol=47)) for f in fs], ()),
    ("IP in IP", True, ETHERNET, lambda fs: [packets.ethernet(packets.ip(
        *OUTER, packet_of(f), protocol=4)) for f in fs], ()),
    ("L2TP", False, ETHERNET, lambda fs: [outer(1701, struct.pack(
        ">HHHH", 0x4002, 10 + len(packet_of(f)), 1, 1) + b"\0\x21" + packet_of(f)) for f in fs],
     ()),
    ("Teredo", False, ETHERNET, lambda fs: [teredo(f) for f in fs], ()),
    ("ESP in UDP", False, ETHERNET, lambda fs: [outer(4500, b"\x80\0\0\1\0\0\0\1" + packet_of(f))
                                                for f in fs], ()),
    ("behind media's first octets", False, ETHERNET, lambda fs: [text_as_media(f) for f in fs], ()),
    ("QUIC first", False, ETHERNET, lambda fs: list(quic_then_sip(fs)), ()),
    ("TFTP first", False, ETHERNET, lambda fs: list(tftp_then_sip(fs)), ()),
    ("STUN and keep-alives", True, ETHERNET, lambda fs: list(stun_then_sip(fs)), ()),
    ("ordinary messages between", False, ETHERNET, lambda fs: list(ordinary_between(fs)), ()),
    ("odd messages between", False, ETHERNET, lambda fs: list(odd_between(fs)), ()),
    ("cut", False, ETHERNET, lambda fs: [(f[:200], len(f)) for f in with_media(fs)], ()),
    ("cut within media", True, ETHERNET,
     lambda fs: [(f[:60], len(f)) if f[36:38] == b"\xa4\x10" else f for f in with_media(fs)], ()),
    ("trailers", True, ETHERNET, lambda fs: [f + b"\0\1\2\3\4\5" for f in with_media(fs)], ()),
    ("media decoded as GTP", False, ETHERNET, lambda fs: [
        outer(40000, GTP[:2] + struct.pack(">HI", len(packet_of(f)), 1) + packet_of(f), 42000)
        for f in fs], ("--decode-as", "udp.port==40000,gtp")),
    ("media decoded as SIP", False, ETHERNET, lambda fs: list(with_media(
        on_ports(f, 40000, 42000) for f in fs)), ("--decode-as", "udp.port==42000,sip")),
    ("IP decoded as data", False, ETHERNET, list, ("--decode-as", "ip.proto==17,data")),
    ("another port of SIP", True, ETHERNET, lambda fs: [on_ports(f, 7777, 7777) for f in fs],
     ("--preference", "sip.udp.port:7777")),
    ("GTP on a media port", False, ETHERNET, lambda fs: [
        outer(40000, GTP[:2] + struct.pack(">HI", len(packet_of(f)), 1) + packet_of(f), 42000)
        for f in fs], ("--preference", "gtp.v1u_port:40000")),
)


def audit(auditor, capture, form, *options):
    return auditor.run("--no-progress", "--format", form, *options, capture)


def findings(report):
    return sorted((finding["rule"], finding["summary"])
                  for finding in json.loads(report)["findings"])


def main():
    build = pathlib.Path(sys.argv[1])
    wrong = skipped = 0
    with tempfile.TemporaryDirectory() as folder, audits.Server(build) as auditor:
        source, path = (pathlib.Path(folder) / name for name in ("source.pcap", "capture.pcap"))
        subprocess.run([build / "samples" / "make-capture", SCENARIO, source], check=True)
        _, story = pcapfile.read(source)
        frames = [packet.octets for packet in story]
        plain = findings(audit(auditor, source, "json", "--no-sieve").stdout)
        for name, followed, link, wrap, options in WRAPPINGS:
            path.write_bytes(packets.capture(link, wrap(frames), start=story[0].time_ns / pcapfile.SECOND,
                                             step=0.01))
            for form in ("json", "text"):
                sieved = audit(auditor, path, form, *options)
                whole = audit(auditor, path, form, *options, "--no-sieve")
                if (sieved.returncode not in (0, 1, 3) or sieved.returncode != whole.returncode or
                        without_circumstances(sieved.stdout) != without_circumstances(whole.stdout)):
                    wrong += 1
                    print(f"{name}: another {form} report without the sieve", sieved.stderr)
                    continue
                if form == "json":
                    capture = json.loads(sieved.stdout)["captures"][0]
                    print(f"{name}: {capture['dissected']} of {capture['frames']} dissected")
                    skipped += capture["frames"] - capture["dissected"]
                    if followed and findings(whole.stdout) != plain:
                        wrong += 1
                        print(f"{name}: not the findings of the scenario:", findings(whole.stdout))
    if not plain or not skipped:
        sys.exit("nothing was found, or nothing was skipped: this proves nothing")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
