/* message-reading.h
 * Which SIP messages were read to their end, whatever became of their dissection
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

/** To be called once, at registration. @param proto  under whose number packets keep this */
void message_reading_register(int proto);

/** Notes that all of a message was looked through. @param octets  as it was dissected */
void message_reading_add(packet_info *pinfo, tvbuff_t *octets);

/** Was that noted of the message? @param shown  the item of it in the tree of the frame */
bool message_reading_has(packet_info *pinfo, const field_info *shown);

#endif
