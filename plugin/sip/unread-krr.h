/* unread-krr.h
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UNREAD_KRR_H
#define UNREAD_KRR_H

#include <epan/packet.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/message-reading.h"

/** Where in what a frame carries a message begins, and where it ends. */
typedef struct CargoRange {
    const KrrCargo *all; /**< of the frame */
    guint first, end;    /**< those of the message: from the first to before the end */
} CargoRange;

/**
 * Looks through a message for KRRs that it names and that were not read.
 * @param read    what was read of it
 * @param broken  its dissection ended in an exception
 * @return of KrrDocument: documents of which nothing is known but why, or the empty one of a message that
 *         has no body and is labelled as a KRR; NULL: there are none
 */
GPtrArray *unread_krrs_find(const MessageReading *message, const CargoRange *read, bool broken);

/**
 * The same of a message in the tree: what was found when it was handed on, or is found now in one that
 * was noted nowhere, as those of HTTP are not.
 * @param shown  the item of the message
 * @return to be unref'd; NULL: there are none
 */
GPtrArray *unread_krrs_of(packet_info *pinfo, const field_info *shown, const CargoRange *read,
                          bool broken);

/** Shows the rule that fires on them. @param item  of the message; NULL where there is no tree */
void unread_krrs_show(packet_info *pinfo, proto_item *item, const GPtrArray *unread);

/** Does a frame that was cut short show that it carried a KRR or an offer? @param frame  its octets */
bool unread_cargo_is_mentioned(tvbuff_t *frame);

#endif
