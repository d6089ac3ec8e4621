#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the sieve says of frames with what their dissection says.

usage: test-compare.py BUILD_DIR [SEED [COUNT]]

Thousands of ordinary messages and media, and of ones that are not, over every link type. Nothing
may differ; and of the ordinary ones nearly all must have been skipped, or the sieve is of no use.
"""

import pathlib
import random
import re
import subprocess
import sys
import tempfile

import messages
import packets

SEED, COUNT = 20260101, 12000
ADDRESSES = (("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2"),
             ("::ffff:192.0.2.1", "fe80::1"), ("10.1.2.3", "255.255.255.255"))
PORTS = ((5060, 5060), (5060, 40001), (50123, 5060))
VLANS = ((), (), (0x8100,), (0x88a8, 0x8100), (0x8100, 0x8100), (0x8100,) * 4)


def rtp(dice):
    """What begins as RTP or RTCP does."""
    first = dice.choice((0x80, 0x80, 0x90, 0xa1, 0xbf))
    return bytes([first, dice.randrange(256)]) + dice.randbytes(dice.choice((6, 10, 38, 170)))


def pack(dice, link, payload, ports):
    datagram = packets.udp(*ports, payload)
    packet = packets.ip(*dice.choice(ADDRESSES), datagram)
    if link == packets.ETHERNET:
        return packets.ethernet(packet, dice.choice(VLANS))
    return packets.LINKS[link](packet)


def media_ports(dice):
    return dice.choice(((40000, 42000), (16384, 16386), (60000, 30002)))


# Ports of which Wireshark says that they are a protocol's that leads to no other.
LEAF_PORTS = (45564, 20000, 18246, 56000, 59533, 47000, 19948, 20561, 41170, 27910, 27950, 27960,
              27500, 11273)


def leaf_ports(dice):
    return dice.sample((dice.choice(LEAF_PORTS), dice.choice((*LEAF_PORTS, 40000, 16386))), 2)


def leaf_media(dice):
    """Media there, also of octets that the protocols give a meaning."""
    octets = bytearray(rtp(dice))
    for _ in range(dice.randrange(6)):
        octets[dice.randrange(1, len(octets))] = dice.choice((0, 1, 2, 3, 4, 5, 0x15, 0x64, 0x90))
    return bytes(octets)


def leaf_text(dice):
    """A message there, which is not skipped, whoever takes it."""
    return messages.text(*messages.ordinary(dice))


def spoil(dice, frame):
    """Changes something in the headers, or cuts the frame; returns it with its length."""
    octets = bytearray(frame)
    length = len(octets)
    for _ in range(dice.randrange(1, 3)):
        place = dice.randrange(min(len(octets), 64))
        octets[place] = dice.choice((0, 1, 2, 6, 8, 17, 0x40, 0x45, 0x46, 0x60, 0x80, 0xff,
                                     dice.randrange(256)))
    if dice.random() < 0.2:
        octets = octets[:dice.randrange(1, len(octets) + 1)]
    elif dice.random() < 0.2:
        octets += bytes(dice.randrange(1, 50))
        length = len(octets)
    return bytes(octets), length


def captures(dice, count):
    """Yields what each capture holds, how much of it must be skipped at least, and the capture."""
    links = list(packets.LINKS)
    for link in links:
        share = count // len(links)
        yield "ordinary messages", 0.98, packets.capture(
            link, [pack(dice, link, messages.text(*messages.ordinary(dice)), dice.choice(PORTS))
                   for _ in range(share // 4)])
        yield "odd messages", 0.01, packets.capture(
            link, [pack(dice, link, messages.odd(dice), dice.choice(PORTS)) for _ in range(share)])
        yield "media", 0.9, packets.capture(
            link, [pack(dice, link, rtp(dice), media_ports(dice)) for _ in range(share // 4)])
        yield "media on the ports of leaves", 0.85, packets.capture(
            link, [pack(dice, link, leaf_media(dice), leaf_ports(dice)) for _ in range(share // 4)])
        yield "messages and media on the ports of leaves", 0, packets.capture(
            link, [pack(dice, link, dice.choice((leaf_media, leaf_text))(dice), leaf_ports(dice))
                   for _ in range(share // 4)])
        yield "odd frames", 0.01, packets.capture(
            link, [spoil(dice, pack(dice, link, *dice.choice((
                (messages.text(*messages.ordinary(dice)), dice.choice(PORTS)),
                (rtp(dice), media_ports(dice)))))) for _ in range(share // 2)])


def main():
    build = pathlib.Path(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    count = int(sys.argv[3]) if len(sys.argv) > 3 else COUNT
    dice = random.Random(seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "frames.pcap"
        for what, share, octets in captures(dice, count):
            path.write_bytes(octets)
            result = subprocess.run([build / "tests" / "compare-events", path],
                                    capture_output=True, text=True)
            tally = re.search(r"frames (\d+) media (\d+) sip (\d+) differing (\d+)", result.stdout)
            numbers = [int(number) for number in tally.groups()] if tally else [1, 0, 0, 0]
            print(f"{what}: {tally.group(0) if tally else 'no answer'}")
            if result.returncode or not tally or numbers[1] + numbers[2] < share * numbers[0]:
                wrong += 1
                print(f"wrong, with seed {seed}:", result.stdout[:3000], result.stderr[-3000:])
    sys.exit(1 if wrong else 0)


main()
