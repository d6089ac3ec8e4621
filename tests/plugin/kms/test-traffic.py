#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What users say to their KMS, in every way in which HTTP can say it, and in ways in which it cannot.

usage: test-traffic.py BUILD_DIR

The SIP of each case is that of the scenario story below; the traffic with the KMS is made here. A case
says which of the three rules fire, and for which of them nothing is known.
"""

import gzip
import json
import re
import ssl
import struct

import pcapfile
from audits import without_circumstances
from krraudit import equal, expect, main
from places import TESTS
from scenarios import OFFER, REDIRECT
from tcp import PREFACE, SETTINGS, Connection, Secret, chunked, h2_frame, h2_message, http

HOLD, REPORT, CERTIFICATE = ("acted-before-acceptance", "krr-not-reported",
                             "certificate-not-requested")
ALICE, KMS = "192.0.2.100", "192.0.2.50"
START = 1767268800  # 2026-01-01T12:00:00Z, as scenarios begin
XML = "Content-Type: application/xml"

POLICY = """[policy]
hold-until-accepted = {hold}
report-krr = {report}
request-unknown-certificates = {certificate}
[kms]
home = kms.home.example.org
external = kms.partner.example.org
[severity]
unsigned-krr = off
unknown-kms = off
"""

# The KRR comes at 10.03, the offer that acts upon it at 20, and the capture goes on until 400.
STORY = """
title    KMS traffic
host     alice  192.0.2.100:5060  sip:alice@home.example.org
host     proxy  192.0.2.10:5060
""" + OFFER + REDIRECT.replace("\nend", "; kms.new.example.net\nend") + """\
offer second like first
  idrkmsr = kms.partner.example.org
end
at 10.000 alice -> proxy INVITE offer=first
at 10.030 proxy -> alice 488 krr=redirect
at 10.035 alice -> proxy ACK
at 20.000 alice -> proxy INVITE offer=second
at 20.400 proxy -> alice 200
at 20.420 alice -> proxy ACK
at 400.00 alice -> proxy OPTIONS
at 400.02 proxy -> alice 200
"""


def write(path, frames):
    """frames: (time in seconds since START, octets)"""
    packets = [pcapfile.Packet.new(START * pcapfile.SECOND + round(time * pcapfile.SECOND), octets)
               for time, octets in sorted(frames, key=lambda frame: frame[0])]
    pcapfile.write(path, pcapfile.ETHERNET, packets)
    return path


def message(kind, resource, inner="", user="sip:alice@home.example.org"):
    """A KmsRequest or a KmsResponse."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Kms{kind} xmlns="urn:3gpp:ns:mcsecKMSInterface:1.0" Version="1.1.0">
  <UserUri>{user}</UserUri>
  <KmsUri>kms.home.example.org</KmsUri>
  <Time>2026-01-01T12:00:00Z</Time>
  <ClientReqUrl>http://kms.home.example.org/keymanagement/identity/v1/{resource}</ClientReqUrl>
  {inner}
