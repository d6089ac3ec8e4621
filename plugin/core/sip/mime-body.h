/* mime-body.h
 * The parts of a multipart body (RFC 2046 5.1)
 *
 * Line ends may be bare line feeds, and the delimiter that closes the body may be missing: the last
 * part then ends where the body does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIME_BODY_H
#define MIME_BODY_H

#include "core/sip/sip-message.h"

/** A body has no more parts than that, and is no deeper; what is beyond is not read. */
#define MIME_MAX_PARTS 64
#define MIME_MAX_DEPTH 4

/** A part; its spans point into the body. */
typedef struct MimePart {
    SipSpan head; /**< its header fields, with the empty line behind them */
    SipSpan body;
} MimePart;

/** The parts of a body. */
typedef struct MimeBody {
    GArray *parts; /**< of MimePart */
    bool closed;   /**< the delimiter behind the last part is there */
    bool bare;     /**< a delimiter follows, or ends with, a bare line feed */
} MimeBody;

/** The parameter "boundary" of a media type; NULL: it has none, or it is no multipart type.
 *  @param type  from sip_media_type() @return to be freed */
char *mime_boundary(const char *type);

/** Cuts a body into its parts; to be cleared. */
MimeBody mime_body_read(SipSpan octets, const char *boundary);

void mime_body_clear(MimeBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MimeBody, mime_body_clear)

#endif
