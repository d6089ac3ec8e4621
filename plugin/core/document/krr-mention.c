/* krr-mention.c
 * Does a message name KMS Redirect Responses, whether or not one can be read from it?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-mention.h"

#include <string.h>

/* Without the version, and the media type without its tree and suffix: these may be odd. */
static const char namespace_mark[] = "urn:3gpp:ns:mcsecKMSKRR";
static const char type_mark[] = "kmsredirectresponse";

static bool begins_with(const guint8 *at, const guint8 *end, const char *word)
{
    const gsize length = strlen(word);

    return (gsize)(end - at) >= length && g_ascii_strncasecmp((const char *)at, word, length) == 0;
}

/* Is a line the beginning of a header field Content-Type, also in its short form (RFC 3261 7.3.3)? */
static bool is_content_type(const guint8 *line, const guint8 *end)
{
    static const char *const names[] = {"content-type", "c"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const guint8 *at = line + strlen(names[i]);
        if (!begins_with(line, end, names[i])) {
            continue;
        }
        while (at < end && (*at == ' ' || *at == '\t')) {
            at++;
        }
        if (at < end && *at == ':') {
            return true;
        }
    }
    return false;
}

static bool has_type(const guint8 *line, const guint8 *end)
{
    for (const guint8 *at = line; at < end; at++) {
        if ((*at == 'k' || *at == 'K') && begins_with(at, end, type_mark)) {
            return true;
        }
    }
    return false;
}

bool krr_is_mentioned(const guint8 *message, gsize length)
{
    const guint8 *const end = message + length;
    bool in_type = false;

    if (length == 0) {
        return false;
    }
    if (memmem(message, length, namespace_mark, strlen(namespace_mark))) {
        return true;
    }
    for (const guint8 *line = message, *next; line < end; line = next) {
        const guint8 *stop = memchr(line, '\n', (gsize)(end - line));
        next = stop ? stop + 1 : end;
        /* A line that begins with a blank goes on with the field before it. */
        in_type = *line == ' ' || *line == '\t' ? in_type : is_content_type(line, end);
        if (in_type && has_type(line, next)) {
            return true;
        }
    }
    return false;
}
