# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP connections as frames: Ethernet, IPv4, right sequence numbers."""

import ipaddress
import ssl
import struct

SYN, PUSH, ACK, FIN = 0x02, 0x08, 0x10, 0x01


class Connection:
    """Two ends that say something now and then. frames: (time in seconds, octets)."""

    def __init__(self, client, server, client_port=40000, server_port=80):
        self.ends = [(client, client_port), (server, server_port)]
        self.sent = [1000, 5000]
        self.frames = []

    def _frame(self, time, sender, flags, payload=b"", sequence=None):
        (source, source_port), (target, target_port) = self.ends[sender], self.ends[1 - sender]
        segment = struct.pack(">HHIIBBHHH", source_port, target_port,
                              self.sent[sender] if sequence is None else sequence,
                              self.sent[1 - sender] if flags & ACK else 0, 5 << 4, flags, 65535,
                              0, 0) + payload
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0x4000, 64, 6, 0)
        packet += b"".join(ipaddress.ip_address(end).packed for end in (source, target)) + segment
        self.frames.append((time, b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + packet))

    def open(self, time):
        """The handshake, shortly before."""
        self._frame(time - 0.003, 0, SYN)
        self.sent[0] += 1
        self._frame(time - 0.002, 1, SYN | ACK)
        self.sent[1] += 1
        self._frame(time - 0.001, 0, ACK)

    def _say(self, time, sender, octets, size, order):
        pieces = [octets[at:at + size] for at in range(0, len(octets), size)]
        places = list(range(len(pieces)))
        start = self.sent[sender]
        for step, place in enumerate(order(places)):
            self._frame(time + step * 0.0001, sender, PUSH | ACK, pieces[place],
                        start + place * size)
        self.sent[sender] = start + len(octets)

    def ask(self, time, octets, size=1400, order=list):
        """order: of segments of that size, from a list of their places to another one."""
        if not self.frames:
            self.open(time)
        self._say(time, 0, octets, size, order)

    def answer(self, time, octets, size=1400, order=list):
        self._say(time, 1, octets, size, order)

    def lose(self, time, sender, length):
        """Something is sent that the capture misses."""
        self.sent[sender] += length


def http(start, body=b"", headers=()):
    """A message of HTTP/1.1."""
    lines = [start, *headers]
    if body and not any(line.lower().startswith("transfer-encoding") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    elif not body:
        lines.append("Content-Length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def chunked(body, size):
    """The body in chunks of that size."""
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


# HTTP/2 (RFC 9113), with header fields that no table compresses (RFC 7541, 6.2.2).
DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS = 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def h2_frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def h2_text(text):
    """Its length, of one octet or of two, and the text."""
    head = [len(text)] if len(text) < 127 else [127, len(text) - 127]
    return bytes(head) + text.encode()


def h2_message(stream, fields, body=b"", size=16000):
    """A request or an answer on a stream, its body in frames of that size."""
    block = b"".join(b"\0" + h2_text(name) + h2_text(value) for name, value in fields)
    out = h2_frame(HEADERS, END_HEADERS | (0 if body else END_STREAM), stream, block)
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    for place, piece in enumerate(pieces):
        out += h2_frame(DATA, END_STREAM if place + 1 == len(pieces) else 0, stream, piece)
    return out


class Secret:
    """TLS on a connection, really agreed upon; its keys go to a log. alpn: what it is to carry."""

    def __init__(self, connection, certificate, key, log, version, alpn=None):
        contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)]
        contexts[0].check_hostname, contexts[0].verify_mode = False, ssl.CERT_NONE
        contexts[1].load_cert_chain(certificate, key)
        for context in contexts:
            context.minimum_version = context.maximum_version = version
            if alpn:
                context.set_alpn_protocols([alpn])
        contexts[0].keylog_filename = str(log)
        self.connection = connection
        self.pipes = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in range(2)]
        self.ends = [context.wrap_bio(*pipe, server_side=side == 1)
                     for side, (context, pipe) in enumerate(zip(contexts, self.pipes))]

    def _pass_on(self, time, sender):
        """What one end wrote, to the other one and into the capture."""
        octets = self.pipes[sender][1].read()
        self.pipes[1 - sender][0].write(octets)
        if octets:
            (self.connection.answer if sender else self.connection.ask)(time, octets)

    def shake_hands(self, time):
        for turn in range(6):
            sender = turn % 2
            try:
                self.ends[sender].do_handshake()
            except ssl.SSLWantReadError:
                pass
            self._pass_on(time + turn * 0.001, sender)

    def _say(self, time, sender, octets):
        self.ends[sender].write(octets)
        self._pass_on(time, sender)
        self.ends[1 - sender].read(1 << 20)

    def ask(self, time, octets):
        self._say(time, 0, octets)

    def answer(self, time, octets):
        self._say(time, 1, octets)
