/* packet-hep.h
 * The Homer Encapsulation Protocol (HEP), which has copies of SIP messages for a collector
 *
 * Versions 1 and 2 have a fixed header; version 3 is "HEP3", a length and a list of chunks, as
 * "HEP3 Network Protocol Specification" of sipcapture.org has them. Kamailio, OpenSIPS, FreeSWITCH,
 * Asterisk, Homer's agents and sngrep send it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_HEP_H
#define PACKET_HEP_H

/** Registers the protocol "hep", its fields and preferences; nothing where this Wireshark has one of
 *  that name itself. */
void hep_register(void);

/** Takes ports 9060 and 9061 and, wherever it is certain, any other. To be called once all dissectors
 *  are registered. */
void hep_hand_off(void);

#endif
