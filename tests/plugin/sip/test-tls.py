#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP in TLS with its keys: whatever the port, and whether or not ALPN says what it is.

usage: test-tls.py BUILD_DIR
"""

import ssl

import pcapfile
from krraudit import equal, expect, main
from places import TESTS
from scenarios import OFFER, REDIRECT
from tcp import Connection, Secret

ALICE, PROXY = "192.0.2.100", "192.0.2.10"
ETHERNET, IP, UDP = 14, 20, 8

STORY = f"""
title    A call that is redirected
host     alice  {ALICE}:5060  sip:alice@home.example.org
host     proxy  {PROXY}:5060
""" + OFFER + REDIRECT + """\
offer second like first
  idrkmsr = kms.partner.example.org
end
at 10.000 alice -> proxy INVITE offer=first
at 10.030 proxy -> alice 488 krr=redirect
at 10.035 alice -> proxy ACK
at 11.000 alice -> proxy INVITE offer=second
at 11.500 proxy -> alice 200
at 11.510 alice -> proxy ACK
"""


def told(report):
    """Who said what, and what is judged."""
    return {"rules": [finding["rule"] for finding in report["findings"]],
            "outcomes": [each["outcome"] for each in report["negotiations"]],
            "offers": [offer["digest"] for offer in report["offers"]],
            "krrs": [krr["digest"] for krr in report["krrs"]]}


def encrypted(bench, messages, name, port, version, alpn, pieces=1):
    """A capture of these messages in TLS, each in so many records, and the log of its keys."""
    log = bench.folder / f"{name}.keys"
    connection = Connection(ALICE, PROXY, 41000, port)
    secret = Secret(connection, TESTS / "pki/bob.pem", TESTS / "pki/bob.key", log, version, alpn)
    start = messages[0][0]
    secret.shake_hands(start - 1)
    for time, source, octets in messages:
        say = secret.ask if source == ALICE else secret.answer
        size = -(-len(octets) // pieces)
        for piece in range(pieces):
            say(time + piece * 0.001, octets[piece * size:(piece + 1) * size])
    capture = bench.folder / f"{name}.pcap"
    pcapfile.write(capture, pcapfile.ETHERNET, [
        pcapfile.Packet.new(int(time * pcapfile.SECOND), octets) for time, octets in connection.frames])
    return capture, log


def ports(bench):
    """Port 5061, a port that is nobody's, and one that is the web's. A message may come in several
    records if port or ALPN say that it is SIP."""
    plain = bench.capture(STORY, "plain.pcap")
    messages = [(packet.time_ns / pcapfile.SECOND, source(packet), packet.octets[ETHERNET + IP + UDP:])
                for packet in pcapfile.read(plain)[1]]
    expected = told(bench.report(plain))
    expect(len(expected["krrs"]) == 1 and expected["rules"], f"the story tells nothing: {expected}")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for port, alpn in ((5061, None), (7061, "sip/2"), (7061, None), (443, "sip/2")):
            for pieces in (1, 3) if port == 5061 or alpn else (1,):
                name = f"{version.name}-{port}-{alpn is not None}-{pieces}"
                capture, log = encrypted(bench, messages, name, port, version, alpn, pieces)
                for options in ([], ["--no-sieve"]):
                    report = bench.report("--tls-keys", log, *options, capture)
                    equal(told(report), expected, f"{name} {options}")


def source(packet):
    return ".".join(str(octet) for octet in packet.octets[ETHERNET + 12:ETHERNET + 16])


def web(bench):
    """What is the web's stays the web's, and what is nobody's is not taken for SIP."""
    for octets in (b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", b"INVITE is how it begins, no more\r\n\r\n"):
        capture, log = encrypted(bench, [(20.0, ALICE, octets)], f"web-{octets[:3].decode()}", 7443,
                                 ssl.TLSVersion.TLSv1_3, None)
        report = bench.report("--tls-keys", log, capture)
        equal(report["summary"]["offers_seen"], 0, "offers")


main([ports, web])
