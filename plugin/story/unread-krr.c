/* unread-krr.c
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/unread-krr.h"

#include "core/document/krr-canonical.h"
#include "core/document/krr-mention.h"
#include "plugin/wireshark-compat.h"

/* The octets of a message, which live as long as the packet. */
typedef struct Octets {
    const guint8 *at;
    gsize length;
} Octets;

/* Behind a message in a datagram nothing else stands: it may have been cut by a Content-Length that is
 * too small. Over a stream the next message follows. */
static Octets octets_of(packet_info *pinfo, const field_info *shown)
{
    tvbuff_t *source = shown->ds_tvb;
    const guint captured = source ? tvb_captured_length(source) : 0;
    const guint start = (guint)MAX(shown->start, 0);

    if (start >= captured) {
        return (Octets){NULL, 0};
    }
    const guint length = pinfo->ptype == PT_UDP
                             ? captured - start
                             : MIN((guint)MAX(shown->length, 0), captured - start);
    return (Octets){tvb_get_ptr(source, (int)start, (int)length), length};
}

/* What is the same on all hops: the body. */
static Octets body_of(Octets message)
{
    for (gsize i = 0; i + 1 < message.length; i++) {
        const gsize next = i + (message.at[i + 1] == '\r' ? 2 : 1);
        if (message.at[i] == '\n' && next < message.length && message.at[next] == '\n') {
            return (Octets){message.at + next + 1, message.length - next - 1};
        }
    }
    return message;
}

KrrDocument *unread_krr_of(packet_info *pinfo, const field_info *shown, bool broken)
{
    const Octets message = octets_of(pinfo, shown);

    if (!message.at || !krr_is_mentioned(message.at, message.length)) {
        return NULL;
    }
    const Octets body = body_of(message);
    g_autofree char *digest = krr_sha256_hex(body.at, body.length);
    return krr_document_new_unread(
        digest, broken ? "the dissection of the message ended in an exception"
                       : "no part of it is labelled as a KRR, whole, and in an encoding that is "
                         "known");
}
