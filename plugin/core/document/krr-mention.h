/* krr-mention.h
 * Does a message name KMS Redirect Responses, whether or not one can be read from it?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_MENTION_H
#define KRR_MENTION_H

#include <stdbool.h>

#include <glib.h>

/**
 * Looks for the namespace of KRRs (TS 33.180 5.2.8), anywhere; and for their media type, in the header
 * fields Content-Type of the message, of messages in it and of parts of bodies, however odd these fields
 * are written. Whoever lists the media type under Accept only says what it can read.
 *
 * @param message  a message of SIP or HTTP, or a part of one
 */
bool krr_is_mentioned(const guint8 *message, gsize length);

#endif
