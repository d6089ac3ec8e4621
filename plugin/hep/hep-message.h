/* hep-message.h
 * One message of the Homer Encapsulation Protocol: a copy of another message, and what is stated of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEP_MESSAGE_H
#define HEP_MESSAGE_H

#include <stdbool.h>

#include <epan/packet.h>

/** Types of copies (of the chunk 0x000b). */
enum { HEP_TYPE_SIP = 1 };

/** What is stated of the original. Addresses are AT_NONE where nothing is. */
typedef struct HepMessage {
    guint version;   /**< 1 to 3 */
    guint8 family;   /**< of the addresses, in the numbers of the sender's system; 0: not stated */
    guint8 protocol; /**< IANA's number of the transport; 0: not stated */
    guint8 type;     /**< what the copy is; HEP_TYPE_SIP unless stated */
    address ipv4_source, ipv4_destination;
    address ipv6_source, ipv6_destination;
    guint16 source_port, destination_port;
    guint32 seconds; /**< since 1970; 0: not stated */
    guint32 microseconds;
} HepMessage;

/** Its time. @return false where none is stated that could be one */
bool hep_message_time(const HepMessage *message, nstime_t *time);

/** Between whom it went: addresses of the stated family, if there are both. @return false: unknown */
bool hep_message_ends(const HepMessage *message, const address **source,
                      const address **destination);

#endif
