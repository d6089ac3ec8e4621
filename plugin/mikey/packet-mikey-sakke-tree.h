/* packet-mikey-sakke-tree.h
 * The fields of a MIKEY-SAKKE message in Wireshark's tree
 *
 * The message was read by the core (mikey-parser.h); here it is only shown, in the order in which it
 * was read, and what is wrong with it at the item that is to blame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_TREE_H
#define PACKET_MIKEY_SAKKE_TREE_H

#include <epan/expert.h>
#include <epan/packet.h>

#include "core/mikey/mikey-message.h"

/** A message that is shown; lives as long as the packet. */
typedef struct MikeyTree {
    packet_info *pinfo;
    tvbuff_t *tvb;
    proto_tree *root; /**< of the message; NULL where there is no tree */
    const MikeyMessage *message;
    proto_item **items; /**< by index of the field */
    proto_tree **trees; /**< likewise; NULL: the field holds nothing so far */
} MikeyTree;

/** For the protocol's registration: the fields and expert infos. */
void mikey_tree_register(int proto, expert_module_t *expert);

/** Finds the dissector of KRRs, once all protocols are registered. */
void mikey_tree_hand_off(void);

/** Shows a message, and calls the dissector of the KRRs that it carries.
 *  @param tree     where to @param tvb  the message
 *  @param message  must live as long as the packet
 *  @return in the packet's pool */
MikeyTree *mikey_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                          const MikeyMessage *message);

/** Where to show something about a payload; NULL where there is no tree. */
proto_tree *mikey_tree_of_payload(const MikeyTree *shown, const MikeyPayload *payload);

#endif
