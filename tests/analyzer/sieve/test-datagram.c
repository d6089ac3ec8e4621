/* test-datagram.c
 * UDP datagrams in frames, and what is none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/datagram.h"

#include <string.h>

#define MACS     "\2\0\0\0\0\1\2\0\0\0\0\2"
#define IPV4     "\x45\0\0\x20\0\1\x40\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2"
#define UDP      "\x9c\x40\xa4\x10\0\x0c\0\0"
#define PAYLOAD  "\x80\0\0\1"
#define PACKET   IPV4 UDP PAYLOAD
#define ADDRESS6 "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define ETHERNET MACS "\x08\0" PACKET

/* A frame, and whether it holds the datagram above; and whether it holds nothing else. */
typedef struct Case {
    const char *name;
    DatagramLink link;
    const char *octets;
    gsize length;
    bool found;
    bool plain;
} Case;

#define FRAME(octets) (octets), sizeof(octets) - 1

static const Case cases[] = {
    {"ethernet", DATAGRAM_LINK_ETHERNET, FRAME(ETHERNET), true, true},
    {"trailer", DATAGRAM_LINK_ETHERNET, FRAME(ETHERNET "\0\0"), true, false},
    {"vlan", DATAGRAM_LINK_ETHERNET, FRAME(MACS "\x81\0\0\1\x08\0" PACKET), true, true},
    {"vlans", DATAGRAM_LINK_ETHERNET, FRAME(MACS "\x88\xa8\0\1\x81\0\0\1\x08\0" PACKET), true,
     true},
    {"too-many-vlans", DATAGRAM_LINK_ETHERNET,
     FRAME(MACS "\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x08\0" PACKET), false, false},
    {"backbone", DATAGRAM_LINK_ETHERNET, FRAME(MACS "\x88\xe7\0\0\0\1\x08\0" PACKET), false, false},
    {"mpls", DATAGRAM_LINK_ETHERNET, FRAME(MACS "\x88\x47\0\0\1\xff" PACKET), false, false},
    {"length", DATAGRAM_LINK_ETHERNET, FRAME(MACS "\0\x20" PACKET), false, false},
    {"cooked", DATAGRAM_LINK_SLL, FRAME("\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0" PACKET), true, true},
    {"cooked-netlink", DATAGRAM_LINK_SLL, FRAME("\0\0\3\x38\0\6\2\0\0\0\0\1\0\0\x08\0" PACKET),
     false, false},
    {"cooked-2", DATAGRAM_LINK_SLL2, FRAME("\x08\0\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0" PACKET),
     true, true},
    {"ip", DATAGRAM_LINK_IP, FRAME(PACKET), true, true},
    {"ipv4", DATAGRAM_LINK_IPV4, FRAME(PACKET), true, true},
    {"ipv4-as-ipv6", DATAGRAM_LINK_IPV6, FRAME(PACKET), false, false},
    {"loopback", DATAGRAM_LINK_NULL, FRAME("\2\0\0\0" PACKET), true, true},
    {"loopback-swapped", DATAGRAM_LINK_NULL, FRAME("\0\0\0\2" PACKET), true, true},
    {"loopback-irix", DATAGRAM_LINK_NULL, FRAME("\0\2\0\0" PACKET), false, false},
    {"loop", DATAGRAM_LINK_LOOP, FRAME("\0\0\0\2" PACKET), true, true},
    {"loop-swapped", DATAGRAM_LINK_LOOP, FRAME("\2\0\0\0" PACKET), false, false},
    {"options", DATAGRAM_LINK_IP,
     FRAME("\x46\0\0\x24\0\1\x40\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2\x94\4\0\0" UDP PAYLOAD), true,
     false},
    {"source-route", DATAGRAM_LINK_IP,
     FRAME(
         "\x47\0\0\x28\0\1\x40\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2\x83\7\4\xc0\0\2\3\0" UDP PAYLOAD),
     false, false},
    {"first-fragment", DATAGRAM_LINK_IP,
     FRAME("\x45\0\0\x20\0\1\x20\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2" UDP PAYLOAD), false, false},
    {"later-fragment", DATAGRAM_LINK_IP,
     FRAME("\x45\0\0\x20\0\1\0\1\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2" UDP PAYLOAD), false, false},
    {"tcp", DATAGRAM_LINK_IP,
     FRAME("\x45\0\0\x20\0\1\x40\0\x40\6\0\0\xc0\0\2\1\xc0\0\2\2" UDP PAYLOAD), false, false},
    {"udp-lite", DATAGRAM_LINK_IP,
     FRAME("\x45\0\0\x20\0\1\x40\0\x40\x88\0\0\xc0\0\2\1\xc0\0\2\2" UDP PAYLOAD), false, false},
    {"packet-too-long", DATAGRAM_LINK_IP,
     FRAME("\x45\0\0\x21\0\1\x40\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2" UDP PAYLOAD), false, false},
    {"packet-without-length", DATAGRAM_LINK_IP,
     FRAME("\x45\0\0\0\0\1\x40\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2" UDP PAYLOAD), false, false},
    {"datagram-too-long", DATAGRAM_LINK_IP, FRAME(IPV4 "\x9c\x40\xa4\x10\0\x0d\0\0" PAYLOAD), false,
     false},
    {"datagram-too-short", DATAGRAM_LINK_IP, FRAME(IPV4 "\x9c\x40\xa4\x10\0\7\0\0" PAYLOAD), false,
     false},
    {"ipv6", DATAGRAM_LINK_IP, FRAME("\x60\0\0\0\0\x0c\x11\x40" ADDRESS6 ADDRESS6 UDP PAYLOAD),
     true, true},
    {"hops", DATAGRAM_LINK_IP,
     FRAME("\x60\0\0\0\0\x14\0\x40" ADDRESS6 ADDRESS6 "\x11\0\5\2\0\0\1\0" UDP PAYLOAD), true,
     false},
    {"jumbo", DATAGRAM_LINK_IP,
     FRAME("\x60\0\0\0\0\x14\0\x40" ADDRESS6 ADDRESS6 "\x11\0\xc2\4\0\0\0\x14" UDP PAYLOAD), false,
     false},
    {"home-address", DATAGRAM_LINK_IP,
     FRAME("\x60\0\0\0\0\x24\x3c\x40" ADDRESS6 ADDRESS6
           "\x11\2\1\2\0\0\xc9\x10" ADDRESS6 UDP PAYLOAD),
     false, false},
    {"routed", DATAGRAM_LINK_IP,
     FRAME("\x60\0\0\0\0\x14\x2b\x40" ADDRESS6 ADDRESS6 "\x11\0\0\0\0\0\0\0" UDP PAYLOAD), false,
     false},
    {"atomic-fragment", DATAGRAM_LINK_IP,
     FRAME("\x60\0\0\0\0\x14\x2c\x40" ADDRESS6 ADDRESS6 "\x11\0\0\0\0\0\0\1" UDP PAYLOAD), false,
     false},
};

