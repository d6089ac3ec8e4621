#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends bodies through both programs that are labelled as KRRs, and are none or meant to do harm.

usage: bodies.py BUILD_DIR GROUP

Each body answers a call of its own, between two redirects that are as they should be. What is wrong
with it must be said, the redirects beside it must be audited and shown as if it were not there, and
it may cost at most 64 MiB more than a body that is as it should be.
"""

import dataclasses
import gzip
import re
import sys

import audit
import audits
import captures
from scenarios import HOSTS, OFFER, REDIRECT
from tshark import Tshark

MOST_EXTRA = 64 * 1024 * 1024

SCENARIO = r"""
title  A bad body between good ones
""" + HOSTS + OFFER + REDIRECT + r"""
host  carol  192.0.2.101:5060   sip:carol@home.example.org
host  erin   192.0.2.102:5060   sip:erin@home.example.org
offer retry like first
  idrkmsr = kms.partner.example.org
end
offer carols like first
  idri    = sip:carol@home.example.org
end
offer erins like first
  idri    = sip:erin@home.example.org
end
krr to-erin like redirect
  answers        = erins
end
krr bad
  file = bad.body
end

at 0.0  alice -> proxy  INVITE  offer=first
at 0.1  proxy -> alice  488     krr=redirect
at 0.2  alice -> proxy  ACK
at 1.0  carol -> proxy  INVITE  offer=carols {request}
at 1.1  proxy -> carol  488     krr=bad from=sip:carol@home.example.org \
                                to=sip:bob@partner.example.org {response}
at 2.0  alice -> proxy  INVITE  offer=retry
at 2.1  proxy -> alice  200
at 2.2  alice -> proxy  ACK
at 3.0  erin  -> proxy  INVITE  offer=erins
at 3.1  proxy -> erin   488     krr=to-erin
at 3.2  erin  -> proxy  ACK
"""

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ROOT = '<KmsRedirectResponse xmlns="urn:3gpp:ns:mcsecKMSKRR:1.0" Version="1.0">'
END = "</KmsRedirectResponse>"
FIELDS = """
  <Time>2026-01-01T12:00:01Z</Time>
  <CreatorUri>sip:is-proxy@partner.example.org</CreatorUri>
  <InitiatorUri>sip:carol@home.example.org</InitiatorUri>
  <ReceiverUri>sip:bob@partner.example.org</ReceiverUri>
  <InitiatorKmsUri>kms.home.example.org</InitiatorKmsUri>
  <ReceiverKmsUri>kms.home.example.org</ReceiverKmsUri>
  <InitiatorKmsList><Any/></InitiatorKmsList>
  <ReceiverKmsList><KmsUri>kms.partner.example.org</KmsUri></ReceiverKmsList>
