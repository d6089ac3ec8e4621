/* datagram.h
 * The UDP datagram in a frame, found without a dissector
 *
 * Follows Ethernet, VLAN tags, Linux cooked headers, IPv4 and IPv6 to a datagram that is whole, and
 * to nothing else: a fragment, another protocol, a length that does not fit or a header that is not
 * known is "no datagram", and left to those who know more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef DATAGRAM_H
#define DATAGRAM_H

#include <stdbool.h>

#include <glib.h>

/** What a frame begins with. */
typedef enum DatagramLink {
    DATAGRAM_LINK_ETHERNET,
    DATAGRAM_LINK_SLL,  /**< Linux cooked capture */
    DATAGRAM_LINK_SLL2, /**< the same, version 2 */
    DATAGRAM_LINK_IP,   /**< IPv4 or IPv6 */
    DATAGRAM_LINK_IPV4,
    DATAGRAM_LINK_IPV6,
    DATAGRAM_LINK_NULL, /**< BSD loopback, the family in the order of the host */
    DATAGRAM_LINK_LOOP  /**< BSD loopback, the family in the order of the network */
} DatagramLink;

/** A UDP datagram. All pointers are into the frame. */
typedef struct Datagram {
    const guint8 *source; /**< address_octets octets */
    const guint8 *destination;
    guint address_octets; /**< 4 or 16 */
    guint16 source_port;
    guint16 destination_port;
    const guint8 *payload;
    gsize captured; /**< octets of it that the capture holds */
    gsize length;   /**< octets of it that there were; at least captured */
    bool plain;     /**< the frame was captured whole and holds nothing else: no options, no
                         extension headers, nothing behind the datagram */
} Datagram;

/**
 * Finds the datagram.
 * @param captured  octets of the frame
 * @param length    octets that the frame had on the wire
 * @param datagram  out, set where there is one
 */
bool datagram_find(DatagramLink link, const guint8 *frame, gsize captured, gsize length,
                   Datagram *datagram);

#endif
