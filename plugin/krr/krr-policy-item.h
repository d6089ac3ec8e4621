/* krr-policy-item.h
 * Which policy a KRR was judged by, in its tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_POLICY_ITEM_H
#define KRR_POLICY_ITEM_H

#include <epan/packet.h>

/** Registers the fields krr.policy and those beneath it. */
void krr_policy_item_register(int proto);

/** Adds the policy that is in force: its name, whom it binds, which state of the file was read, and
 *  whether the file has been changed since. Where a program brought the policy along, nothing.
 *  @param tree  of the document */
void krr_policy_item_add(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb);

#endif
