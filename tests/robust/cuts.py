#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts the frames of a redirect at every octet, as a snap length does.

usage: cuts.py BUILD_DIR

What the capture cut short is shown as far as it goes and never judged: whatever is lost, no rule may
fire that does not fire on the whole. The frames behind are audited as ever.
"""

import dataclasses
import sys

import audit
import captures
import pcapfile
from scenarios import HOSTS, OFFER, REDIRECT
from tshark import Tshark

# A redirect, of which every frame is repeated with every length; then one that is whole.
SCENARIO = """
title  To be cut
""" + HOSTS + """\
host  carol  192.0.2.101:5060   sip:carol@home.example.org
host  kms    192.0.2.20:80
host  peer   192.0.2.11:2269
""" + OFFER + REDIRECT + """\
offer alices like first
  sakke-length = 20
end
offer carols like alices
  idri    = sip:carol@home.example.org
end
krr to-alice like redirect
  answers        = alices
end
krr to-carol like redirect
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


def cut_everywhere(path):
    """Rewrites the capture with each frame but the last ones in every length, the shortest one first.
    Returns how many frames it has."""
    header, packets = pcapfile.read(path)
    cut = [dataclasses.replace(packet, octets=packet.octets[:size]) for packet in packets[:-LAST]
           for size in range(len(packet.octets))] + packets[-LAST:]
    pcapfile.write(path, header, cut)
    return len(cut)


def wrong_report(result, frames):
    if result.status != 3 or result.errors:
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
        frames = cut_everywhere(path)
        problems = [*wrong_report(audit.run_json(build, path), frames),
                    *wrong_trees(Tshark(build, where), path, frames)]
    print("\n".join(problems[:50]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
