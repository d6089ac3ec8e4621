/* krr-http.h
 * HTTP for the story: what the fields of a message say of it, and what TLS hides
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_HTTP_H
#define KRR_HTTP_H

#include <epan/packet.h>

#include "core/event/story-event.h"

/** What a field of HTTP says of a message. */
typedef enum KrrHttpField {
    KRR_HTTP_METHOD,
    KRR_HTTP_TARGET,
    KRR_HTTP_STATUS,
    KRR_HTTP_LENGTH, /**< of the body; HTTP/1 only */
    KRR_HTTP_STREAM, /**< HTTP/2 only */
} KrrHttpField;

/** Takes a field of a message; the first of a kind counts. */
void krr_http_take(StoryHttp *http, KrrHttpField field, field_info *info);

/** Is it a message, now that all of it was taken? What goes on from an earlier frame is not. */
bool krr_http_is_message(const StoryEvent *event);

/** Which connections carry TLS that nobody can read: told now and then, not for each frame. */
typedef struct KrrHidden KrrHidden;

KrrHidden *krr_hidden_new(void);
void krr_hidden_free(KrrHidden *hidden);

/** Forgets all: another capture begins. */
void krr_hidden_begin(KrrHidden *hidden);

/** Is a frame with TLS in it, and nothing that could be read, to be told? At the end of its
 *  dissection. */
bool krr_hidden_take(KrrHidden *hidden, packet_info *pinfo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrHidden, krr_hidden_free)

#endif
