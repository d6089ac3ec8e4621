#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the seeds of the fuzz targets: what scenarios put on the wire, and what tests have in files.

usage: seeds.py BUILD_DIR FOLDER      a folder in FOLDER for each target
       seeds.py BUILD_DIR --check     runs the targets on the seeds, and on each of them cut and spoilt
"""

import base64
import hashlib
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import pcapfile
from places import SAMPLES, SCENARIOS

ROOT = pathlib.Path(__file__).resolve().parents[1]
# So many scenarios are taken of each rule: they differ little in their octets.
MOST_OF_A_RULE = 2
SPOILT = 6  # ways in which a seed is spoilt by the check


def datagrams(build, folder):
    """The UDP payloads of scenarios."""
    for rule in sorted(path for path in SCENARIOS.iterdir() if path.is_dir()):
        for scenario in sorted(rule.glob("*.scenario"))[:MOST_OF_A_RULE]:
            capture = folder / "seed.pcap"
            if subprocess.run([build / "samples" / "make-capture", scenario, capture],
                              capture_output=True, check=False).returncode:
                continue
            try:
                _, packets = pcapfile.read(capture)
            except ValueError:
                continue
            yield from (packet.octets[42:] for packet in packets if packet.octets[23:24] == b"\x11")


def mikey_in(octets):
    for found in re.findall(rb"mikey ([A-Za-z0-9+/=]{40,})", octets):
        try:
            yield base64.b64decode(found)
        except ValueError:
            pass


def xml_in(octets):
    start = octets.find(b"<?xml")
    start = start if start >= 0 else octets.find(b"<KmsRedirect")
    end = octets.rfind(b">")
    if 0 <= start < end:
        yield octets[start:end + 1]


def seeds(build, folder):
    """{target: {octets}}"""
    found = {name: set() for name in ("krr-document", "mikey-message", "sip-message", "kms-message",
                                      "settings", "spool")}
    for octets in datagrams(build, folder):
        if b"SIP/2.0" in octets:
            found["sip-message"].add(octets)
        found["mikey-message"].update(mikey_in(octets))
        found["krr-document"].update(xml_in(octets))
    for path in sorted(ROOT.glob("signed/*.xml")):
        found["krr-document"].add(path.read_bytes())
    for path in [*ROOT.rglob("*.ini"), *SAMPLES.rglob("*.ini")]:
        found["settings"].add(path.read_bytes())
    for path in ROOT.rglob("*.xml"):
        found["kms-message"].add(path.read_bytes())
    found["kms-message"].update(found["krr-document"])
    # Nothing of a record is text: any numbers will do, in several lengths.
    dice = random.Random(20260101)
    found["spool"] = {dice.randbytes(length) for length in range(0, 600, 12)}
    return found


def write(octets_of_target, folder):
    for target, all_octets in octets_of_target.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for octets in all_octets:
            (folder / target / hashlib.sha1(octets).hexdigest()).write_bytes(octets)


def spoil(octets, dice):
    place = dice.randrange(len(octets)) if octets else 0
    kind = dice.randrange(4)
    if kind == 0:
        return octets[:place]
    if kind == 1:
        return octets[:place] + bytes([dice.randrange(256)]) + octets[place + 1:]
    if kind == 2:
        return octets[:place] + octets[place:place + 40] * 3 + octets[place + 40:]
    return octets[:place] + bytes([0xFF, 0xFF, 0xFF, 0xFF]) + octets[place + 4:]


def check(build, folder):
    """Returns how many targets failed. The same inputs in each run."""
    failed, dice = 0, random.Random(20260102)
    for target, all_octets in seeds(build, folder).items():
        inputs = sorted(all_octets)
        inputs += [spoil(octets, dice) for octets in inputs for _ in range(SPOILT)]
        write({target: inputs}, folder)
        result = subprocess.run([build / "tests" / "fuzz" / f"fuzz-{target}", folder / target],
                                capture_output=True, text=True, check=False)
        print(f"{target:14} {result.stdout.strip()}" + (f", ended with {result.returncode}: "
              f"{result.stderr[-2000:]}" if result.returncode else ""))
        failed += result.returncode != 0
    return failed


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[2] == "--check":
            sys.exit(1 if check(build, pathlib.Path(folder)) else 0)
        write(seeds(build, pathlib.Path(folder)), pathlib.Path(sys.argv[2]))


if __name__ == "__main__":
    main()
