/* keep-alive.h
 * CRLFs between messages, by which ends keep their connections open (RFC 5626 4.4.1)
 *
 * By the settings of a SIP message:
 *
 *   crlf = before | behind   in a datagram or segment of their own, a millisecond away
 *          front | tail      in the message's own, in front of it or behind it
 *   crlf-count = NUMBER      default 2: a ping; 1 is the pong
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KEEP_ALIVE_H
#define KEEP_ALIVE_H

#include "samples/packet-maker.h"

/** The keys of a message's settings that are understood here, NULL-terminated. */
extern const char *const keep_alive_keys[];

/** Sends a message with the CRLFs that its settings ask for. @return false with @p error set */
bool keep_alive_send(const Scenario *scenario, PacketMaker *packets, const ScenarioMessage *message,
                     GBytes *bytes, bool over_tcp, GError **error);

#endif
