/* sip-canonical.h
 * A SIP message in the spelling that every reader understands
 *
 * What RFC 3261 and MIME allow in several ways is written in the usual one; what a body is encoded
 * in is undone. The message says the same, so whoever cannot read the one reads the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIP_CANONICAL_H
#define SIP_CANONICAL_H

#include "core/sip/sip-message.h"

/** What was written otherwise; to be combined. */
typedef enum SipOddity {
    SIP_ODD_BLANK = 1 << 0,            /**< blanks before a colon */
    SIP_ODD_VERSION = 1 << 1,          /**< the version in lower case */
    SIP_ODD_FOLDED = 1 << 2,           /**< a value in several lines */
    SIP_ODD_MEDIA_TYPE = 1 << 3,       /**< blanks in a media type */
    SIP_ODD_LINE_FEED = 1 << 4,        /**< bare line feeds */
    SIP_ODD_OPEN = 1 << 5,             /**< a multipart body without its closing delimiter */
    SIP_ODD_QUOTED_PRINTABLE = 1 << 6, /**< a body or part in that encoding */
    SIP_ODD_BASE64 = 1 << 7            /**< likewise; but for KRRs and MIKEY messages, whose readers
                                            undo it themselves */
} SipOddity;

/**
 * Writes a message in its usual spelling.
 * @param message   from its start line to the end of its body, as sip_message_find() found it
 * @param head      the octets of its header section
 * @param oddities  out: of SipOddity; 0: there is nothing to be written otherwise
 * @return NULL where there is no oddity
 */
GBytes *sip_canonical(SipSpan message, gsize head, guint *oddities);

/**
 * Writes the header section of a message that the capture cut short, in its usual spelling, as far as
 * it is there: without a body, its length as it was stated, without a line that is not whole.
 * @param octets  from its start line to where the capture ends
 * @return NULL where it does not say of which transaction the message is (Call-ID, CSeq)
 */
GBytes *sip_canonical_cut(SipSpan octets);

/** What was odd, in words ("blanks before a colon, ..."); to be freed. */
char *sip_oddities_text(guint oddities);

#endif
