/* message-reading.h
 * The SIP messages of a frame as they were handed on, and whether all of them was looked through
 *
 * An exception in one part of a message ends what Wireshark shows of it. Where all that could be of
 * ours was looked for in its octets, nothing of that is hidden by it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MESSAGE_READING_H
#define MESSAGE_READING_H

#include <stdbool.h>

#include <epan/packet.h>

#include "core/sip/sip-message.h"

/** A message; what is in it lasts as long as the packet. */
typedef struct MessageReading {
    SipSpan octets;    /**< as it was dissected, from its start line to the end of its body */
    gsize head;        /**< of it, its header section */
    SipSpan behind;    /**< what its datagram holds behind the body; empty in a stream */
    GPtrArray *unread; /**< of KrrDocument: what stands for the KRRs that it names and nobody read;
                            NULL: there are none */
    bool searched;     /**< what it carries was looked for, and what was found was read */
} MessageReading;

/** To be called once, at registration. @param proto  under whose number packets keep this */
void message_reading_register(int proto);

/** Notes a message. */
void message_reading_add(packet_info *pinfo, const MessageReading *reading);

/** What was noted of a message, copied. @param shown  the item of it in the tree of the frame
 *  @return false: nothing */
bool message_reading_of(packet_info *pinfo, const field_info *shown, MessageReading *reading);

/** Is nothing of a message hidden, whatever became of its dissection? @param shown  likewise */
bool message_reading_is_whole(packet_info *pinfo, const field_info *shown);

#endif
