/* tcp-books.h
 * What Wireshark keeps of a TCP connection, read from its own books
 *
 * What a connection waits for cannot be told from the tree, which shows "segment data" in all cases.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TCP_BOOKS_H
#define TCP_BOOKS_H

#include <stdbool.h>

#include "plugin/wireshark-compat.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

/** Of one direction of a connection: nothing is open. */
#define TCP_BOOKS_CLOSED G_MAXUINT64

/** The books of the connection of a segment; NULL where they cannot be found.
 *  @param conversation  out, or NULL: there is none */
struct tcp_analysis *tcp_books_of(packet_info *pinfo, const struct tcpheader *header,
                                  conversation_t **conversation);

/** Where the data begin that Wireshark keeps until the rest of the message comes. */
guint64 tcp_books_open_in(const tcp_flow_t *flow);

/** Does it keep segments behind one that is missing? */
bool tcp_books_have_gap(const tcp_flow_t *flow);

/** Has it go on behind what is missing: the message before it ends there, and what was kept is forgotten,
 *  to be shown again. @param next  number of the first octet behind the gap */
void tcp_books_skip(tcp_flow_t *flow, guint32 next);

#endif
