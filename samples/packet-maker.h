/* packet-maker.h
 * Puts messages on the wire: Ethernet, IPv4 or IPv6, UDP or TCP
 *
 * How a message travels, by its settings:
 *
 *   over = udp | tcp | ws  default: a response as its request, HTTP over TCP, else UDP; ws: see
 *                          websocket-maker.h
 *   ws-opened = SECONDS    before its first message a WebSocket was opened; default 0
 *   segment = OCTETS       of the message in each TCP segment; default 1400
 *   split = OCTET,...      where TCP segments begin besides; -20: so far from the end. What lies
 *                          outside of the message does not matter
 *   hold = yes             over TCP: not yet, but in the segments of the sender's next message
 *   fragment = OCTETS      size of the IP packets into which it is fragmented; default: not
 *   lose-fragment = NUMBER its fragment of that number, from 1, is not in the capture, if it has one
 *   retransmit = COUNT     the same octets again so many times, after 0.5 s, 1 s, 2 s, ...
 *   cut = OCTETS           of each frame in the capture, as by a snap length
 *   lose = NUMBER          its frame of that number, from 1, is not in the capture
 *   client-port = PORT     of the TCP connection that it opens; default: one that nobody else has
 *   reverse = yes          its frames arrive in reverse order
 *   within, tunnel-...     what it travels in besides: see tunnel.h
 *
 * TCP connections begin with a handshake shortly before their first message; the side that sends
 * first has a port of its own. Sequence numbers and checksums are right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MAKER_H
#define PACKET_MAKER_H

#include "samples/capture-writer.h"
#include "samples/scenario.h"

typedef struct PacketMaker PacketMaker;

/** The keys of a message's settings that are understood here, NULL-terminated. */
extern const char *const packet_maker_keys[];

/** @param scenario  must outlive the maker */
PacketMaker *packet_maker_new(const Scenario *scenario);
void packet_maker_free(PacketMaker *maker);

/** Sends the octets of a message. False with @p error set where its settings are wrong or the
 *  octets do not fit a datagram. */
bool packet_maker_send(PacketMaker *maker, const ScenarioMessage *message, GBytes *bytes,
                       bool over_tcp, GError **error);

/** Gives the capture what was sent so far, each frame with its time; the maker forgets it. */
void packet_maker_hand_over(PacketMaker *maker, CaptureWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketMaker, packet_maker_free)

#endif
