/* datagram.c
 * The UDP datagram in a frame, found without a dissector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/datagram.h"

#define ETHERTYPE_IPV4     0x0800
#define ETHERTYPE_IPV6     0x86dd
#define ETHERTYPE_VLAN     0x8100 /* IEEE 802.1Q */
#define ETHERTYPE_PROVIDER 0x88a8 /* IEEE 802.1ad */

#define ETHERNET_OCTETS     14
#define ETHERNET_TYPE       12
#define VLAN_OCTETS         4
#define MAX_VLANS           4
#define SLL_OCTETS          16
#define SLL_HARDWARE        2
#define SLL_TYPE            14
#define SLL2_OCTETS         20
#define SLL2_HARDWARE       8
#define FAMILY_OCTETS       4
#define IPV4_OCTETS         20
#define IPV6_OCTETS         40
#define UDP_OCTETS          8
#define IPV4_OFFSET_MASK    0x3fff /* more fragments, and the offset */
#define PROTOCOL_UDP        17
#define PROTOCOL_HOPS       0
#define PROTOCOL_OPTIONS    60
#define MAX_EXTENSIONS      4
#define EXTENSION_UNIT      8
#define HARDWARE_ETHERNET   1
#define HARDWARE_LOOPBACK   772
#define FAMILY_INET         2
#define OPTION_END          0
#define OPTION_NOP          1
#define OPTION_LOOSE_ROUTE  131
#define OPTION_STRICT_ROUTE 137
#define OPTION_PAD1         0
#define OPTION_PADN         1
#define OPTION_ALERT        5

/* What is left of the frame. */
typedef struct Rest {
    const guint8 *octets;
    gsize captured;
    gsize length;
} Rest;

static guint16 read16(const guint8 *octets)
{
    return (guint16)(octets[0] << 8 | octets[1]);
}

static guint32 read32(const guint8 *octets)
{
    return (guint32)read16(octets) << 16 | read16(octets + 2);
}

static bool has(const Rest *rest, gsize octets)
{
    return rest->captured >= octets;
}

static void skip(Rest *rest, gsize octets)
{
    rest->octets += octets;
    rest->captured -= octets;
    rest->length -= octets;
}

/* A header states where its packet ends; what lies behind that is not a part of the packet. */
static void end_at(Rest *rest, gsize length)
{
    rest->length = length;
    rest->captured = MIN(rest->captured, length);
}

static bool find_udp(Rest rest, Datagram *datagram)
{
    gsize length;

    if (!has(&rest, UDP_OCTETS)) {
        return false;
    }
    length = read16(rest.octets + 4);
    if (length < UDP_OCTETS || length > rest.length) {
        return false;
    }
    datagram->source_port = read16(rest.octets);
    datagram->destination_port = read16(rest.octets + 2);
    datagram->plain = datagram->plain && length == rest.length;
    end_at(&rest, length);
    skip(&rest, UDP_OCTETS);
    datagram->payload = rest.octets;
    datagram->captured = rest.captured;
    datagram->length = rest.length;
    return true;
}

/* A source route makes another address the destination. */
static bool options_are_harmless(const guint8 *octets, gsize length)
{
    for (gsize i = 0; i < length && octets[i] != OPTION_END;) {
        if (octets[i] == OPTION_NOP) {
            i++;
            continue;
        }
        if (octets[i] == OPTION_LOOSE_ROUTE || octets[i] == OPTION_STRICT_ROUTE ||
            i + 1 >= length || octets[i + 1] < 2) {
            return false;
        }
        i += octets[i + 1];
    }
    return true;
}

static bool find_in_ipv4(Rest rest, Datagram *datagram)
{
    gsize header, length;

    if (!has(&rest, IPV4_OCTETS) || rest.octets[0] >> 4 != 4) {
        return false;
    }
    header = (gsize)(rest.octets[0] & 0xf) * 4;
    length = read16(rest.octets + 2);
    if (header < IPV4_OCTETS || !has(&rest, header) || length < header || length > rest.length ||
        (read16(rest.octets + 6) & IPV4_OFFSET_MASK) != 0 || rest.octets[9] != PROTOCOL_UDP ||
        !options_are_harmless(rest.octets + IPV4_OCTETS, header - IPV4_OCTETS)) {
        return false;
    }
    datagram->source = rest.octets + 12;
    datagram->destination = rest.octets + 16;
    datagram->address_octets = 4;
    datagram->plain = datagram->plain && header == IPV4_OCTETS && length == rest.length;
    end_at(&rest, length);
    skip(&rest, header);
    return find_udp(rest, datagram);
}

/* Padding and router alerts: others may change the length, or whose the packet is. */
static bool extension_is_harmless(const guint8 *octets, gsize length)
{
    for (gsize i = 2; i < length;) {
        if (octets[i] == OPTION_PAD1) {
            i++;
            continue;
        }
        if ((octets[i] != OPTION_PADN && octets[i] != OPTION_ALERT) || i + 1 >= length) {
            return false;
        }
        i += 2 + (gsize)octets[i + 1];
    }
    return true;
}

