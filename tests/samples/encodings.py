#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does make-capture --encode change what it should, and nothing else?

usage: encodings.py BUILD_DIR

Each case is what the octets of the frames must have and must not have, or which protocols Wireshark's
own dissectors find in them. Media and HTTP stay as they are but for the packets that they travel in.
"""

import pathlib
import re
import subprocess
import sys

import captures
import pcapfile
from tshark import Tshark

SOURCE = pathlib.Path(__file__).resolve().parents[2]

SCENARIO = pathlib.Path(__file__).resolve().parent / "redirect.scenario"

# Settings; what the frames of the INVITE or the 488 match; what they do not.
OCTETS = {
    "": ([rb"\r\nContent-Length: \d+\r\n", rb"488 Not Acceptable Here\r\n"], [rb"[^\r]\n[A-Z]"]),
    "names=compact": ([rb"\r\nl: \d+\r\n", rb"\r\nc: application/sdp\r\n"], [rb"Content-Length"]),
    "names=upper": ([rb"\r\nCONTENT-LENGTH: "], [rb"Content-Length"]),
    "colon=space": ([rb"\r\nContent-Length : "], [rb"\nVia:"]),
    "colon=tab only-headers=Content-Length": ([rb"\r\nContent-Length\t: ", rb"\nVia:"], []),
    "fold=yes": ([rb"\r\nContent-Length:\r\n \d+\r\n"], []),
    "version=lower": ([rb"INVITE \S+ sip/2.0\r\n", rb"\x00*sip/2.0 488 "], [rb" SIP/2.0\r\n"]),
    "media-type=blank-slash": ([rb"Content-Type: application / sdp\r\n"], []),
    "media-type=blank-end": ([rb"Content-Type: application/sdp \r\n",
                              rb"Content-Type: multipart/mixed ;boundary"], []),
    "type-before=a/b": ([rb"Content-Type: a/b\r\nContent-Type: application/sdp\r\n"], []),
    "type-after=a/b": ([rb"Content-Type: application/sdp\r\nContent-Type: a/b\r\n"], []),
    "lines=lf": ([rb"\nContent-Length: \d+\n\nv=0\r\n", rb"\n--next\S*\nContent-Type: [^\r\n]*\n\n"],
                 [rb"\r\nContent-", rb"\r\n--next"]),
    "lines=lf-head": ([rb"\nContent-Length: \d+\n\n", rb"\r\n--next"], [rb"\r\nVia"]),
    "lines=lf-body": ([rb"\r\nContent-Length: \d+\r\n\r\n--next\S*\n"], [rb"\r\n--next\S*\r\n"]),
    "content-length=7": ([rb"Content-Length: 7\r\n"], []),
    "content-length=none": ([rb"\r\n\r\nv=0"], [rb"Content-Length"]),
    "coding=base64": ([rb"Content-Transfer-Encoding: base64\r\n\r\n[A-Za-z0-9+/]{76}\r\n"],
                      [rb"<\?xml", rb"v=0"]),
    "coding=base64-bare": ([rb"\r\n\r\n[A-Za-z0-9+/]{76}\r\n"], [rb"Transfer-Encoding", rb"v=0"]),
    "coding=quoted-printable": ([rb"Content-Transfer-Encoding: quoted-printable\r\n", rb"v=3D0",
                                 rb"=\r\n"], [rb"v=0"]),
    "coding=gzip": ([rb"Content-Encoding: gzip\r\n[^\x00]*?\r\n\r\n\x1f\x8b"], [rb"v=0"]),
    "coding=deflate": ([rb"Content-Encoding: deflate\r\n[^\x00]*?\r\n\r\n\x78"], [rb"v=0"]),
    "closing=no": ([rb"--next"], [rb"--next\S*--\r\n"]),
    "crlf=front crlf-count=3": ([rb"[^\n]\r\n\r\n\r\nINVITE"], []),
    "crlf=tail": ([rb"\r\n--next\S*--\r\n\r\n\r\n$"], []),
    "header=X-Odd:1": ([rb"\r\nX-Odd:1\r\n"], []),
    "within=hep1": ([rb"\x01\x10\x02\x11\x13\xc4\x13\xc4\xc0\x00\x02\x64\xc0\x00\x02\x0aINVITE"], []),
    "within=hep2": ([rb"\x02\x10\x02\x11.{24}INVITE"], []),
    "within=hep2 over=tcp": ([rb"\x02\x10\x02\x06.{24}INVITE"], []),
    "within=hep3": ([rb"HEP3..\x00\x00\x00\x01\x00\x07\x02", rb"\x00\x00\x00\x0f..INVITE"], []),
    "within=hep3-gzip": ([rb"\x00\x00\x00\x10..\x1f\x8b"], [rb"INVITE"]),
    "within=hep3-zlib": ([rb"\x00\x00\x00\x10..\x78"], [rb"INVITE"]),
    "within=hep3-nested": ([rb"HEP3.*\x00\x00\x00\x0f..HEP3.*\x00\x00\x00\x0f..INVITE"], []),
    "within=esp-null": ([rb"\x45.{8}\x32", rb"\x11.{12}$"], []),
}

# Which protocols there are in the frame of the INVITE, without the way to the innermost IP.
UDP = "ip:udp:sip:mikey:sdp:mikey"
PROTOCOLS = {
    "within=vlan": f"vlan:ethertype:{UDP}", "within=qinq": f"ieee8021ad:ethertype:vlan:ethertype:{UDP}",
    "within=mpls": f"mpls:{UDP}", "within=pppoe": f"pppoes:ppp:{UDP}", "within=ipip": f"ip:{UDP}",
    "within=gre": f"ip:gre:{UDP}", "within=gre-ethernet": f"ip:gre:eth:ethertype:{UDP}",
    "within=erspan": f"ip:gre:erspan:eth:ethertype:{UDP}", "within=gtp-u": f"ip:udp:gtp:{UDP}",
    "within=l2tp": f"ip:udp:l2tp:ppp:{UDP}", "within=vxlan": f"ip:udp:vxlan:eth:ethertype:{UDP}",
    "within=geneve": f"ip:udp:geneve:eth:ethertype:{UDP}",
    "within=tzsp": f"ip:udp:tzsp:eth:ethertype:{UDP}",
    "over=tcp": "ip:tcp:sip:mikey:sdp:mikey", "over=tcp within=gtp-u": "ip:udp:gtp:ip:tcp:sip:mikey:sdp:mikey",
}

# Settings, and how many frames more there are than without them, of messages alone.
FRAMES = {"crlf=before": 2, "crlf=behind": 2, "crlf=front": 0, "retransmit=1": 6, "cut=60": 0,
          "fragment=600": 4, "fragment=600 lose-fragment=1": 1, "within=hep3": 0,
          # Handshakes are three; the INVITE and the 488 are of one connection already.
          "over=tcp": 0, "over=tcp split=10,-10": 8, "over=tcp split=99999,-99999": 0,
          "within=hep3 tunnel-over=tcp": 3}

WRONG = ["within=nothing", "nothing=yes", "coding=rot13", "crlf=nowhere", "names=short", "within",
         "within=hep1 tunnel-over=tcp", "tunnel-to=nobody within=vxlan", "split=a"]


def make(build, where, settings, name="capture.pcap"):
    options = [word for setting in settings.split() for word in ("--encode", setting)]
    capture = where / name
    result = subprocess.run([build / "samples" / "make-capture", *options, SCENARIO, capture],
                            capture_output=True, text=True)
    if result.returncode == 0:
        capture.chmod(0o644)
    return result, capture


def frames(capture):
    return [packet.octets for packet in pcapfile.read(capture)[1]]


def wrong_octets(build, where):
    for settings, (wanted, unwanted) in OCTETS.items():
        result, capture = make(build, where, settings)
        if result.returncode:
            yield f"{settings}: {result.stderr.strip()}"
            continue
        packets = pcapfile.read(capture)[1]
        sip = [packet.octets for packet in packets[:2]]
        for pattern in wanted:
            if not any(re.search(pattern, frame, re.DOTALL) for frame in sip):
                yield f"{settings}: no frame has {pattern}"
        for pattern in unwanted:
            if any(re.search(pattern, frame, re.DOTALL) for frame in sip):
                yield f"{settings}: a frame has {pattern}"


def wrong_media(build, where):
    """Spelling and copies are for SIP: all else stays as it is, to the octet."""
    plain = frames(make(build, where, "")[1])[2:]
    for settings in OCTETS:
        # These are for HTTP as well, or for every packet.
        if settings.startswith(("within=esp", "coding", "header", "content-length")):
            continue
        # IP packets are numbered.
        now = frames(make(build, where, settings)[1])[2:]
        if [frame[34:] for frame in now] != [frame[34:] for frame in plain]:
            yield f"{settings}: changes RTP or HTTP"


def wrong_protocols(build, where):
    tshark = Tshark(build, where, plugin=False)
    for settings, protocols in PROTOCOLS.items():
        _, capture = make(build, where, settings)
        lines = tshark.output("-r", capture, "-Y", "sip.Method == INVITE", "-T", "fields",
                              "-e", "frame.protocols").splitlines()
        # Later versions than 4.0 do not name the IP that they read behind MPLS.
        named = lines[0].replace(":mpls:udp:", ":mpls:ip:udp:") if lines else ""
        if not named.endswith(f":{protocols}"):
            yield f"{settings}: {lines}"


def wrong_frames(build, where):
    plain = len(frames(make(build, where, "")[1]))
    for settings, more in FRAMES.items():
        result, capture = make(build, where, settings)
        count = len(frames(capture)) if result.returncode == 0 else result.stderr
        if count != plain + more:
            yield f"{settings}: {count} frames, expected {plain + more}"
    if any(len(frame) > 60 for frame in frames(make(build, where, "cut=60")[1])):
        yield "cut=60: a longer frame"


def wrong_complaints(build, where):
    for settings in WRONG:
        if make(build, where, settings)[0].returncode != 2:
            yield f"{settings}: is taken for right"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with captures.folder() as where:
        problems = [problem for check in (wrong_octets, wrong_media, wrong_protocols, wrong_frames,
                                          wrong_complaints) for problem in check(build, where)]
    print("\n".join(problems) or f"{len(OCTETS) + len(PROTOCOLS) + len(FRAMES)} encodings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
