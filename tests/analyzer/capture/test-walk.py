#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Pcap files of every kind, honest and broken, read with and without wiretap.

usage: test-walk.py BUILD_DIR

Each record that is found without wiretap must be the one that wiretap finds. How far the walk comes
is known of each file, so that one that never begins would be seen. Of some of the files the reports
are compared, too, with what is said of their ends: without the sieve there is no walk.
"""

import gzip
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

import audits
import packets
import pcapfile
from packets import rtp
from places import SCENARIOS

SCENARIO = SCENARIOS / "list-widened/kms-added.scenario"

MICRO, NANO, MODIFIED = 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34
HEADER = 24
MAX = 262144


def file_header(order="<", magic=MICRO, major=2, minor=4, link=1):
    return struct.pack(order + "IHHiIII", magic, major, minor, 0, 0, MAX, link)


def record(octets, order="<", seconds=1700000000, fraction=5, captured=None, length=None):
    return struct.pack(order + "IIII", seconds, fraction,
                       len(octets) if captured is None else captured,
                       len(octets) if length is None else length) + octets


def media(number, octets=160):
    return packets.ethernet(packets.ip("192.0.2.50", "192.0.2.51",
                                       packets.udp(40000, 42000, rtp(number, octets))))


def pcap(records, order="<", **header):
    return file_header(order, **header) + b"".join(records)


def files():
    """What it is, the file, how many records are walked, and how that goes on."""
    frames = [media(number, number % 700) for number in range(2000)]
    plain = pcap(record(frame) for frame in frames)
    yield "plain", plain, 2000, "ended"
    for order in "<>":
        for magic, fraction in ((MICRO, 999999), (NANO, 999999999)):
            yield (f"order {order}, magic {magic:x}",
                   pcap((record(f, order, fraction=fraction) for f in frames), order, magic=magic),
                   2000, "ended")
    yield "no records", pcap([]), 0, "ended"
    yield "empty records", pcap([record(b"")] * 3), 3, "ended"
    yield "large records", pcap([record(bytes(MAX))] * 5), 5, "ended"
    yield "cut frames", pcap(record(f[:50], length=len(f)) for f in frames), 2000, "ended"
    yield "raw IP", pcap([record(f[14:]) for f in frames], link=packets.RAW), 2000, "ended"
    yield "version 2.3", pcap((record(f) for f in frames), minor=3), 0, "none"
    yield "version 2.2", pcap((record(f) for f in frames), minor=2), 0, "none"
    yield "with checksums", pcap((record(f) for f in frames), link=0x24000001), 0, "none"
    yield ("modified", pcap((record(f)[:16] + bytes(8) + f for f in frames), magic=MODIFIED), 0,
           "none")
    yield "compressed", gzip.compress(plain), 0, "none"
    odd = {"longer than it was": {"captured": 200, "length": 100},
           "a fraction of two seconds": {"fraction": 2000000},
           "after 2038": {"seconds": 0x80000000},
           "too large": {"captured": MAX + 1, "length": MAX + 1}}
    for what, fields in odd.items():
        middle = record(bytes(fields.get("captured", 100)), **fields)
        yield (what, pcap([*map(record, frames[:1000]), middle, *map(record, frames[1000:])]), 1000,
               "stopped")
    for cut in (1, 16, 17, 40, 216):
        yield f"cut by {cut}", pcap([record(media(1))] * 300)[:-cut], 299, "stopped"
    yield "an end in the header", plain[:HEADER + 7], 0, "stopped"


def damaged(dice):
    """Files with something else in a header of a record, of which any number may be walked."""
    frames = [media(number, number % 90) for number in range(50)]
    for _ in range(60):
        octets, place = bytearray(pcap(record(f) for f in frames)), HEADER
        for frame in frames[:dice.randrange(50)]:
            place += 16 + len(frame)
        octets[place + dice.randrange(16)] = dice.choice((0, 1, 0x7f, 0x80, 0xff))
        yield bytes(octets)


def walked(build, folder, contents):
    """What compare-walk says of each of the files, and whether it is content with all of them."""
    paths = [folder / f"{number}.pcap" for number, _ in enumerate(contents)]
    for path, octets in zip(paths, contents):
        path.write_bytes(octets)
    result = subprocess.run([build / "tests" / "compare-walk", *paths], capture_output=True,
                            text=True)
    if result.returncode:
        print("the walk differs:", result.stdout, result.stderr)
    found = [re.fullmatch(r"walked (\d+) of \d+, (\w+)", line) for line in result.stdout.split("\n")]
    return [(int(one.group(1)), one.group(2)) for one in found if one], result.returncode == 0


def reports_differ(auditor, path):
    sieved, whole = (auditor.run("--no-progress", "--format", "json", *more, path)
                     for more in ((), ("--no-sieve",)))
    return (sieved.returncode != whole.returncode or sieved.stderr != whole.stderr or
            audits.without_circumstances(sieved.stdout) !=
            audits.without_circumstances(whole.stdout))


def scenario(build, folder):
    """A redirect between media, so that the reports say something."""
    source = folder / "source.pcap"
    subprocess.run([build / "samples" / "make-capture", SCENARIO, source], check=True)
    for place, packet in enumerate(pcapfile.read(source)[1]):
        yield record(packet.octets, seconds=1700000000 + place)
        yield from (record(media(number), seconds=1700000000 + place) for number in range(5))


def reported(build, folder):
    """Files of which also the reports are compared."""
    records = list(scenario(build, folder))
    yield pcap(records)
    yield pcap(records)[:-50]
    yield pcap(records)[:-200 - 16]
    yield pcap([*records[:20], record(media(1), captured=100, length=50)[:116], *records[20:]])
    yield pcap([*records[:20], record(b"", captured=MAX + 1), *records[20:]])
    yield pcap([*records[:20], record(media(1), fraction=0xffffffff), *records[20:]])


def main():
    build = pathlib.Path(sys.argv[1])
    wrong = 0
    with tempfile.TemporaryDirectory() as name, audits.Server(build) as auditor:
        folder = pathlib.Path(name)
        names, contents, *expected = zip(*files())
        found, good = walked(build, folder, contents)
        wrong += not good or len(found) != len(names)
        for what, *one in zip(names, found, zip(*expected)):
            if one[0] != one[1]:
                wrong += 1
                print(f"{what}: {one[0]}, expected {one[1]}")
        found, good = walked(build, folder, list(damaged(random.Random(3))))
        wrong += not good or not found
        for number, octets in enumerate(reported(build, folder)):
            path = folder / "reported.pcap"
            path.write_bytes(octets)
            if reports_differ(auditor, path):
                wrong += 1
                print(f"file {number}: another report without the sieve")
    sys.exit(1 if wrong else 0)


main()
