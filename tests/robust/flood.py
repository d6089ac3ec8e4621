#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of distinct KRRs takes no more than 256 MiB beyond what as many plain 488s take.

usage: flood.py BUILD_DIR [KIND COUNT]

Without a kind the one is tried with which memory grows fastest, and often enough that keeping all of
it would go beyond the bound. Nothing is written to disk: krraudit reads the capture from a pipe.
"""

import pathlib
import struct
import subprocess
import sys
import tempfile
import threading

import audit
import packets
from places import TESTS

BOUND = 256 * 1024 * 1024
MEDIA_TYPE = "application/vnd.3gpp.kmsredirectresponse+xml"
OTHER_TYPE = "application/vnd.example.another-answer+xml"
SIGNED = (TESTS / "signed" / "nested-3.xml").read_text()

KRR = """<KmsRedirectResponse xmlns="urn:3gpp:ns:mcsecKMSKRR:1.0" Id="{id}">\
<Time>2026-01-01T09:00:00Z</Time><CreatorUri>sip:creator-{id}@example.org</CreatorUri>\
<InitiatorUri>sip:initiator-{id}@example.org</InitiatorUri>\
<ReceiverUri>sip:receiver-{id}@example.org</ReceiverUri>\
<InitiatorKmsUri>kms.example.org</InitiatorKmsUri>\
<ReceiverKmsUri>kms.example.org</ReceiverKmsUri>\
<InitiatorKmsList><Any/></InitiatorKmsList>\
<ReceiverKmsList>{members}</ReceiverKmsList>{inner}</KmsRedirectResponse>"""


def krr(name, members=1, inner=""):
    """A KRR like no other, nor are the KMSs that it lists."""
    kms = "".join(f"<KmsUri>kms-{place}.of-{name}.example.org</KmsUri>" for place in range(members))
    return KRR.format(id=name, members=kms, inner=inner)


def long_lists(number):
    return krr(f"krr-{number}", members=500)


def small(number):
    return krr(f"krr-{number}")


def nested(number):
    """Five levels, none of which was seen before."""
    text = ""
    for level in range(6):
        text = krr(f"krr-{number}-{level}", members=3, inner=text)
    return text


def signed(number):
    """Three levels with certificates; the signatures do not hold, since the KRR is another."""
    return SIGNED.replace("</CreatorUri>", f"?{number}</CreatorUri>")


KINDS = {function.__name__: function for function in (long_lists, small, nested, signed)}


def response(number, media_type, body):
    """A 488 with that body, as a frame."""
    return packets.sip("192.0.2.2", "192.0.2.1", (
        f"SIP/2.0 488 Not Acceptable Here\r\n"
        f"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{number}\r\n"
        f"From: <sip:initiator@example.org>;tag=a{number}\r\n"
        f"To: <sip:receiver@example.org>;tag=b{number}\r\n"
        f"Call-ID: {number}@192.0.2.1\r\nCSeq: 1 INVITE\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n{body}"))


def pour(pipe, kind, count, media_type):
    """Writes the capture: a thousand a second."""
    try:
        pipe.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number in range(count):
            frame = response(number, media_type, kind(number) if media_type == MEDIA_TYPE else
                             kind(number).replace("mcsecKMSKRR", "mcsecOther"))
            pipe.write(struct.pack("<IIII", 1_767_258_000 + number // 1000, number % 1000 * 1000,
                                   len(frame), len(frame)) + frame)
        pipe.close()
    except BrokenPipeError:
        pass  # krraudit has ended; its status tells


def peak(build, kind, count, media_type):
    """The report of such a flood as lines, and the octets that it took to make."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([pathlib.Path(build, "krraudit").resolve(), "--format", "json",
                                    "--no-progress", "-"],
                                   stdin=subprocess.PIPE, stdout=output)
        source = threading.Thread(target=pour, args=(process.stdin, kind, count, media_type))
        source.start()
        status, octets = audit.wait(process)
        source.join()
        output.seek(0)
        numbers = number_after(output, '    "krrs": ')
        output.seek(0)
        told = any("were left out for want of room" in line for line in output)
        return status, octets, numbers, told


def number_after(lines, label):
    """The numbers that a report has under a name; blanks before it say how deep it stands."""
    found = [line.strip().removeprefix(label.strip()).strip(", ") for line in lines
             if line.startswith(label)]
    return [int(text) for text in found if text.isdigit()]


def main():
    build = sys.argv[1]
    kind, count = KINDS[sys.argv[2]] if len(sys.argv) > 2 else long_lists, 5000
    if len(sys.argv) > 2:
        count = int(sys.argv[3])
        audit.PATIENCE = 3600
    status, plain, _, told = peak(build, kind, count, OTHER_TYPE)
    assert status == 0, f"plain answers: status {status}"
    assert not told, "plain answers: KRRs were left out"
    status, flood, numbers, told = peak(build, kind, count, MEDIA_TYPE)
    assert status == 3, f"KRRs, some of which are left out: status {status}"
    left_out, kept = numbers if len(numbers) == 2 else (0, *numbers)
    print(f"{kind.__name__}, {count}: {plain >> 20} MiB plain, {flood >> 20} MiB as KRRs; "
          f"{kept} kept, {left_out} left out")
    assert left_out > 0, "the flood is too small to try the limits"
    assert told, "no finding says that KRRs were left out"
    assert kept > 0 and kept + left_out >= count, "KRRs are lost without a word"
    assert flood - plain <= BOUND, f"{flood - plain >> 20} MiB more"


if __name__ == "__main__":
    main()