</Kms{kind}>
""".encode()


def post(resource, body, *headers):
    return http(f"POST /keymanagement/identity/v1/{resource} HTTP/1.1", body,
                ["Host: kms.home.example.org", *(headers or [XML])])


def get(resource):
    return http(f"GET /keymanagement/identity/v1/{resource} HTTP/1.1", b"",
                ["Host: kms.home.example.org"])


def ok(body=b"", status="200 OK", headers=(XML,)):
    return http(f"HTTP/1.1 {status}", body, headers if body else [])


class Case:
    """The story, and the frames that go with it."""

    def __init__(self, bench):
        self.bench = bench
        capture = bench.capture(STORY, "story")
        self.sip = [(packet.time_ns / pcapfile.SECOND - START, packet.octets)
                    for packet in pcapfile.read(capture)[1]]
        octets = b"".join(frame for _, frame in self.sip)
        self.krr = re.search(rb"<KmsRedirectResponse.*</KmsRedirectResponse>", octets, re.S)[0]
        self.connection = Connection(ALICE, KMS)

    def upload(self, *headers):
        body = message("Request", "redirect", f"<KrrList>{self.krr.decode()}</KrrList>")
        return post("redirect", body, *headers)

    def policy(self, *wanted):
        path = self.bench.folder / "policy.ini"
        path.write_text(POLICY.format(**{key: "yes" if rule in wanted else "no" for key, rule in
                                         (("hold", HOLD), ("report", REPORT),
                                          ("certificate", CERTIFICATE))}))
        return path

    def captures(self, apart=False, more=()):
        """One capture; or that of the KMS in a file of its own."""
        kms = self.connection.frames + [frame for other in more for frame in other.frames]
        if not apart:
            return [write(self.bench.folder / "case.pcap", self.sip + kms)]
        return [write(self.bench.folder / "sip.pcap", self.sip),
                write(self.bench.folder / "kms.pcap", kms)]

    def check(self, fires=(), unknown=(), captures=None, wanted=(HOLD, REPORT, CERTIFICATE),
              options=()):
        """Exactly these rules fire, and of exactly these nothing is known; and again, whatever the
        circumstances. Returns the report."""
        captures = captures or self.captures()
        policy = self.policy(*wanted)
        first = self.bench.run("--format", "json", "-p", policy, *options, *captures)
        equal((first.returncode in (0, 1), first.stderr), (True, ""), "status and complaints")
        report = json.loads(first.stdout)
        fired = {finding["rule"] for finding in report["findings"]}
        gaps = {gap["rule"] for gap in report["rules_not_evaluated"]} & set(wanted)
        equal(fired, set(fires), "rules that fired")
        equal(gaps, set(unknown), "rules that were not evaluated")
        for more in ([["--no-sieve"]] if options else [["--no-sieve"], ["--session-frames", "1"]]):
            other = self.bench.run("--format", "json", "-p", policy, *options, *more, *captures)
            equal(without_circumstances(other.stdout), without_circumstances(first.stdout),
                  f"the same with {more}")
        return report

    def check_hostile(self, name):
        """Nobody is accused of what such a body may have been, nor excused by it for good."""
        policy = self.policy(HOLD, REPORT)
        report = self.bench.report("-p", policy, *self.captures())
        fired = {finding["rule"] for finding in report["findings"]} - {"malformed-krr"}
        equal(fired, set(), f"{name}: rules that fired")
        gaps = {gap["rule"] for gap in report["rules_not_evaluated"]}
        expect({HOLD, REPORT} <= gaps, f"{name}: {gaps}")


def plain(bench):
    """All as it should be; and nothing as it should be."""
    case = Case(bench)
    case.connection.ask(11, case.upload())
    case.connection.answer(12, ok())
    case.connection.ask(13, get("cert/kms.new.example.net"))
    case.connection.answer(13.1, ok())
    report = case.check()
    upload, = report["krrs"][0]["uploads"]
    equal((upload["user"], upload["status"], upload["accepted"]),
          ("sip:alice@home.example.org", 200, True), "the upload")
    expect(0 < upload["frame_request"] < upload["frame_response"], upload)
    text = bench.run("-p", case.policy(HOLD), bench.folder / "case.pcap").stdout
    expect("upload krr-1 ---" in text, text)
    case = Case(bench)
    case.connection.ask(30, post("keyprov", message("Request", "keyprov")))
    case.connection.answer(30.1, ok())
    case.check(fires=[HOLD, REPORT, CERTIFICATE])


def codings(bench):
    """Transfer and content encodings, and bodies in them that are not what they say."""
    for headers, code, seen in (
            ([XML, "Transfer-Encoding: chunked"], lambda body: chunked(body, 100), True),
            ([XML, "Content-Encoding: gzip"], gzip.compress, True),
            ([XML, "Transfer-Encoding: chunked", "Content-Encoding: gzip"],
             lambda body: chunked(gzip.compress(body), 64), True),
            (["Content-Type: application/xml; charset=utf-8"], bytes, True),
            (["Content-Type: text/xml"], bytes, True),
            (["Content-Type: application/octet-stream"], bytes, False),
            ([XML, "Content-Encoding: gzip"], lambda body: b"\x1f\x8b" + body, False)):
        case = Case(bench)
        body = message("Request", "redirect", f"<KrrList>{case.krr.decode()}</KrrList>")
        case.connection.ask(21, post("redirect", code(body), *headers))
        case.connection.answer(21.5, ok())
        if seen:
            case.check(fires=[HOLD], wanted=[HOLD, REPORT])
        else:
            # The KRR stands there, and nobody reads it.
            case.check(fires=["unread-krr"], unknown=[HOLD, REPORT],
                       wanted=[HOLD, REPORT])


def segments(bench):
    """Small segments, late ones, and some that come twice."""
    for size, order in ((7, list), (300, lambda places: places[::-1]),
                        (400, lambda places: places + places),
                        (200, lambda places: places[1:] + places[:1])):
        case = Case(bench)
        case.connection.ask(11, case.upload(), size, order)
        case.connection.answer(12, ok(message("Response", "redirect")), 50, order)
        case.check(wanted=[HOLD, REPORT])


def pipelined(bench):
    """Several requests at once: answers come in their order, in one segment or in many."""
    case = Case(bench)
    case.connection.ask(11, post("keyprov", message("Request", "keyprov")) + case.upload() +
                        get("certcache"))
    case.connection.answer(12, ok(message("Response", "keyprov")) +
                           ok(message("Response", "redirect")) + ok(), 90)
    case.check()
    case = Case(bench)  # the refusal is that of the upload, since it says so
    case.connection.ask(11, case.upload() + get("certcache"))
    case.connection.answer(12, ok(message("Response", "redirect", "<KmsError>no</KmsError>")) + ok())
    case.check(fires=[HOLD])
    case = Case(bench)  # whose refusal it is cannot be told where an answer may be missing
    case.connection.ask(11, case.upload() + get("certcache"))
    case.connection.answer(12, ok(status="403 Forbidden"))
    case.check(unknown=[HOLD])


def http2(bench):
    """HTTP/2: many streams in one connection, answers in any order."""
    def fields(path, method="POST"):
        return [(":method", method), (":scheme", "http"), (":authority", "kms.home.example.org"),
                (":path", f"/keymanagement/identity/v1/{path}"),
                ("content-type", "application/xml")]

    for late, fires in ((12, []), (25, [HOLD])):
        case = Case(bench)
        body = message("Request", "redirect", f"<KrrList>{case.krr.decode()}</KrrList>")
        answer = [(":status", "200"), ("content-type", "application/xml")]
        case.connection.ask(10.5, PREFACE + h2_frame(SETTINGS, 0, 0, b""))
        case.connection.answer(10.6, h2_frame(SETTINGS, 0, 0, b""))
        case.connection.ask(11, h2_message(1, fields("redirect"), body, 500) +
                            h2_message(3, fields("certcache", "GET")))
        case.connection.answer(11.5, h2_message(3, answer, message("Response", "certcache")))
        case.connection.answer(late, h2_message(1, answer, message("Response", "redirect")), 100)
        case.check(fires=fires)
    case = Case(bench)
    case.connection.ask(11, PREFACE + h2_frame(SETTINGS, 0, 0, b"") +
                        h2_message(1, fields("redirect"), body))
    case.connection.answer(12, h2_frame(SETTINGS, 0, 0, b"") + h2_message(
        1, answer, message("Response", "redirect", "<KmsError>no</KmsError>")))
    case.check(fires=[HOLD], wanted=[HOLD, REPORT])


def client_hello(name=b"kms.home.example.org"):
    """A TLS record in which a connection begins."""
    server = struct.pack(">HHHBH", 0, len(name) + 5, len(name) + 3, 0, len(name)) + name
    hello = (b"\x03\x03" + bytes(32) + b"\0" + struct.pack(">HH", 2, 0x1301) + b"\1\0" +
             struct.pack(">H", len(server)) + server)
    handshake = b"\1" + struct.pack(">I", len(hello))[1:] + hello
    return b"\x16\x03\x01" + struct.pack(">H", len(handshake)) + handshake


def hidden(bench):
    """What TLS hides may have been the upload; but not that of another user, nor long before."""
    for client, begin, known in ((ALICE, 100, False), (ALICE, 11, False), ("192.0.2.111", 100, True),
                                 (ALICE, -60, True)):
        case = Case(bench)
        case.connection.ask(30, post("keyprov", message("Request", "keyprov")))
        case.connection.answer(30.1, ok())
        tls = Connection(client, KMS, 50000, 443)
        tls.ask(begin, client_hello())
        captures = case.captures(more=[tls])
        if known:
            case.check([REPORT], captures=captures, wanted=[REPORT])
        else:
            case.check(unknown=[REPORT], captures=captures, wanted=[REPORT])


def tls(bench):
    """TLS, with its keys and without: what cannot be read proves nothing."""
    pki = TESTS / "pki"
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for late, fires in ((12, []), (25, [HOLD])):
            case = Case(bench)
            log = bench.folder / f"{version.name}-{late}.keys"
            case.connection = Connection(ALICE, KMS, 41000, 443)
            secret = Secret(case.connection, pki / "bob.pem", pki / "bob.key", log, version)
            secret.shake_hands(10.5)
            secret.ask(11, case.upload())
            secret.answer(late, ok(message("Response", "redirect")))
            secret.ask(30, get("certcache"))
            secret.answer(30.1, ok())
            case.check(fires=fires, options=["--tls-keys", log])
            case.check(unknown=[HOLD, REPORT, CERTIFICATE])
            # A second connection of which the keys are lost: anything may have been said there.
            other = Connection(ALICE, KMS, 41001, 443)
            Secret(other, pki / "bob.pem", pki / "bob.key", bench.folder / "lost.keys",
                   version).shake_hands(15)
            case.check(unknown=[HOLD] if fires else [], captures=case.captures(more=[other]),
                       options=["--tls-keys", log])


def foreign(bench):
    """Other people's web traffic says nothing of any KMS, and does not show that SIP is in view."""
    def told(captures, policy):
        report = bench.report("-p", policy, *captures)
        return [report[part] for part in ("findings", "negotiations", "rules_not_evaluated")]

    case = Case(bench)
    case.connection.ask(30, post("keyprov", message("Request", "keyprov")))
    case.connection.answer(30.1, ok())
    case.sip = [frame for frame in case.sip if frame[0] < 100]
    policy = case.policy(HOLD, REPORT, CERTIFICATE)
    without = told(case.captures(), policy)
    web = Connection("198.51.100.1", "198.51.100.2", 42000)
    secret = Connection("198.51.100.1", "198.51.100.2", 42001, 443)
    for time in range(40, 900, 20):
        web.ask(time, http("GET / HTTP/1.1", b"", ["Host: www.example.org"]))
        web.answer(time + 1, http("HTTP/1.1 200 OK", b"<html/>", ["Content-Type: text/html"]))
    secret.ask(950, client_hello(b"www.example.org"))
    equal(told(case.captures(more=[web, secret]), policy), without, "what is told")
    expect(any(gap["rule"] == REPORT for gap in without[2]), without[2])


