# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the captures of the findings: frames of Ethernet, IPv4, UDP and TCP, and pcap and pcapng files."""

import struct


def checksum(octets):
    total = sum(struct.unpack(f"!{(len(octets) + 1) // 2}H", octets + b"\0" * (len(octets) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(source, destination, protocol, payload):
    """An Ethernet frame with an IPv4 packet. Addresses are the last octet of 192.0.2.0/24."""
    addresses = bytes([192, 0, 2, source, 192, 0, 2, destination])
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0) + addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return bytes([2, 0, 0, 0, 0, destination, 2, 0, 0, 0, 0, source, 8, 0]) + head + payload


def with_sum(source, destination, protocol, segment, at):
    """The segment with its checksum, which stands at this offset."""
    pseudo = bytes([192, 0, 2, source, 192, 0, 2, destination, 0, protocol])
    value = checksum(pseudo + struct.pack("!H", len(segment)) + segment)
    return segment[:at] + struct.pack("!H", value or 0xFFFF) + segment[at + 2:]


def udp(source, destination, payload, ports=(5060, 5060)):
    segment = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    return ip(source, destination, 17, with_sum(source, destination, 17, segment, 6))


def tcp(source, destination, payload, sequence, acknowledged, flags=0x18, ports=(5060, 5060)):
    segment = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 65535, 0, 0) + payload
    return ip(source, destination, 6, with_sum(source, destination, 6, segment, 16))


def sip(first_line, *fields, body=""):
    """A SIP message: each line ended as it must be, and its length stated."""
    lines = [first_line, *fields, f"Content-Length: {len(body.encode())}", "", ""]
    return "\r\n".join(lines).encode() + body.encode()


def pcap(name, frames, link_type=1, first=1700000000):
    """Writes the frames, a second apart; a frame may be (seconds, octets)."""
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type))
        for number, frame in enumerate(frames):
            when, octets = frame if isinstance(frame, tuple) else (first + number, frame)
            file.write(struct.pack("<IIII", int(when), round(when % 1 * 1e6), len(octets), len(octets)))
            file.write(octets)


def padded(octets):
    return octets + b"\0" * (-len(octets) % 4)


def block(kind, body, order="<"):
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def options(pairs, order="<"):
    text = b"".join(struct.pack(order + "HH", code, len(value)) + padded(value) for code, value in pairs)
    return text + struct.pack(order + "HH", 0, 0) if pairs else b""


def section(order="<"):
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(pairs=(), snap_length=0, link_type=1, order="<"):
    return block(1, struct.pack(order + "HHI", link_type, 0, snap_length) + options(pairs, order), order)


def captured(octets, microseconds, number=0, pairs=(), order="<"):
    fixed = struct.pack(order + "IIIII", number, microseconds >> 32, microseconds & 0xFFFFFFFF,
                        len(octets), len(octets))
    return block(6, fixed + padded(octets) + options(pairs, order), order)


def tls_keys(text):
    """A Decryption Secrets Block with lines of a TLS key log."""
    return block(10, struct.pack("<II", 0x544C534B, len(text)) + padded(text))
