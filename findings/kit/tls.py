# SPDX-License-Identifier: GPL-2.0-or-later
"""A TLS connection that carries one SIP request, made without any network."""

import os
import ssl
import subprocess

import packets

REQUEST = packets.sip("OPTIONS sip:bob@example.org SIP/2.0", "Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1",
                      "From: <sip:alice@example.org>;tag=1", "To: <sip:bob@example.org>", "Call-ID: 1",
                      "CSeq: 1 OPTIONS")


def connection(port, protocol=None):
    """The frames of it, and the lines of its key log. protocol is what both sides agree on by ALPN."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=example.org"],
                   check=True, capture_output=True)
    if os.path.exists("keys"):
        os.remove("keys")
    here, there = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_verify_locations("certificate.pem")
    here.check_hostname = False
    here.keylog_filename = "keys"
    there.load_cert_chain("certificate.pem", "key.pem")
    for side in (here, there):
        if protocol:
            side.set_alpn_protocols([protocol])
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = here.wrap_bio(to_client, to_server)
    server = there.wrap_bio(to_server, to_client, server_side=True)

    frames = [packets.tcp(1, 2, b"", 0, 0, 0x02, (40000, port)), packets.tcp(2, 1, b"", 0, 1, 0x12, (port, 40000)),
              packets.tcp(1, 2, b"", 1, 1, 0x10, (40000, port))]
    sent = {1: 1, 2: 1}

    def take(end, action, pipe):
        """What this end does, and the segment that comes of it."""
        try:
            action()
        except ssl.SSLWantReadError:
            pass
        octets, other = pipe.read(), 3 - end
        ports = (40000, port) if end == 1 else (port, 40000)
        if octets:
            frames.append(packets.tcp(end, other, octets, sent[end], sent[other], ports=ports))
            sent[end] += len(octets)
            (to_server if end == 1 else to_client).write(octets)

    for _ in range(3):
        take(1, client.do_handshake, to_server)
        take(2, server.do_handshake, to_client)
    take(1, lambda: client.write(REQUEST), to_server)
    return frames, open("keys", "rb").read()
