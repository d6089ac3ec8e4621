/* sip-front.h
 * What stands in front of Wireshark's dissector of SIP
 *
 * Wireshark's dissector takes SIP in its usual spelling, and gives up a whole segment, or a whole
 * frame, for one line end or one odd part. This dissector cuts octets into messages, writes each
 * that is spelt otherwise in the usual way, and hands them on one by one. Ordinary messages go on as
 * they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_FRONT_H
#define SIP_FRONT_H

#include <stdbool.h>

#include <epan/packet.h>

/** The protocol's name for filters; it is one in name only, and no layer of a frame. */
#define SIP_FRONT_NAME "sip_front"

/** To be called once, at registration. @param proto_krr  of whose protocol its expert infos are */
void sip_front_register(int proto_krr);

/** Takes Wireshark's places of SIP in the tables of ports and media types, now and with each file. To
 *  be called once all dissectors are registered. */
void sip_front_hand_off(void);

/** Does this dissector lead to SIP: is it ours, or Wireshark's own? */
bool sip_front_is(dissector_handle_t handle);

/** The dissector for datagrams, or for streams; NULL: there is no SIP in this Wireshark. */
dissector_handle_t sip_front_handle(bool stream);

#endif
