/* sip-claim.h
 * SIP comes before whatever else claims its ports or its sockets
 *
 * Wireshark asks the dissector of a conversation first, and some set theirs by a single packet and
 * never refuse afterwards; then it asks the one with the lower port, which may be a client's and
 * belong to a protocol that takes anything. A datagram or segment that begins with a start line of SIP
 * is SIP nevertheless.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_CLAIM_H
#define SIP_CLAIM_H

/** Looks at each datagram and segment from now on, before its transport is dissected. To be called
 *  once all dissectors are registered, and sip_front_hand_off() was. */
void sip_claim_hand_off(void);

#endif
