/* krr-mention.c
 * Does a message name KMS Redirect Responses, whether or not one can be read from it?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/krr-mention.h"

#include <string.h>

#include "core/octets/ascii-word.h"
#include "core/sip/mime-body.h"

/* Without the version, and the media type without its tree and suffix: these may be odd. */
static const char namespace_mark[] = "urn:3gpp:ns:mcsecKMSKRR";
static const char type_mark[] = "kmsredirectresponse";

static bool has_namespace(SipSpan text)
{
    return text.length > 0 && memmem(text.at, text.length, namespace_mark, strlen(namespace_mark));
}

static bool has_type(SipSpan text)
{
    return ascii_word_find(text.at, text.length, type_mark);
}

/* Does a header field Content-Type name it? Lines of bodies are looked at as if they were fields. */
static bool is_labelled(SipSpan text)
{
    SipField field;

    while (text.length > 0) {
        if (sip_field_take(&text, &field) && sip_field_is(&field, "Content-Type", 'c') &&
            has_type(field.value)) {
            return true;
        }
    }
    return false;
}

bool krr_is_mentioned(SipSpan message)
{
    return has_namespace(message) || (has_type(message) && is_labelled(message));
}

bool krr_stands_in(SipSpan message, SipSpan document)
{
    return document.length > 0 && message.length > 0 &&
           memmem(message.at, message.length, document.at, document.length);
}

/* ---- body by body ---- */

static void take_body(GArray *found, SipSpan fields, SipSpan body, guint depth);

static void take_parts(GArray *found, SipSpan body, const char *boundary, guint depth)
{
    g_auto(MimeBody) parts = mime_body_read(body, boundary);

    for (guint i = 0; i < parts.parts->len; i++) {
        const MimePart *part = &g_array_index(parts.parts, MimePart, i);
        take_body(found, part->head, part->body, depth + 1);
    }
}

static void take_body(GArray *found, SipSpan fields, SipSpan body, guint depth)
{
    g_autofree char *type = sip_content_type(fields);
    g_autofree char *boundary = type && depth < MIME_MAX_DEPTH ? mime_boundary(type) : NULL;

    if (boundary) {
        take_parts(found, body, boundary, depth);
    } else if (is_labelled(fields) || krr_is_mentioned(body)) {
        g_array_append_val(found, body);
    }
}

GArray *krr_mentions(SipSpan message, gsize head)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(SipSpan));
    SipSpan fields = {message.at, head};
    bool bare;

    sip_line_take(&fields, &bare);
    take_body(found, fields, (SipSpan){message.at + head, message.length - head}, 0);
    return found;
}
