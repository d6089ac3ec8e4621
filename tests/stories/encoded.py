#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A story is the same however its messages are spelt, encoded, cut into segments or wrapped.

usage: encoded.py BUILD_DIR            a few scenarios, each in every encoding
       encoded.py BUILD_DIR --all      every scenario that rules fire on or stories end in; for the night
       encoded.py BUILD_DIR SCENARIO...

Each capture must give the rules and outcomes that the scenario gives as it stands. So must the frames
seen twice, and those of each capture in two files.
"""

import json
import pathlib
import subprocess
import sys

import audits
import captures
import pcapfile
import scenarios

TESTS = pathlib.Path(__file__).resolve().parents[1]
SAMPLE = ["received-krr-not-embedded", "carrier/multipart", "carrier/three-legs"]
SAMPLE_OF_FOLDER = 1

SPELLINGS = ["names=compact", "names=upper", "names=lower", "colon=space", "colon=tab", "fold=yes",
             "version=lower", "media-type=blank-slash", "media-type=blank-end", "media-type=blanks",
             "lines=lf", "lines=lf-head", "lines=lf-body", "names=compact colon=tab version=lower"]
BODIES = ["coding=base64", "coding=quoted-printable", "coding=gzip", "coding=deflate", "closing=no",
          "key-mgmt=blank", "key-mgmt=unpadded", "key-mgmt=capability", "sdp-line=b=AS:"]
KEEP_ALIVES = [f"crlf={place} crlf-count={count}{over}" for place in ("before", "behind", "front", "tail")
               for count in (1, 2) for over in ("", " over=tcp")]
WRAPPINGS = [f"within={name}" for name in
             ("vlan", "qinq", "mpls", "pppoe", "ipip", "gre", "gre-ethernet", "erspan", "gtp-u", "l2tp",
              "vxlan", "geneve", "tzsp", "hep1", "hep2", "hep3", "hep3-gzip", "esp-null")]
# At each place near the beginning and the end of the header section, and some in the body.
CUTS = [f"over=tcp split={place}" for place in (*range(1, 29, 3), *range(-60, 0, 6), 150, 250, 350, 450,
                                                 *range(500, 1100, 40))]
ODD_CUTS = [f"over=tcp {spelling} split={place}" for place in (20, 300, 600)
            for spelling in ("names=compact", "colon=space", "fold=yes", "lines=lf", "crlf=front")]
WEB_SOCKETS = [f"over=ws {how}" for how in
               ("ws-opened=900", "segment=100", "ws-frames=3", "ws-empty=first", "ws-frames=3 ws-empty=last")]
ENCODINGS = [*WEB_SOCKETS, *SPELLINGS, *BODIES, *KEEP_ALIVES, *WRAPPINGS, *CUTS, *ODD_CUTS]


def make(build, scenario, capture, encoding=""):
    # "sdp-line=b=AS:" is one setting; no value has a blank.
    words = [word for setting in encoding.split() for word in ("--encode", setting)]
    return subprocess.run([build / "samples" / "make-capture", *words, scenario, capture],
                          capture_output=True, text=True)


def essence(report):
    return {"rules": sorted({finding["rule"] for finding in report["findings"]}),
            "outcomes": sorted(negotiation["outcome"] for negotiation in report["negotiations"])}


def audit(auditor, options, *files):
    result = auditor.run("--format", "json", "--no-progress", *options, *files)
    if result.returncode not in (0, 1, 3):
        return {"status": result.returncode, "complaint": result.stderr.strip()}
    return essence(json.loads(result.stdout))


def options_of(build, scenario):
    wanted = scenarios.expectations(build, scenario)
    policy = ["--policy", " ".join(wanted["policy"])] if "policy" in wanted else []
    return [*policy, *wanted.get("options", [])]


def halves(capture, where):
    """Every second frame in a file of its own, as two taps would share them."""
    header, packets = pcapfile.read(capture)
    files = [where / "even.pcap", where / "odd.pcap"]
    for number, file in enumerate(files):
        pcapfile.write(file, header, packets[number::2])
    return files


def twice(capture, where):
    """Each frame again after it, as a mirror port gives it that sees both ends of a switch."""
    header, packets = pcapfile.read(capture)
    pcapfile.write(where / "twice.pcap", header, [packet for packet in packets for _ in "12"])
    return where / "twice.pcap"


def differences(auditor, build, scenario, where):
    capture, options = where / "capture.pcap", options_of(build, scenario)
    if make(build, scenario, capture).returncode:
        yield "no capture can be made of it"
        return
    plain = audit(auditor, options, capture)
    for how, files in (("each frame twice", [twice(capture, where)]), ("in two files", halves(capture, where))):
        now = audit(auditor, options, *files)
        if now != plain:
            yield f"{how}: {now}, as it stands: {plain}"
    for encoding in ENCODINGS:
        if make(build, scenario, capture, encoding).returncode:
            continue  # it cannot travel so
        now = audit(auditor, options, capture)
        if now != plain:
            yield f"{encoding}: {now}, as it stands: {plain}"


def chosen(words):
    if words == ["--all"]:
        return [path for path in sorted((TESTS / "scenarios").glob("*/*.scenario"))]
    if words:
        return [pathlib.Path(word) for word in words]
    folders = [TESTS / "scenarios" / name for name in SAMPLE]
    return [path for name in folders for path in
            (sorted(name.glob("*.scenario"))[:SAMPLE_OF_FOLDER] if name.is_dir()
             else [name.with_suffix(".scenario")])]


def main(build, *words):
    build, wrong = pathlib.Path(build).resolve(), 0
    paths = chosen(list(words))
    with captures.folder() as where, audits.Server(build) as auditor:
        for scenario in paths:
            for line in differences(auditor, build, scenario, pathlib.Path(where)):
                wrong += 1
                print(f"{scenario}: {line}", flush=True)
    print(f"{len(paths)} scenarios in {len(ENCODINGS) + 2} encodings, {wrong} differ")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
