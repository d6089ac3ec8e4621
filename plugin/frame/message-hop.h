/* message-hop.h
 * Between whom, and when, a message travelled that a frame holds a copy of
 *
 * An agent that sends copies of messages to a collector (HEP) states in each from where to where the
 * original went and when it was seen. That, and not the way of the copy, is the hop of the story. A
 * frame may hold several copies, so a hop belongs to the octets of its message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MESSAGE_HOP_H
#define MESSAGE_HOP_H

#include <stdbool.h>

#include <epan/packet.h>

/** What is stated of an original. */
typedef struct MessageHop {
    address source; /**< in pinfo->pool, as what follows */
    address destination;
    guint16 source_port; /**< 0: not stated */
    guint16 destination_port;
    bool has_time;
    gint64 time_ns; /**< nanoseconds since 1970 UTC; only where has_time */
} MessageHop;

/** To be called once, at registration. @param proto  under whose number packets keep hops */
void message_hop_register(int proto);

/** Notes the hop of a copy. @param octets  the copy itself; what is dissected of it has that hop,
 *  unless it holds a copy of its own */
void message_hop_add(packet_info *pinfo, tvbuff_t *octets, const MessageHop *hop);

/** Gives octets that were made of others (decoded, written otherwise) the hop of those; nothing where
 *  none is stated of them. */
void message_hop_copy(packet_info *pinfo, tvbuff_t *from, tvbuff_t *made);

/**
 * The hop that is stated of a message.
 * @param shown  the item of the message in the tree of the frame
 * @return in pinfo->pool; NULL: it is no copy, the hop is that of the packet
 */
const MessageHop *message_hop_of(packet_info *pinfo, const field_info *shown);

#endif
