/* unread-krr.h
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UNREAD_KRR_H
#define UNREAD_KRR_H

#include <epan/packet.h>

#include "core/document/krr-document.h"

/**
 * Looks at the octets of a message from which no KRR was read.
 * @param shown   the item of the message in the tree
 * @param broken  a dissection ended in an exception
 * @return a document of which nothing is known but why, with one reference; NULL: the message names none
 */
KrrDocument *unread_krr_of(packet_info *pinfo, const field_info *shown, bool broken);

/** Does a frame that was cut short show that it carried a KRR or an offer? @param frame  its octets */
bool unread_cargo_is_mentioned(tvbuff_t *frame);

#endif