/* Steps over hop-by-hop and destination options. @param protocol  in, out: of what follows */
static bool skip_extensions(Rest *rest, guint8 *protocol)
{
    for (guint i = 0; i < MAX_EXTENSIONS; i++) {
        gsize length;

        if (*protocol != PROTOCOL_HOPS && *protocol != PROTOCOL_OPTIONS) {
            return true;
        }
        if (!has(rest, EXTENSION_UNIT)) {
            return false;
        }
        length = (gsize)(rest->octets[1] + 1) * EXTENSION_UNIT;
        if (!has(rest, length) || !extension_is_harmless(rest->octets, length)) {
            return false;
        }
        *protocol = rest->octets[0];
        skip(rest, length);
    }
    return true;
}

static bool find_in_ipv6(Rest rest, Datagram *datagram)
{
    gsize length;
    guint8 protocol;

    if (!has(&rest, IPV6_OCTETS) || rest.octets[0] >> 4 != 6) {
        return false;
    }
    length = IPV6_OCTETS + (gsize)read16(rest.octets + 4);
    protocol = rest.octets[6];
    if (length > rest.length) {
        return false;
    }
    datagram->source = rest.octets + 8;
    datagram->destination = rest.octets + 24;
    datagram->address_octets = 16;
    datagram->plain = datagram->plain && protocol == PROTOCOL_UDP && length == rest.length;
    end_at(&rest, length);
    skip(&rest, IPV6_OCTETS);
    return skip_extensions(&rest, &protocol) && protocol == PROTOCOL_UDP &&
           find_udp(rest, datagram);
}

static bool find_in_ethertype(Rest rest, guint16 type, Datagram *datagram)
{
    for (guint i = 0; type == ETHERTYPE_VLAN || type == ETHERTYPE_PROVIDER; i++) {
        if (i == MAX_VLANS || !has(&rest, VLAN_OCTETS)) {
            return false;
        }
        type = read16(rest.octets + 2);
        skip(&rest, VLAN_OCTETS);
    }
    if (type == ETHERTYPE_IPV4) {
        return find_in_ipv4(rest, datagram);
    }
    return type == ETHERTYPE_IPV6 && find_in_ipv6(rest, datagram);
}

static bool find_in_ethernet(Rest rest, Datagram *datagram)
{
    guint16 type;

    if (!has(&rest, ETHERNET_OCTETS)) {
        return false;
    }
    type = read16(rest.octets + ETHERNET_TYPE);
    skip(&rest, ETHERNET_OCTETS);
    return find_in_ethertype(rest, type, datagram);
}

/* Of other hardware, the header may mean something else. */
static bool find_in_cooked(Rest rest, gsize header, gsize hardware_at, gsize type_at,
                           Datagram *datagram)
{
    guint16 hardware, type;

    if (!has(&rest, header)) {
        return false;
    }
    hardware = read16(rest.octets + hardware_at);
    type = read16(rest.octets + type_at);
    if (hardware != HARDWARE_ETHERNET && hardware != HARDWARE_LOOPBACK) {
        return false;
    }
    skip(&rest, header);
    return find_in_ethertype(rest, type, datagram);
}

/* Some drivers put other things before the packet; Wireshark knows them by these octets. */
static bool find_in_ip(Rest rest, Datagram *datagram)
{
    if (!has(&rest, IPV4_OCTETS) || read16(rest.octets + 1) == 0xff03 ||
        read16(rest.octets + 6) == 0xff03) {
        return false;
    }
    return rest.octets[0] >> 4 == 4 ? find_in_ipv4(rest, datagram) : find_in_ipv6(rest, datagram);
}

/* The families of IPv6 are those of several systems. */
static bool find_in_loopback(Rest rest, bool host_order, Datagram *datagram)
{
    guint32 family;

    if (!has(&rest, FAMILY_OCTETS)) {
        return false;
    }
    family = read32(rest.octets);
    if (host_order && family > G_MAXUINT8) {
        family = GUINT32_SWAP_LE_BE(family);
    }
    skip(&rest, FAMILY_OCTETS);
    if (family == FAMILY_INET) {
        return find_in_ipv4(rest, datagram);
    }
    return (family == 24 || family == 28 || family == 30) && find_in_ipv6(rest, datagram);
}

bool datagram_find(DatagramLink link, const guint8 *frame, gsize captured, gsize length,
                   Datagram *datagram)
{
    const Rest rest = {frame, captured, length};

    if (captured > length) {
        return false;
    }
    datagram->plain = captured == length;
    switch (link) {
    case DATAGRAM_LINK_ETHERNET:
        return find_in_ethernet(rest, datagram);
    case DATAGRAM_LINK_SLL:
        return find_in_cooked(rest, SLL_OCTETS, SLL_HARDWARE, SLL_TYPE, datagram);
    case DATAGRAM_LINK_SLL2:
        return find_in_cooked(rest, SLL2_OCTETS, SLL2_HARDWARE, 0, datagram);
    case DATAGRAM_LINK_IP:
        return find_in_ip(rest, datagram);
    case DATAGRAM_LINK_IPV4:
        return find_in_ipv4(rest, datagram);
    case DATAGRAM_LINK_IPV6:
        return find_in_ipv6(rest, datagram);
    case DATAGRAM_LINK_NULL:
    case DATAGRAM_LINK_LOOP:
        return find_in_loopback(rest, link == DATAGRAM_LINK_NULL, datagram);
    }
    return false;
}