static bool find(const Case *frame, gsize captured, Datagram *datagram)
{
    /* So that sanitizers see whoever reads on behind the end. */
    g_autofree guint8 *octets = g_memdup2(frame->octets, captured);
    bool found = datagram_find(frame->link, octets, captured, frame->length, datagram);

    if (found && captured == frame->length) {
        g_assert_cmpuint(datagram->source_port, ==, 40000);
        g_assert_cmpuint(datagram->destination_port, ==, 42000);
        g_assert_cmpuint(datagram->length, ==, 4);
        g_assert_cmpmem(datagram->payload, datagram->captured, PAYLOAD, 4);
        g_assert_cmpint(datagram->source[0] == 192, ==, datagram->address_octets == 4);
    }
    return found;
}

static void test_frame(gconstpointer data)
{
    const Case *frame = data;
    Datagram datagram;

    g_assert_cmpint(find(frame, frame->length, &datagram), ==, frame->found);
    if (frame->found) {
        g_assert_cmpint(datagram.plain, ==, frame->plain);
    }
}

/* However little was captured, nothing is read that is not there. */
static void test_every_cut(gconstpointer data)
{
    const Case *frame = data;

    for (gsize captured = 0; captured < frame->length; captured++) {
        Datagram datagram;

        if (find(frame, captured, &datagram)) {
            g_assert_false(datagram.plain);
            g_assert_cmpuint(datagram.captured, <=, datagram.length);
        }
    }
}

/* A record that holds more than there was on the wire is broken. */
static void test_more_than_there_was(void)
{
    Datagram datagram;

    g_assert_false(datagram_find(DATAGRAM_LINK_IP, (const guint8 *)PACKET, 32, 31, &datagram));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *whole = g_strconcat("/datagram/whole/", cases[i].name, NULL);
        g_autofree char *cut = g_strconcat("/datagram/cut/", cases[i].name, NULL);

        g_test_add_data_func(whole, &cases[i], test_frame);
        g_test_add_data_func(cut, &cases[i], test_every_cut);
    }
    g_test_add_func("/datagram/more-than-there-was", test_more_than_there_was);
    return g_test_run();
}
