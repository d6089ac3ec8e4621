/* packet-krr.h
 * The KRR dissector, as whoever registers or calls it sees it
 *
 * It is found under the name "krr". Called with no data it takes a body that stands in a MIKEY
 * message for one that MIKEY carried: SIP, HTTP and multipart hand over data about the media type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_KRR_H
#define PACKET_KRR_H

/** Registers the protocol with its fields and dissector. @return its number */
int krr_dissector_register(void);

/** Enters the dissector where it is to be called, once all protocols are registered. */
void krr_dissector_hand_off(void);

#endif
