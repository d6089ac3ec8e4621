/* unread.h
 * What of a capture could not be read, counted by kind
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UNREAD_H
#define UNREAD_H

#include <stdbool.h>

#include <glib.h>

/** Why something could not be read. Those before UNREAD_ENCRYPTED held SIP for certain. */
typedef enum UnreadKind {
    UNREAD_CUT,       /**< SIP that the capture cut short */
    UNREAD_FRAGMENTS, /**< fragments, on hops with SIP, of what other fragments are missing of */
    UNREAD_HOLES,     /**< octets missing in TCP streams with SIP */
    UNREAD_SIP_EXCEPTION, /**< frames with SIP whose dissection ended in an exception */
    UNREAD_NOT_SIP,       /**< datagrams that begin as SIP, and were dissected as something else */
    UNREAD_COPIES,        /**< copies of messages (HEP) that are broken, or packed too often */
    UNREAD_ENCRYPTED,     /**< TLS, DTLS, ESP and the like that was not decrypted */
    UNREAD_UNDECODED,     /**< on the port of an encapsulation, and not decoded as it */
    UNREAD_EXCEPTION,     /**< frames without SIP whose dissection ended in an exception */
    UNREAD_N_KINDS
} UnreadKind;

/** Things of one kind. The array of them is sorted by kind, protocol and port. */
typedef struct Unread {
    guint32 kind;     /**< UnreadKind */
    guint32 protocol; /**< GQuark of its name, Wireshark's or that of the encapsulation; 0: none */
    guint32 port;     /**< the lower one; 0: none */
    guint32 first;    /**< the first frame */
    guint64 count;    /**< frames; of HOLES: how many holes */
} Unread;

/** "cut", "fragments", "tcp-holes", "sip-exception", "not-sip", "copies", "encrypted", "undecoded",
 *  "exception". */
const char *unread_kind_name(UnreadKind kind);

/** Does it leave an audit incomplete? What is only encrypted, or no SIP as far as one can see, does
 *  not; nor does an exception, behind which the rest of a message is read all the same. */
bool unread_is_lost(UnreadKind kind);

/** Counts one more thing. @param unread  of Unread */
void unread_add(GArray *unread, UnreadKind kind, const char *protocol, guint port, guint32 frame);

/** Sorts what was counted. */
void unread_sort(GArray *unread);

#endif
