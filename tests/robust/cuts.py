#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts the frames of a redirect at every octet, as a snap length does.

usage: cuts.py BUILD_DIR

What the capture cut short is shown as far as it goes and never judged: whatever is lost, no rule may
fire that does not fire on the whole. The frames behind are audited as ever.
"""

import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import audit
import captures
from tshark import Tshark

# A redirect, of which every frame is repeated with every length; then one that is whole.
SCENARIO = """
title  To be cut
host  alice  192.0.2.100:5060   sip:alice@home.example.org
host  carol  192.0.2.101:5060   sip:carol@home.example.org
host  proxy  192.0.2.10:5060    sip:bob@partner.example.org
host  kms    192.0.2.20:80
host  peer   192.0.2.11:2269

offer alices
  idri    = sip:alice@home.example.org
  idrr    = sip:bob@partner.example.org
  idrkmsi = kms.home.example.org
  idrkmsr = kms.home.example.org
  sakke-length = 20
end
offer carols like alices
  idri    = sip:carol@home.example.org
end
krr to-alice
  answers        = alices
  creator        = sip:is-proxy@partner.example.org
  initiator-list = ANY
  receiver-list  = kms.partner.example.org
end
krr to-carol like to-alice
  answers        = carols
end

at 0.0  alice -> proxy  INVITE  offer=alices
at 0.1  proxy -> alice  488     krr=to-alice
at 0.2  alice -> proxy  MESSAGE offer=alices in=body
at 0.3  alice -> kms    POST    krr=to-alice in=kms-upload
at 0.4  alice -> peer   DATA    offer=alices
at 0.5  alice -> proxy  INVITE  offer=alices over=tcp
at 0.6  proxy -> alice  488     krr=to-alice in=multipart
at 9.0  carol -> proxy  INVITE  offer=carols
at 9.1  proxy -> carol  488     krr=to-carol
"""

LAST = 2  # frames at the end that stay whole


def cut_everywhere(pcap):
    """The capture with each frame but the last ones in every length, the shortest one first, and how
    many frames it has."""
    head, records, place = pcap[:24], [], 24
    while place < len(pcap):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", pcap, place)
        records.append((seconds, fraction, pcap[place + 16:place + 16 + captured], length))
        place += 16 + captured
    cut = [(seconds, fraction, octets[:size], length)
           for seconds, fraction, octets, length in records[:-LAST]
           for size in range(len(octets))] + records[-LAST:]
    body = b"".join(struct.pack("<IIII", seconds, fraction, len(octets), length) + octets
                    for seconds, fraction, octets, length in cut)
    return head + body, len(cut)


def wrong_report(result, frames):
    if result.status not in (0, 1) or result.errors:
        yield f"krraudit ends with {result.status}: {result.errors}"
        return
    capture, = result.report["captures"]
    if capture["frames"] != frames or not capture["complete"]:
        yield f"{capture['frames']} frames of {frames} were read, complete: {capture['complete']}"
    if not capture["cut_bodies"]:
        yield "no body was counted as cut short"
    if result.rules() != {"unsigned-krr"}:
        yield f"rules that fired: {result.rules()}"
    frames_of_krrs = [krr["frames"] for krr in result.report["krrs"]]
    if frames_of_krrs != [[frames]]:
        yield f"KRRs were read from frames {frames_of_krrs}"


def wrong_trees(tshark, path, frames):
    fields = ["frame.number", "krr.creator", "mikey_sakke.idri", "_ws.expert.message"]
    rows = [row.split("\t") for row in tshark.output(
        "-r", path, "-T", "fields", *(word for name in fields for word in ("-e", name))).splitlines()]
    if len(rows) != frames:
        yield f"tshark shows {len(rows)} frames of {frames}"
    for number, creator, _, experts in rows:
        if "Dissector bug" in experts or "malformed-krr" in experts:
            yield f"frame {number}: {experts}"
        if bool(creator) != (number == str(frames)):
            yield f"frame {number}: creator \"{creator}\""
    # Messages of which only the end is lost show what stands before.
    if len([row for row in rows if row[2]]) < 10:
        yield "tshark shows hardly anything of MIKEY messages that were cut"


def main(build):
    with captures.folder() as where:
        (where / "cut.scenario").write_text(SCENARIO)
        path = captures.make(build, where / "cut.scenario", where)
        octets, frames = cut_everywhere(path.read_bytes())
        path.write_bytes(octets)
        problems = [*wrong_report(audit.run_json(build, path), frames),
                    *wrong_trees(Tshark(build, where), path, frames)]
    print("\n".join(problems[:50]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
