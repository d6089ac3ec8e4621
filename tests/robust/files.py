#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Gives krraudit files that cannot be used, and command lines that mean nothing.

usage: files.py BUILD_DIR

What cannot be used before anything is audited: exit status 2, nothing on standard output. A capture
that cannot be opened beside others, or not be read to its end: exit status 3, and all that could be read is in the
report, the other captures included. Either way one line on standard error names the file and says
why.
"""

import gzip
import re
import struct
import sys

import audit
import audits
import captures
from places import SAMPLES

SAMPLE = SAMPLES / "scenarios" / "redirect-by-terminating-client.scenario"

# Options with a file or a value that cannot be used, and what is said of it. "%" is a good capture.
UNUSABLE = {
    "": "no capture given",
    "--no-such-option %": "Unknown option --no-such-option",
    "-x %": "Unknown option -x",
    "--jobs none %": "--jobs none: ",
    "--jobs 0 %": "--jobs 0: ",
    "--policy": "Missing argument for --policy",
    "--format xml %": "--format xml: ",
    "--fail-on sometimes %": "--fail-on sometimes: ",
    "--only no-such-rule %": '--only: there is no rule "no-such-rule"',
    "--only= %": "--only: it names no rule",
    "--skip ,, %": '--skip: there is no rule ""',
    "--window soon %": "--window soon: ",
    "--window=-1 %": "--window -1: ",
    "--window 99999999999 %": "--window 99999999999: ",
    "--capture-filter nonsense( %": r"--capture-filter nonsense\(: ",
    "--decode-as nonsense %": "--decode-as nonsense: ",
    "--decode-as tcp.port==5070,nonsense %": "--decode-as tcp.port==5070,nonsense: ",
    "--preference nonsense:1 %": "--preference nonsense:1: ",
    "--preference sip.desegment_body %": "--preference sip.desegment_body: ",
    "--policy missing.ini %": "missing.ini: .*No such file",
    "--policy . %": r"\.: .*Is a directory",
    "--policy secret %": "secret: .*Permission denied",
    "--policy empty.ini --policy missing.ini %": "missing.ini: .*No such file",
    "--policy % %": "%: line 1: ",
    "--policy group.ini %": "group.ini: line 2: .*surprise",
    "--policy key.ini %": "key.ini: line 3: .*surprise",
    "--policy value.ini %": "value.ini: line 2: .*max-sub-krrs",
    "--policy large.ini %": "large.ini: ",
    "--vocabulary missing.ini %": "missing.ini: .*No such file",
    "--vocabulary . %": r"\.: .*Is a directory",
    "--vocabulary secret %": "secret: .*Permission denied",
    "--vocabulary key.ini %": "key.ini: ",
    "--vocabulary % %": "%: ",
    "--vocabulary names.ini %": "names.ini: .*Surprise",
    "--trust-anchor missing.pem %": "missing.pem: .*No such file",
    "--trust-anchor % %": "%: it holds no certificate",
    "--tls-keys missing.log %": "missing.log: No such file",
    "--tls-keys . %": r"\.: ",
    "--output nowhere/report %": "nowhere/report: it cannot be written: there is no folder nowhere",
    "--output . %": r"\.: ",
    "--output /dev/full %": "/dev/full: No space left",
    "--output % %": "%: .*would overwrite",
    "--output empty.ini --policy empty.ini %": "empty.ini: .*would overwrite",
}

FILES = {
    "group.ini": b"[policy]\n[surprise]\n",
    "key.ini": b"[policy]\n# a comment\nsurprise = yes\n",
    "value.ini": b"[policy]\nmax-sub-krrs = many\n",
    "names.ini": b"[elements]\nSurprise = A;B\n",
    "large.ini": b"# comment\n" * 2_000_000,
    "empty.ini": b"",
    "secret": b"[policy]\n",
}


def records(pcap):
    """Where the records of a capture begin, and its end."""
    places = [24]
    while places[-1] < len(pcap):
        places.append(places[-1] + 16 + struct.unpack_from("<I", pcap, places[-1] + 8)[0])
    return places


def bad_captures(pcap):
    """Name: (octets, how many frames of them are good, what is said)."""
    place = records(pcap)
    huge = pcap[:place[5] + 8] + b"\xff\xff\xff\x7f" + pcap[place[5] + 12:]
    noise = bytes(7 * i * i % 251 for i in range(5000))
    return {
        "empty.pcap": (b"", 0, "it is empty"),
        "short-header.pcap": (pcap[:20], 0, "."),
        "text.pcap": (b"This is no capture.\n" * 9, 0, "it is no capture"),
        "noise.pcap": (noise, 0, "it is no capture"),
        "program.pcap": (b"\x7fELF" + noise, 0, "it is no capture"),
        "picture.pcap": (b"\x89PNG\r\n\x1a\n" + noise, 0, "it is no capture"),
        "document.pcap": (b'<?xml version="1.0"?><a/>', 0, "it is no capture"),
        "cut-in-header.pcap": (pcap[:place[7] + 5], 7, "cut short: .* frame 7"),
        "cut-in-frame.pcap": (pcap[:place[8] - 1], 7, "cut short: .* frame 7"),
        "cut-after-header.pcap": (pcap[:place[7] + 16], 7, "cut short: .* frame 7"),
        "huge-frame.pcap": (huge, 5, "damaged after frame 5: "),
        "noise-behind.pcap": (pcap + b"\xff" * 100, len(place) - 1, f".*frame {len(place) - 1}:"),
        "cut.pcap.gz": (gzip.compress(pcap, mtime=0)[:-20], None, "."),
        "noise-within.pcap.gz": (noise_within(gzip.compress(pcap, mtime=0)), None, "."),
    }


def noise_within(octets):
    middle = len(octets) // 2
    return octets[:middle] + bytes(octet ^ 0x5a for octet in octets[middle:])


def one_line(errors, file, says):
    """Is that what standard error should hold?"""
    return len(errors) == 1 and re.match(f"krraudit: {file}{says}", errors[0])


def check_unusable(build, where, words, says):
    arguments = [word.replace("%", "good.pcap") for word in words.split()]
    result = audit.run(build, *arguments, where=where, prefix=captures.unprivileged())
    expected = says.replace("%", "good.pcap")
    if result.status != 2 or result.output:
        yield f"{words}: exit status {result.status}, {len(result.output)} octets of output"
    if not one_line(result.errors, "", expected):
        yield f"{words}: says {result.errors}"


def check_capture(auditor, where, name, good_frames, says, good):
    """By itself, then between good ones."""
    alone = audit.serve_json(auditor, name, where=where)
    if alone.status != (3 if alone.output else 2) or \
            not one_line(alone.errors, re.escape(name) + ": ", says):
        yield f"{name}: exit status {alone.status}, says {alone.errors}"
        return
    if not alone.output:
        return  # it could not be opened: nothing is audited
    capture, = alone.report["captures"]
    if capture["complete"] or not capture["error"]:
        yield f"{name}: reported as complete"
    if good_frames is not None and capture["frames"] != good_frames:
        yield f"{name}: {capture['frames']} frames, {good_frames} are good"
    # Everything before the damage is reported as if the capture ended there.
    (where / "head.pcap").write_bytes(good.pcap[:records(good.pcap)[capture["frames"]]])
    head = audit.serve_json(auditor, "head.pcap", where=where)
    for part in ("krrs", "offers", "negotiations", "findings"):
        if alone.report[part] != head.report[part]:
            yield f"{name}: other {part} than in its first {capture['frames']} frames"
    beside = audit.serve_json(auditor, name, "good.pcap", where=where)
    complete = [capture["complete"] for capture in beside.report["captures"]]
    if beside.status != 3 or complete != [False, True]:
        yield f"{name} beside a good one: exit status {beside.status}, complete: {complete}"
    if len(beside.report["krrs"]) != len(good.report["krrs"]):
        yield f"{name}: the good capture beside it is not audited"


def check_unopenable(build, where, name, says, good):
    result = audit.run_json(build, name, "good.pcap", where=where, prefix=captures.unprivileged())
    if result.status != 3 or not one_line(result.errors, re.escape(name) + ": ", says):
        yield f"{name}: exit status {result.status}, says {result.errors}"
    elif len(result.report["krrs"]) != len(good.report["krrs"]):
        yield f"{name}: the good capture beside it is not audited"


def main(build):
    problems = []
    with captures.folder() as where, audits.Server(build) as auditor:
        good_path = captures.make(build, SAMPLE, where).rename(where / "good.pcap")
        good = audit.serve_json(auditor, "good.pcap", where=where)
        good.pcap = good_path.read_bytes()
        if good.status not in (0, 1) or good.errors or len(good.report["krrs"]) != 3:
            sys.exit(f"not even the good capture is audited: {good}")
        for name, octets in FILES.items():
            (where / name).write_bytes(octets)
            (where / name).chmod(0o644)
        (where / "secret").chmod(0)
        for words, says in UNUSABLE.items():
            problems += check_unusable(build, where, words, says)
        for name, (octets, frames, says) in bad_captures(good.pcap).items():
            (where / name).write_bytes(octets)
            problems += check_capture(auditor, where, name, frames, says, good)
        for name, says in {"missing.pcap": "No such file", ".": "Is a directory", "-": "it is empty",
                           "secret": "Permission denied", "/dev/null": "."}.items():
            problems += check_unopenable(build, where, name, says, good)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
