/* krr-tree.h
 * A KRR document as a protocol tree
 *
 * The fields krr.* and the items that show them. Every value highlights its own octets; sub-KRRs
 * nest as they nest in the document.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TREE_H
#define KRR_TREE_H

#include <epan/packet.h>

#include "core/document/krr-document.h"

/** Where a thing of a document is shown; lives as long as the packet (pinfo->pool). */
typedef struct KrrTree KrrTree;

/** Registers the fields and subtrees. @param proto  the protocol krr */
void krr_tree_register(int proto);

/** The kind of subtree beneath the protocol's item. */
int krr_tree_ett(void);

/**
 * Adds the items of a document.
 * @param item  the protocol's item; NULL where there is no tree: then nothing is added
 * @param tvb   the octets that the document was read from
 */
KrrTree *krr_tree_add(proto_item *item, tvbuff_t *tvb, packet_info *pinfo,
                      const KrrDocument *document);

/**
 * The item that shows something: the one with exactly that range, else the one of that element of
 * the KRR, else the KRR, else the protocol's item. NULL where there is no tree.
 * @param krr    NULL: the document
 * @param range  length 0: not known
 */
proto_item *krr_tree_find(const KrrTree *tree, const Krr *krr, KrrElement element, KrrRange range);

/** One line for people: which KMSs a KRR leaves, how many sub-KRRs, signed or not.
 *  In pinfo->pool, printable. */
const char *krr_tree_summary(packet_info *pinfo, const Krr *krr);

#endif
