# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures as make-capture writes them: pcap with nanoseconds, Ethernet, IPv4."""

import dataclasses
import ipaddress
import struct

HEADER = 24         # octets of the file header, kept as they are
RECORD = "<IIII"    # seconds, nanoseconds, captured length, original length
NANOSECONDS = 0xA1B23C4D
SECOND = 1_000_000_000
ETHERNET = struct.pack("<IHHiIII", NANOSECONDS, 2, 4, 0, 0, 262144, 1)  # a file header


@dataclasses.dataclass(frozen=True)
class Packet:
    """A frame; where it was taken from a capture, its number there."""
    number: int
    time_ns: int
    original_length: int
    octets: bytes

    @staticmethod
    def new(time_ns, octets):
        return Packet(0, time_ns, len(octets), octets)

    @property
    def hop(self):
        """The two addresses that it passes between, whichever way."""
        source, destination = (ipaddress.ip_address(self.octets[at:at + 4]) for at in (26, 30))
        return tuple(sorted((source, destination)))


def read(path):
    """The file header and the packets of a capture."""
    data = path.read_bytes()
    if struct.unpack_from("<I", data)[0] != NANOSECONDS:
        raise ValueError(f"{path}: not a pcap file with nanoseconds")
    packets, offset = [], HEADER
    while offset < len(data):
        seconds, nanoseconds, length, original = struct.unpack_from(RECORD, data, offset)
        offset += struct.calcsize(RECORD)
        packets.append(Packet(len(packets) + 1, seconds * SECOND + nanoseconds, original,
                              data[offset:offset + length]))
        offset += length
    return data[:HEADER], packets


def write(path, header, packets):
    """Writes a capture of these packets, in their order."""
    records = b"".join(
        struct.pack(RECORD, packet.time_ns // SECOND, packet.time_ns % SECOND,
                    len(packet.octets), packet.original_length) + packet.octets
        for packet in packets)
    path.write_bytes(header + records)
