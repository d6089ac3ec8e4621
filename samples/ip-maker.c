/* ip-maker.c
 * Frames of Ethernet with IPv4 or IPv6 and UDP in them; checksums are right
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/ip-maker.h"

enum { PROTOCOL_FRAGMENT = 44 };

static bool is_ipv6(const Endpoint *end)
{
    return g_inet_address_get_family(end->address) == G_SOCKET_FAMILY_IPV6;
}

gsize ip_fragment_headers(const Endpoint *to)
{
    return is_ipv6(to) ? 48 : 20;
}

static void put_mac(GByteArray *bytes, const Endpoint *end)
{
    put16(bytes, 0x0200); /* locally administered */
    put32(bytes, end->number);
}

static GByteArray *begin_frame(const Endpoint *from, const Endpoint *to, guint16 ethertype)
{
    GByteArray *frame = g_byte_array_new();
    put_mac(frame, to);
    put_mac(frame, from);
    put16(frame, ethertype);
    return frame;
}

static GByteArray *ipv4_frame(const Endpoint *from, const Endpoint *to, guint8 protocol, guint32 id,
                              const IpPiece *piece)
{
    GByteArray *frame = begin_frame(from, to, ETHERTYPE_IPV4);
    gsize start = frame->len;
    put16(frame, 0x4500);
    put16(frame, 20 + piece->length);
    put16(frame, id);
    put16(frame, piece->offset / 8 | (piece->more ? 0x2000 : 0));
    put8(frame, 64);
    put8(frame, protocol);
    put16(frame, 0);
    put_address(frame, from->address);
    put_address(frame, to->address);
    set16(frame, start + 10, internet_checksum(frame->data + start, frame->len - start));
    g_byte_array_append(frame, piece->data, piece->length);
    return frame;
}

static GByteArray *ipv6_frame(const Endpoint *from, const Endpoint *to, guint8 protocol, guint32 id,
                              const IpPiece *piece)
{
    GByteArray *frame = begin_frame(from, to, ETHERTYPE_IPV6);
    put32(frame, 0x60000000);
    put16(frame, piece->length + (piece->is_fragment ? 8 : 0));
    put8(frame, piece->is_fragment ? PROTOCOL_FRAGMENT : protocol);
    put8(frame, 64);
    put_address(frame, from->address);
    put_address(frame, to->address);
    if (piece->is_fragment) {
        put8(frame, protocol);
        put8(frame, 0);
        put16(frame, piece->offset | (piece->more ? 1 : 0));
        put32(frame, id);
    }
    g_byte_array_append(frame, piece->data, piece->length);
    return frame;
}

GByteArray *ip_frame(const Endpoint *from, const Endpoint *to, guint8 protocol, guint32 id,
                     const IpPiece *piece)
{
    return is_ipv6(from) ? ipv6_frame(from, to, protocol, id, piece)
                         : ipv4_frame(from, to, protocol, id, piece);
}

void set_transport_checksum(GByteArray *packet, gsize offset, const Endpoint *from,
                            const Endpoint *to, guint8 protocol)
{
    g_autoptr(GByteArray) covered = g_byte_array_new();
    put_address(covered, from->address);
    put_address(covered, to->address);
    put32(covered, packet->len);
    put32(covered, protocol);
    g_byte_array_append(covered, packet->data, packet->len);
    guint16 sum = internet_checksum(covered->data, covered->len);
    /* In UDP 0 would mean that there is none. */
    set16(packet, offset, sum == 0 && protocol == IP_PROTOCOL_UDP ? 0xffff : sum);
}

GByteArray *udp_packet(const Endpoint *from, const Endpoint *to, const guint8 *data, gsize length)
{
    GByteArray *packet = g_byte_array_new();
    put16(packet, from->port);
    put16(packet, to->port);
    put16(packet, UDP_HEADER + length);
    put16(packet, 0);
    g_byte_array_append(packet, data, length);
    set_transport_checksum(packet, 6, from, to, IP_PROTOCOL_UDP);
    return packet;
}
