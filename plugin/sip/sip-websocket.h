/* sip-websocket.h
 * SIP messages on WebSockets (RFC 7118) that Wireshark does not put together
 *
 * A message in several frames may begin or end with an empty one (RFC 6455 5.4). Wireshark gives frames
 * without octets to nobody, and the message with them. And a WebSocket may be opened on a port of SIP, as
 * servers do that speak both there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_WEBSOCKET_H
#define SIP_WEBSOCKET_H

#include <stdbool.h>

#include <epan/packet.h>

/** To be called once, at registration. @param proto  under whose number connections keep their state */
void sip_websocket_register(int proto);

/** Reads each WebSocket from now on. @param sip  what dissects a message */
void sip_websocket_hand_off(dissector_handle_t sip);

/** Gives a connection to HTTP, if it begins as a WebSocket does. @return false: it does not */
bool sip_websocket_claim(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

#endif
