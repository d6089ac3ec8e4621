#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Gives krraudit captures whose times no clock ever showed.

usage: times.py BUILD_DIR

An interface of a pcapng file may add any number of seconds to the times of its frames. All that is
seen is still reported, in every form, and nothing overflows: the sanitizers would say so. What links
the frames does not depend on the age of the world.
"""

import pathlib
import struct
import sys

import audits
import captures
import pcapfile
from places import SAMPLES

# Seconds that are added: to none of the frames, to all, or to every second one.
OFFSETS = [-2**63, -2**62, -2**33, -1767259830, 2**32, 2**33, 2**34, 2**62, 2**63 - 1]
FORMS = ["json", "text", "html", "csv"]


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def interface(offset):
    options = struct.pack("<HHB3x", 9, 1, 9)                  # if_tsresol: nanoseconds
    options += struct.pack("<HHq", 14, 8, offset)             # if_tsoffset
    return block(1, struct.pack("<HHI", 1, 0, 262144) + options + struct.pack("<HH", 0, 0))


def pcapng(packets, offsets):
    """The packets, dealt to interfaces with these offsets."""
    octets = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    octets += b"".join(map(interface, offsets))
    for number, packet in enumerate(packets):
        octets += block(6, struct.pack("<IIIII", number % len(offsets), packet.time_ns >> 32,
                                       packet.time_ns & 0xFFFFFFFF, len(packet.octets),
                                       packet.original_length) + packet.octets)
    return octets


def check(auditor, name, where, beside=()):
    for form in FORMS:
        result = auditor.run("--format", form, "--policy", SAMPLES / "policy.ini", "--no-progress",
                             name, *beside, cwd=where)
        if result.returncode not in (0, 1, 3) or not result.stdout or "runtime error" in result.stderr:
            yield f"{name} as {form}: exit status {result.returncode}, says {result.stderr[:300]}"


def main(build):
    problems = []
    demo = pathlib.Path(build, "samples", "captures", "demo.pcap").resolve()
    _, packets = pcapfile.read(demo)
    with captures.folder() as where, audits.Server(build) as auditor:
        usual = len(auditor.report(demo)["krrs"])
        for offset in OFFSETS:
            for name, offsets in ((f"all{offset}.pcapng", [offset]),
                                  (f"some{offset}.pcapng", [0, offset]),
                                  (f"apart{offset}.pcapng", [offset, -offset - 1])):
                (where / name).write_bytes(pcapng(packets, offsets))
                problems += check(auditor, name, where)
            problems += check(auditor, f"all{offset}.pcapng", where, [demo])
        shifted = len(auditor.report(where / f"all{2**32}.pcapng")["krrs"])
        if shifted != usual:
            problems.append(f"{shifted} KRRs in another century, {usual} today")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
