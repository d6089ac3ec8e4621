#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks --export-objects krr: every document, byte for byte, under a name that harms nobody.

usage: test-export.py BUILD_DIR

The documents of a golden case are compared with the octets that tshark shows beneath them; what the
test puts into a capture itself, encodings and hostile creators included, must come out again.
"""

import json
import pathlib
import re
import subprocess
import sys

import captures
from cases import set_up
from scenarios import HOSTS, OFFER
from tshark import Tshark

HEAD = """title  Documents that are exported
start  2026-01-01T12:00:00Z
""" + HOSTS + OFFER
DOCUMENT = """<KmsRedirectResponse xmlns="urn:3gpp:ns:mcsecKMSKRR:1.0" Version="1.0">
  <CreatorUri>{creator}</CreatorUri>\r
  <ReceiverKmsList><KmsUri>kms.\u00e9.example.org</KmsUri></ReceiverKmsList>\t
</KmsRedirectResponse>
"""

# Creators, and how their documents are called: the name begins with frame-N-.
CREATORS = {
    "sip:is-proxy@partner.example.org": "sip_is-proxy@partner.example.org.xml",
    "../../../etc/passwd": ".._.._.._etc_passwd.xml",
    "..": "...xml",
    "a/b\\c:d*e?f\"g|h": "a_b_c_d_e_f_g_h.xml",
    "$(reboot) `reboot`; & \n x": "__reboot___reboot_______x.xml",
    "caf\u00e9\u202egpj.exe": "caf_____gpj.exe.xml",
    "x" * 2000: "x" * 64 + ".xml",
    "": "nobody.xml",
}

# How a body may be put into a message; each gives the same octets back.
WAYS = ["body", "gzip", "base64", "base64-cte", "multipart", "multipart-text", "multipart-base64",
        "multipart-base64-bare"]
NOT_XML = b"Not acceptable here.\r\nTry kms.partner.example.org\x00\xff instead.\n"
KRR_TYPE = "application/vnd.3gpp.kmsredirectresponse+xml"


class Story:
    """A scenario in the making, and what must be exported of it."""

    def __init__(self, where):
        self.where, self.lines, self.messages, self.frames = where, [HEAD], [], 0
        self.expected = {}

    def document(self, name, octets):
        (self.where / f"{name}.body").write_bytes(octets)
        self.lines.append(f"krr {name}\n  file = {name}.body\nend")

    def answer(self, settings, expected):
        """An answer with these settings, all in one frame; what must be exported of it, by name."""
        self.messages += [f"at {self.frames}.0  alice -> proxy  INVITE  offer=first",
                          f"at {self.frames}.1  proxy -> alice  488  {settings}"]
        self.frames += 2
        self.expected |= {f"frame-{self.frames}-{name}": octets for name, octets in expected.items()}

    def capture(self, build):
        scenario = self.where / "documents.scenario"
        scenario.write_text("\n".join([*self.lines, *self.messages]) + "\n", encoding="utf-8")
        return captures.make(build, scenario, self.where)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\u202e", "&#8238;")


def tell(where):
    """Every way of carrying, every creator, two in one message, one that is no KRR, one cut."""
    story = Story(where)
    plain = DOCUMENT.format(creator="sip:a@example.org").encode()
    story.document("plain", plain)
    story.document("not-xml", NOT_XML)
    for way in WAYS:
        story.answer(f"krr=plain in={way}", {"sip_a@example.org.xml": plain})
    for number, (creator, name) in enumerate(CREATORS.items()):
        octets = DOCUMENT.format(creator=escaped(creator)).encode()
        story.document(f"by-{number}", octets)
        story.answer(f"krr=by-{number}", {name: octets})
    story.answer("krr=not-xml in=part krr=plain in=part krr=plain in=part",
                 {"malformed.xml": NOT_XML, "2-sip_a@example.org.xml": plain,
                  "3-sip_a@example.org.xml": plain})
    story.answer("krr=plain cut=500", {})
    return story


def export(tshark, where, capture, kind, *options):
    """{file name: octets} of what tshark exports."""
    target = where / f"objects-{kind}-{len(list(where.iterdir()))}"
    target.mkdir()
    target.chmod(0o777)
    tshark.output("-r", capture, *options, "-Q", "--export-objects", f"{kind},{target}")
    return {path.name: path.read_bytes() for path in target.iterdir()}


def compare(what, found, expected):
    for name in sorted(set(found) | set(expected)):
        if found.get(name) != expected.get(name):
            yield f"{what}: {name} is {found.get(name)!r}, not {expected.get(name)!r}"


def check_story(build):
    with captures.folder() as where:
        story = tell(where)
        capture = story.capture(build)
        tshark = Tshark(build, where)
        found = export(tshark, where, capture, "krr")
        yield from compare("documents", found, story.expected)
        yield from compare("two passes", export(tshark, where, capture, "krr", "-2"), story.expected)
        for name in found:
            if not re.fullmatch(r"frame-\d+-[A-Za-z0-9@.+_-]+\.xml", name) or len(name) > 100:
                yield f"{name} is no safe file name"


def shown_documents(tshark, options):
    """How many documents each frame holds that the capture did not cut short."""
    rows = tshark.output(*options, "-Y", "krr", "-T", "fields", "-E", "occurrence=a", "-e",
                         "frame.number", "-e", "frame.protocols", "-e", "krr.cut").splitlines()
    for row in rows:
        frame, protocols, cut = row.split("\t")
        yield int(frame), protocols.split(":").count("krr") - len(list(filter(None, cut.split(","))))


def check_golden(build):
    """As many documents as are shown, and an upload as it came out of HTTP."""
    for case in ("krr", "krr-broken", "krr-signatures", "mikey-krr"):
        with captures.folder() as where:
            capture, options = set_up(build, case, where)
            tshark = Tshark(build, where)
            found = export(tshark, where, capture, "krr")
            frames = [int(name.split("-")[1]) for name in found]
            for frame, number in shown_documents(tshark, options):
                if frames.count(frame) != number:
                    yield f"{case}: frame {frame} has {number} documents, exported: {sorted(found)}"
            if case == "krr":
                uploads = [octets for octets in export(tshark, where, capture, "http").values()
                           if b"KrrList" in octets]
                if not uploads or set(uploads) - set(found.values()):
                    yield f"{case}: the uploads are not among {sorted(found)}"


def check_list(build):
    """What the dialog shows of an object: sharkd tells the same list."""
    with captures.folder() as where:
        capture, _ = set_up(build, "krr", where)
        tshark = Tshark(build, where)
        requests = [{"jsonrpc": "2.0", "id": 1, "method": "load", "params": {"file": str(capture)}},
                    {"jsonrpc": "2.0", "id": 2, "method": "tap", "params": {"tap0": "eo:krr"}}]
        result = subprocess.run([*tshark.unprivileged, "sharkd", "-"], env=tshark.environment,
                                input="".join(json.dumps(each) + "\n" for each in requests),
                                capture_output=True, encoding="utf-8")
        answer = json.loads(result.stdout.splitlines()[1])
        objects = answer["result"]["taps"][0]["objects"]
        first = objects[0]
        if (first["hostname"], first["type"], first["pkt"]) != (
                "sip:outbound-proxy@home.example.org", KRR_TYPE, 2):
            yield f"the first object is {first}"
        types = {each["type"] for each in objects}
        if types != {KRR_TYPE, "application/xml"}:
            yield f"the content types are {types}"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    problems = [*check_story(build), *check_golden(build), *check_list(build)]
    print("\n".join(problem[:400] for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
