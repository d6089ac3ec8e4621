/* unread-krr.h
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UNREAD_KRR_H
#define UNREAD_KRR_H

#include <epan/packet.h>

#include "core/event/story-event.h"

/**
 * Looks through a message, and adds what stands for the KRRs that it names and that were not read:
 * documents of which nothing is known but why.
 * @param event   of the message, with the KRRs that were read of it
 * @param shown   the item of the message in the tree
 * @param broken  a dissection ended in an exception
 */
void unread_krrs_add(StoryEvent *event, packet_info *pinfo, const field_info *shown, bool broken);

/** Does a frame that was cut short show that it carried a KRR or an offer? @param frame  its octets */
bool unread_cargo_is_mentioned(tvbuff_t *frame);

#endif
