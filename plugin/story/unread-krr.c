/* unread-krr.c
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/unread-krr.h"

#include <string.h>

#include "core/document/krr-canonical.h"
#include "core/document/krr-mention.h"
#include "plugin/wireshark-compat.h"

/* The octets of a message, which live as long as the packet. */
typedef struct Octets {
    const guint8 *at;
    gsize length;
} Octets;

static Octets octets_of(const field_info *shown)
{
    tvbuff_t *source = shown->ds_tvb;
    const guint captured = source ? tvb_captured_length(source) : 0;
    const guint start = (guint)MAX(shown->start, 0);

    if (start >= captured) {
        return (Octets){NULL, 0};
    }
    return (Octets){tvb_get_ptr(source, (int)start, (int)(captured - start)), captured - start};
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

/* The value of a header field Content-Length; false: the line is none. */
static bool content_length(const guint8 *line, gsize size, gsize *value)
{
    static const char *const names[] = {"content-length", "l"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize at = strlen(names[i]);
        if (size <= at || g_ascii_strncasecmp((const char *)line, names[i], at) != 0) {
            continue;
        }
        while (at < size && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        if (at < size && line[at] == ':') {
            g_autofree char *text = g_strndup((const char *)line + at + 1, size - at - 1);
            *value = (gsize)g_ascii_strtoull(text, NULL, 10);
            return true;
        }
    }
    return false;
}

/* Over a stream the next message follows. In a datagram there is none: what is behind the body is of
 * the message, and was cut off by a Content-Length that is too small. */
static Octets end_message(Octets message)
{
    const gsize header = message.length - body_of(message).length;
    gsize line = 0;
    gsize length;

    while (line < header) {
        const guint8 *end = memchr(message.at + line, '\n', header - line);
        const gsize size = end ? (gsize)(end - (message.at + line)) : header - line;
        if (content_length(message.at + line, size, &length)) {
            message.length = header + MIN(length, message.length - header);
            return message;
        }
        line += size + 1;
    }
    return message;
}

KrrDocument *unread_krr_of(packet_info *pinfo, const field_info *shown, bool broken)
{
    Octets message = octets_of(shown);

    if (!message.at || !krr_is_mentioned(message.at, message.length)) {
        return NULL;
    }
    if (pinfo->ptype != PT_UDP) {
        message = end_message(message);
        if (!krr_is_mentioned(message.at, message.length)) {
            return NULL;
        }
    }
    const Octets body = body_of(message);
    g_autofree char *digest = krr_sha256_hex(body.at, body.length);
    return krr_document_new_unread(
        digest, broken ? "the dissection of the message ended in an exception"
                       : "no part of it is labelled as a KRR, whole, and in an encoding that is "
                         "known");
}

bool unread_cargo_is_mentioned(tvbuff_t *frame)
{
    static const char *const marks[] = {"kmsredirectresponse", "key-mgmt:mikey",
                                        "application/mikey"};
    gsize length = tvb_captured_length(frame);
    const char *octets = (const char *)tvb_get_ptr(frame, 0, (int)length);
    gsize run;

    /* From zero to zero, since strings are searched for. */
    for (gsize i = 0; i < length; i += run + 1) {
        run = strnlen(octets + i, length - i);
        for (gsize mark = 0; mark < G_N_ELEMENTS(marks); mark++) {
            if (g_strstr_len(octets + i, (gssize)run, marks[mark])) {
                return true;
            }
        }
    }
    return false;
}