def lost(bench):
    """Answers without their requests, requests without their answers."""
    case = Case(bench)
    case.connection.ask(30, post("keyprov", message("Request", "keyprov")))
    case.connection.answer(30.1, ok())
    case.connection.lose(40, 0, 3000)
    case.connection.answer(40.1, ok(message("Response", "redirect")))
    case.check(unknown=[HOLD, REPORT], wanted=[HOLD, REPORT])
    case = Case(bench)  # nothing but an answer
    case.connection.open(30)
    case.connection.answer(30.1, ok(message("Response", "redirect")))
    case.check(unknown=[HOLD, REPORT, CERTIFICATE])
    case = Case(bench)  # no answer at all is in view
    case.connection.ask(11, case.upload())
    case.check(unknown=[HOLD], wanted=[HOLD, REPORT])


def apart(bench):
    """The way to the KMS in a capture of its own: the same, as long as that one goes on."""
    case = Case(bench)
    case.connection.ask(5, get("init"))
    case.connection.answer(5.1, ok())
    case.connection.ask(30, post("keyprov", message("Request", "keyprov")))
    case.connection.answer(30.1, ok())
    case.check(fires=[HOLD, REPORT, CERTIFICATE])
    ends_soon = case.captures(apart=True)
    case.check(fires=[HOLD], unknown=[REPORT, CERTIFICATE], captures=ends_soon)
    case.connection.ask(300, get("keyprov"))
    case.connection.answer(300.1, ok())
    goes_on = case.captures(apart=True)
    case.check(fires=[HOLD, REPORT, CERTIFICATE], captures=goes_on)
    case.check(fires=[HOLD, REPORT, CERTIFICATE], captures=goes_on[::-1])
    policy = case.policy(HOLD, REPORT, CERTIFICATE)
    one, two = (bench.run("-p", policy, "-j", jobs, *goes_on).stdout for jobs in (1, 2))
    equal(one, two, "the report, by one process and by two")


