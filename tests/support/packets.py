# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of every kind that the sieve looks into, and captures of them."""

import functools
import ipaddress
import struct

ETHERNET, NULL, RAW, SLL, LOOP, IPV4, IPV6, SLL2 = 1, 0, 101, 113, 108, 228, 229, 276


def udp(source, destination, payload, length=None):
    """A UDP datagram between two ports. length: what its header says instead."""
    return struct.pack(">HHHH", source, destination, 8 + len(payload) if length is None else length,
                       0) + payload


address_of = functools.cache(ipaddress.ip_address)


def ip(source, destination, payload, protocol=17, fragment=0x4000, options=b"", length=None):
    """An IP packet, version as of the addresses. options: of IPv4."""
    source, destination = address_of(source), address_of(destination)
    if source.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(payload) if length is None else length, protocol,
                           64) + source.packed + destination.packed + payload
    header = 20 + len(options)
    return struct.pack(">BBHHHBBH", 0x40 | header // 4, 0,
                       header + len(payload) if length is None else length, 1, fragment, 64,
                       protocol, 0) + source.packed + destination.packed + options + payload


def ethertype(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x0800


def ethernet(packet, vlans=(), kind=None):
    """An Ethernet frame. vlans: the types of the tags, the outermost first."""
    tags = b"".join(struct.pack(">HH", tag, 100 + place) for place, tag in enumerate(vlans))
    return (b"\x02\0\0\0\0\1\x02\0\0\0\0\2" + tags +
            struct.pack(">H", ethertype(packet) if kind is None else kind) + packet)


def sip(source, destination, text):
    """An Ethernet frame with a SIP message, over UDP."""
    return ethernet(ip(source, destination, udp(5060, 5060, text.encode())))


def cooked(packet, hardware=1):
    return struct.pack(">HHH8sH", 0, hardware, 6, b"\x02\0\0\0\0\1", ethertype(packet)) + packet


def cooked2(packet, hardware=1):
    return struct.pack(">HHIHBB8s", ethertype(packet), 0, 1, hardware, 0, 6,
                       b"\x02\0\0\0\0\1") + packet


def loopback(packet, order="<"):
    return struct.pack(order + "I", 30 if packet[0] >> 4 == 6 else 2) + packet


def rtp(number, length=160):
    """A packet of media."""
    return struct.pack(">BBHII", 0x80, 0, number & 0xffff, number * 160, 7) + bytes(length)


# How a packet lies in a frame of each link type.
LINKS = {ETHERNET: ethernet, NULL: loopback, RAW: bytes, SLL: cooked, SLL2: cooked2,
         LOOP: lambda packet: loopback(packet, ">")}


def capture(link, frames, snap=None, start=1700000000, step=0.001):
    """A pcap. frames: octets, or (octets, length on the wire)."""
    out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link)]
    for place, frame in enumerate(frames):
        octets, length = frame if isinstance(frame, tuple) else (frame, len(frame))
        octets = octets[:snap]
        time = start + place * step
        out.append(struct.pack("<IIII", int(time), int(time % 1 * 1e6), len(octets), length))
        out.append(octets)
    return b"".join(out)
