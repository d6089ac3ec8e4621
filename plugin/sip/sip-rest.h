/* sip-rest.h
 * What a SIP message carries of ours and no dissector was led to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_REST_H
#define SIP_REST_H

#include <stdbool.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include "plugin/frame/message-reading.h"

/** To be called once, at registration. @param expert  of the protocol whose expert infos are added to */
void sip_rest_register(expert_module_t *expert);

/** To be called once all dissectors are registered. */
void sip_rest_hand_off(void);

/**
 * Compares what a message carries (sip-cargo.h) with what was read of it, and has the rest dissected,
 * shown beneath the message. Nothing is read twice.
 * @param message  as it was dissected; the octets of the reading are its own
 * @param tree     in which the message is shown; NULL where there is none
 * @param before   what the frame had carried before the message was dissected (krr-cargo.h)
 * @return false: some of it threw
 */
bool sip_rest_dissect(const MessageReading *reading, tvbuff_t *message, packet_info *pinfo,
                      proto_tree *tree, guint before);

/** Where in a tree the last message of SIP is shown; the tree itself where it shows none. */
proto_tree *sip_rest_tree(proto_tree *tree);

#endif