def evidence(bench):
    """The frames that are evidence prove it by themselves, and nothing else."""
    case = Case(bench)
    case.connection.ask(5, get("cert/kms.new.example.net"))
    case.connection.answer(5.1, ok())
    case.connection.ask(30, post("keyprov", message("Request", "keyprov")))
    case.connection.answer(30.1, ok())
    target = bench.folder / "evidence.pcapng"
    first = case.check(fires=[HOLD, REPORT])
    bench.report("-p", bench.folder / "policy.ini", "--evidence", target,
                 bench.folder / "case.pcap")
    second = bench.report("-p", bench.folder / "policy.ini", target)
    equal([(finding["rule"], finding["observed"]) for finding in second["findings"]],
          [(finding["rule"], finding["observed"]) for finding in first["findings"]], "findings")


def hostile(bench):
    """Bodies that want to harm, or to pass for what they are not, prove nothing and harm nobody."""
    krr = Case(bench).krr.decode()
    upload = message("Request", "redirect", f"<KrrList>{krr}</KrrList>").decode()
    bomb = ('<!DOCTYPE KmsRequest [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{below};" * 10}">' for below, name in zip("abcdefgh", "bcdefghi")) +
            "]>")
    bodies = {
        "huge": message("Request", "redirect", "<KrrList>" + "<x/>" * 600000 + "</KrrList>"),
        "entities": upload.replace("<KmsRequest", bomb + "<KmsRequest").replace(
            "sip:alice", "&i;sip:alice").encode(),
        "external": upload.replace("<KmsRequest", '<!DOCTYPE x SYSTEM "/etc/passwd"><KmsRequest')
        .encode(),
        "deep": message("Request", "redirect", "<KrrList>" + "<x>" * 3000 + "</x>" * 3000 +
                        "</KrrList>"),
        "cut": upload.encode()[:-40],
        "attributes": upload.replace("Version=", "".join(f'a{n}="" ' for n in range(5000)) +
                                     "Version=").encode(),
        "octets": bytes(range(256)) * 40,
    }
    for name, body in bodies.items():
        case = Case(bench)
        case.connection.ask(21, post("redirect", body))
        case.connection.answer(22, ok(body.replace(b"Request", b"Response")))
        case.check_hostile(name)


def names(bench):
    """Long and odd texts in requests are cut, not believed, and no breach of the report's format."""
    for user in ("sip:alice@home.example.org" + "x" * 5000, "&#10;krraudit: forged", "&lt;b&gt;",
                 "\u202esip:alice@home.example.org"):
        case = Case(bench)
        case.connection.ask(30, post("keyprov", message("Request", "keyprov", user=user)))
        case.connection.answer(30.1, ok())
        case.check(unknown=[REPORT] if len(user) < 1024 else (), wanted=[REPORT],
                   fires=[REPORT] if len(user) >= 1024 else ())


if __name__ == "__main__":
    main([plain, codings, segments, pipelined, http2, hidden, tls, foreign, lost, apart, evidence, hostile, names])
