/* ip-maker.h
 * Frames of Ethernet with IPv4 or IPv6 and UDP in them; checksums are right
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IP_MAKER_H
#define IP_MAKER_H

#include <stdbool.h>

#include "samples/octets.h"

enum { IP_PROTOCOL_TCP = 6, IP_PROTOCOL_UDP = 17 };
enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

#define ETHERNET_HEADER 14
#define UDP_HEADER      8
/** Octets after the smallest IPv4 header. */
#define MAX_IP_PAYLOAD 65515

/** One side of a hop, as it appears in packets. */
typedef struct Endpoint {
    GInetAddress *address;
    guint16 port;
    guint32 number; /**< of its network card */
} Endpoint;

/** A piece of an IP payload. */
typedef struct IpPiece {
    const guint8 *data;
    guint16 offset; /**< in the payload; a multiple of 8 */
    guint16 length;
    bool is_fragment;
    bool more; /**< others follow */
} IpPiece;

/**
 * A frame with one IP packet.
 * @param protocol  what the payload is (IANA's number)
 * @param id        of the packet, the same for all of its fragments
 * @return to be freed with g_byte_array_unref()
 */
GByteArray *ip_frame(const Endpoint *from, const Endpoint *to, guint8 protocol, guint32 id,
                     const IpPiece *piece);

/** The most octets of headers that stand before a fragment in an IP packet to that end. */
gsize ip_fragment_headers(const Endpoint *to);

/** Fills in the checksum of a UDP or TCP packet, which covers the addresses too. */
void set_transport_checksum(GByteArray *packet, gsize offset, const Endpoint *from,
                            const Endpoint *to, guint8 protocol);

/** The IP payload of a datagram. @return to be freed with g_byte_array_unref() */
GByteArray *udp_packet(const Endpoint *from, const Endpoint *to, const guint8 *data, gsize length);

#endif