"""
GOOD = HEAD + ROOT + FIELDS + END
# Each entity is ten times the one before.
BOMB = "".join(f'<!ENTITY {name} "{10 * f"&{before};"}">'
               for before, name in zip("abcdefgh", "bcdefghi"))


@dataclasses.dataclass
class Body:
    octets: bytes
    says: str = ""      # pattern of what malformed-krr observes; "": there is nothing to say
    read: bool = False  # the KRR is read
    request: str = ""   # settings of the call that it answers
    response: str = ""  # and of the answer
    unread: str = ""    # pattern of what unread-krr observes; "": it may say anything


def document(inside, doctype=""):
    return (HEAD + doctype + ROOT + inside + END).encode()


def large(octets, says):
    """A body that does not fit a datagram."""
    return Body(octets, says, request="over=tcp", response="segment=20000")


def with_doctype(declarations, inside=""):
    return document(FIELDS + inside, f"<!DOCTYPE KmsRedirectResponse {declarations}>")


GROUPS = {
    "syntax": {
        "not-xml": Body(b"Not acceptable here\r\n", "Start tag expected"),
        "empty": Body(b"", "body is empty"),
        "white-space": Body(b" \r\n\t ", "Start tag expected"),
        "wrong-root": Body(b"<html><body/></html>", "root element is html"),
        "half": Body(GOOD.encode()[:400], "Premature end"),
        "text-behind": Body(GOOD.encode() + b"trailer", "Extra content"),
        "two-roots": Body((GOOD + ROOT + END).encode(), "Extra content"),
        "undeclared-entity": Body(document(f"{FIELDS}<Laugh>&i;</Laugh>"), "Entity 'i' not defined"),
    },
    "encoding": {
        "nul-octets": Body(GOOD.encode().replace(b"carol", b"ca\0rol"), "NUL"),
        "nul-only": Body(bytes(500), "NUL"),
        "invalid-utf-8": Body(GOOD.encode().replace(b"is-proxy", b"is\xffproxy"), "UTF-8|Invalid bytes in character encoding"),
        "all-octets": Body(bytes(range(1, 256)) * 20, "empty|Start tag"),
        "utf-16": Body(GOOD.replace("UTF-8", "UTF-16").encode("utf-16"), read=True),
        "half-utf-16": Body(GOOD.replace("UTF-8", "UTF-16").encode("utf-16")[:-1], "."),
        "no-utf-16": Body(GOOD.replace("UTF-8", "UTF-16").encode(), "labelled UTF-16|Blank needed here"),
        "unknown-encoding": Body(GOOD.replace("UTF-8", "EBCDIC-37").encode(), "encoding:? EBCDIC-37"),
    },
    "entities": {
        "doctype": Body(with_doctype(""), "DOCTYPE"),
        "bomb": Body(with_doctype(f'[<!ENTITY a "ha">{BOMB}]', "<Laugh>&i;</Laugh>"), "DOCTYPE"),
        "quadratic-bomb": large(with_doctype(f'[<!ENTITY a "{100_000 * "a"}">]',
                                             f"<Laugh>{20_000 * '&a;'}</Laugh>"), "DOCTYPE"),
        "external": Body(with_doctype('[<!ENTITY secret SYSTEM "file:///etc/hostname">]',
                                      "<Secret>&secret;</Secret>"), "DOCTYPE"),
        "external-dtd": Body(with_doctype('SYSTEM "http://192.0.2.66/krr.dtd"'), "DOCTYPE"),
        "parameter": Body(with_doctype('[<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]'),
                          "DOCTYPE"),
    },
    "size": {
        "five-megabytes": large(document(f"{FIELDS}<!--{5_000_000 * 'x'}-->"), "larger than"),
        "five-megabytes-of-text": large(5_000_000 * b"x", "larger than"),
        "five-megabytes-of-gzip": Body(gzip.compress(document(FIELDS + 5_000_000 * " "), mtime=0),
                                       "larger than", response='header="Content-Encoding: gzip"'),
        "levels": large(document(FIELDS + 100_000 * "<a>" + 100_000 * "</a>"), "nested more than"),
        "sub-krrs": large(document(FIELDS + 3000 * ROOT + 3000 * END), "more than"),
        "elements": large(document(FIELDS + 200_000 * "<a/>"), "elements"),
        "attributes": large(document(
            f"{FIELDS}<a {' '.join(f'b{i}=_{i}_' for i in range(50_000))}/>".replace("_", '"')),
            "attributes"),
        "long-attribute": large(document(f'{FIELDS}<a b="{900_000 * "x"}"/>'), "attribute"),
        "long-text": large(document(f"{FIELDS}<a>{900_000 * 'x'}</a>"), "text"),
        "long-name": large(document(f"{FIELDS}<{900_000 * 'x'}/>"), "[Nn]ame"),
    },
    "length": {
        "zero": Body(GOOD.encode(), response="content-length=0", unread="none could be read"),
        "too-short": Body(GOOD.encode(), "Premature end", response="content-length=300"),
        "too-long": Body(GOOD.encode(), read=True, response="content-length=60000"),
        "missing": Body(GOOD.encode(), read=True, response="content-length=none"),
        # Of what never comes nothing is known.
        "too-long-over-tcp": Body(GOOD.encode(), request="over=tcp",
                                  response="content-length=60000"),
    },
}


def make(build, where, name, body):
    (where / "bad.body").write_bytes(body.octets)
    scenario = where / f"{name}.scenario"
    scenario.write_text(SCENARIO.format(request=body.request, response=body.response))
    return captures.make(build, scenario, where)


def neighbours(report):
    """What is said of the calls in which nothing is wrong. Frame numbers aside: large bodies take many
    frames."""
    def others(items):
        return [item for item in items if item["idri"] != "sip:carol@home.example.org"
                and not item.get("unreadable")]

    return ([(krr["digest"], krr["carrier"], len(krr["frames"])) for krr in others(report["krrs"])],
            [(call["outcome"], [attempt["status"] for attempt in call["attempts"]])
             for call in others(report["negotiations"])])


def wrong_report(body, good, bad):
    """What is wrong with the audit of a bad body, given that of a good one."""
    if bad.status not in (1, 3) or bad.errors:
        yield f"krraudit ends with {bad.status}: {bad.errors}"
        return
    if neighbours(bad.report) != neighbours(good.report):
        yield f"the neighbours are {neighbours(bad.report)}, not {neighbours(good.report)}"
    said = [finding["observed"] for finding in bad.report["findings"]
            if finding["rule"] == "malformed-krr" and finding["frames"]]
    if len(said) != bool(body.says) or not all(re.search(body.says, text) for text in said):
        yield f"malformed-krr says {said}"
    unread = [finding["observed"] for finding in bad.report["findings"]
              if finding["rule"] == "unread-krr"]
    if body.unread and not any(re.search(body.unread, text) for text in unread):
        yield f"unread-krr says {unread}"
    if bad.rules() - {"malformed-krr", "unread-krr"} != good.rules():
        yield f"rules that fired: {bad.rules()}, expected: {good.rules()}"
    readable = [krr for krr in bad.report["krrs"] if not krr.get("unreadable")]
    if len(readable) != len(good.report["krrs"]) - (not body.read):
        yield f"{len(readable)} KRRs were read"
    if bad.peak > good.peak + MOST_EXTRA:
        yield f"it takes {(bad.peak - good.peak) >> 20} MiB more than a good one"


def wrong_tree(body, good, output):
    """What is wrong with what tshark shows."""
    for digest, *_ in neighbours(good.report)[0]:
        if digest not in output:
            yield f"tshark does not show KRR {digest}"
    if ("[malformed-krr: " in output) != bool(body.says):
        yield "tshark's expert info says something else than krraudit"
    if "Dissector bug" in output or "Exception occurred" in output:
        yield "a dissector threw an exception"


def main(build, group):
    wrong = 0
    with captures.folder() as where, audits.Server(build) as auditor:
        tshark = Tshark(build, where)
        good = audit.serve_json(auditor, make(build, where, "good", Body(GOOD.encode())))
        if good.rules() != {"unsigned-krr"} or len(good.report["krrs"]) != 3:
            sys.exit(f"not even the good body is read: {good}")
        for name, body in GROUPS[group].items():
            capture = make(build, where, name, body)
            bad = audit.serve_json(auditor, capture)
            if audits.is_sanitized(build):
                bad.peak = 0
            problems = [*wrong_report(body, good, bad),
                        *wrong_tree(body, good, tshark.output("-r", capture, "-V"))]
            wrong += bool(problems)
            print("\n".join(f"{name}: {problem}" for problem in problems))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
