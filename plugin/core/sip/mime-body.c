/* mime-body.c
 * The parts of a multipart body (RFC 2046 5.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/mime-body.h"

#include <string.h>

/* RFC 2046 5.1.1 allows 70 octets. */
#define MAX_BOUNDARY 256

/* ---- the boundary ---- */

/* The value of a parameter, without the quotation marks around it and the backslashes in it. */
static char *parameter_value(const char *text)
{
    GString *value = g_string_new(NULL);
    const bool quoted = *text == '"';

    text += quoted ? 1 : 0;
    while (*text && (quoted ? *text != '"' : !strchr("; \t", *text))) {
        text += quoted && *text == '\\' && text[1] ? 1 : 0;
        g_string_append_c(value, *text++);
    }
    return g_string_free(value, FALSE);
}

/* The next parameter: behind the semicolon, which may not stand in quotation marks. */
static const char *next_parameter(const char *text)
{
    bool quoted = false;

    for (; *text && (quoted || *text != ';'); text++) {
        if (quoted && *text == '\\' && text[1]) {
            text++;
        } else if (*text == '"') {
            quoted = !quoted;
        }
    }
    return *text ? text + 1 + strspn(text + 1, " \t") : NULL;
}

char *mime_boundary(const char *type)
{
    static const char multipart[] = "multipart/", name[] = "boundary=";

    if (g_ascii_strncasecmp(type, multipart, strlen(multipart)) != 0) {
        return NULL;
    }
    for (const char *at = next_parameter(type); at; at = next_parameter(at)) {
        if (g_ascii_strncasecmp(at, name, strlen(name)) == 0) {
            g_autofree char *value = parameter_value(at + strlen(name));
            const gsize length = strlen(value);
            return length > 0 && length <= MAX_BOUNDARY ? g_steal_pointer(&value) : NULL;
        }
    }
    return NULL;
}

/* ---- parts ---- */

typedef enum Delimiter { DELIMITER_NONE, DELIMITER_NEXT, DELIMITER_LAST } Delimiter;

static Delimiter delimiter_of(SipSpan line, const char *boundary, gsize length)
{
    const bool is = line.length >= length + 2 && memcmp(line.at, "--", 2) == 0 &&
                    memcmp(line.at + 2, boundary, length) == 0;
    if (!is) {
        return DELIMITER_NONE;
    }
    line.at += length + 2;
    line.length -= length + 2;
    const bool last = line.length >= 2 && memcmp(line.at, "--", 2) == 0;
    for (gsize i = last ? 2 : 0; i < line.length; i++) {
        if (line.at[i] != ' ' && line.at[i] != '\t') {
            return DELIMITER_NONE;
        }
    }
    return last ? DELIMITER_LAST : DELIMITER_NEXT;
}

/* The header fields end at the first empty line. */
static MimePart part_of(SipSpan octets)
{
    SipSpan rest = octets;
    SipField field;

    while (sip_field_take(&rest, &field)) {
        continue;
    }
    return (MimePart){.head = {octets.at, (gsize)(rest.at - octets.at)}, .body = rest};
}

/* The line end before a delimiter belongs to it. */
static SipSpan without_line_end(SipSpan octets)
{
    if (octets.length > 0 && octets.at[octets.length - 1] == '\n') {
        octets.length--;
        octets.length -= octets.length > 0 && octets.at[octets.length - 1] == '\r' ? 1 : 0;
    }
    return octets;
}

static void end_part(MimeBody *body, const char *begin, const char *end, bool delimited)
{
    SipSpan octets = {begin, (gsize)(end - begin)};

    if (begin && body->parts->len < MIME_MAX_PARTS) {
        MimePart part = part_of(delimited ? without_line_end(octets) : octets);
        g_array_append_val(body->parts, part);
    }
}

MimeBody mime_body_read(SipSpan octets, const char *boundary)
{
    MimeBody body = {.parts = g_array_new(FALSE, FALSE, sizeof(MimePart))};
    const gsize length = strlen(boundary);
    const char *begin = NULL; /* of the part at hand */
    bool before = false;      /* the line before ends with a bare line feed */

    while (octets.length > 0 && !body.closed) {
        bool bare;
        SipSpan line = sip_line_take(&octets, &bare);
        Delimiter delimiter = delimiter_of(line, boundary, length);

        if (delimiter != DELIMITER_NONE) {
            end_part(&body, begin, line.at, true);
            begin = octets.at;
            body.closed = delimiter == DELIMITER_LAST;
            body.bare |= before || bare;
        }
        before = bare;
    }
    if (!body.closed) {
        end_part(&body, begin, octets.at, false);
    }
    return body;
}

void mime_body_clear(MimeBody *body)
{
    g_clear_pointer(&body->parts, g_array_unref);
}
