/* krr-mention.h
 * Does a message name KMS Redirect Responses, whether or not one can be read from it?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_MENTION_H
#define KRR_MENTION_H

#include "core/sip/sip-message.h"

/**
 * Looks for the namespace of KRRs (TS 33.180 5.2.8), anywhere; and for their media type, in the header
 * fields Content-Type of the message, of messages in it and of parts of bodies, however odd these fields
 * are written. Whoever lists the media type under Accept only says what it can read.
 *
 * @param message  a message of SIP or HTTP, or a part of one
 */
bool krr_is_mentioned(SipSpan message);

/** Stands a document in a message as it is, in no encoding? */
bool krr_stands_in(SipSpan message, SipSpan document);

/**
 * The bodies in a SIP message that name a KRR, each by itself: its own, or, where that is a multipart
 * body, those of the parts. Of a message within the message its body counts.
 * @param message  from its start line to the end of its body
 * @param head     the octets of its header section
 * @return of SipSpan, into the message; to be unref'd
 */
GArray *krr_mentions(SipSpan message, gsize head);

#endif
