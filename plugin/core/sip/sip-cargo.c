/* sip-cargo.c
 * What a SIP message carries of ours: KRRs and MIKEY messages, wherever in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/sip-cargo.h"

#include <string.h>

#include "core/octets/ascii-word.h"
#include "core/sip/mime-body.h"

#define KRR_TYPE "application/vnd.3gpp.kmsredirectresponse+xml"
#define SDP_TYPE "application/sdp"
/* Where the root of a document has been named. */
#define ROOT_PROBE 1024

typedef struct Search {
    GPtrArray *found; /* of SipCargo */
    bool in_uri;
} Search;

static void take_body(Search *search, const char *type, SipSpan body, guint depth);

static void cargo_free(gpointer data)
{
    SipCargo *cargo = data;

    g_bytes_unref(cargo->octets);
    g_free(cargo->label);
    g_free(cargo);
}

static void add(Search *search, SipCargoKind kind, const char *label, SipSpan octets)
{
    if (search->found->len < SIP_MAX_CARGO && octets.length > 0) {
        SipCargo *cargo = g_new(SipCargo, 1);

        *cargo = (SipCargo){kind, g_bytes_new(octets.at, octets.length), g_strdup(label),
                            search->in_uri};
        g_ptr_array_add(search->found, cargo);
    }
}

/* ---- words ---- */

static bool begins_with(SipSpan text, const char *word)
{
    return text.length >= strlen(word) && g_ascii_strncasecmp(text.at, word, strlen(word)) == 0;
}

static const char *find_word(SipSpan text, const char *word)
{
    return ascii_word_find(text.at, text.length, word);
}

/* What is behind a word, and the blanks behind that; false where the text does not begin so. */
static bool take_word(SipSpan *text, const char *word)
{
    if (!begins_with(*text, word)) {
        return false;
    }
    text->at += strlen(word);
    text->length -= strlen(word);
    while (text->length > 0 && (text->at[0] == ' ' || text->at[0] == '\t')) {
        text->at++;
        text->length--;
    }
    return true;
}

/* ---- session descriptions ---- */

/* "a=acap:1 key-mgmt:mikey ...": a capability and its number (RFC 5939 3.3.1). */
static bool take_capability(SipSpan *line)
{
    SipSpan rest = *line;
    gsize digits = 0;

    if (!take_word(&rest, "a=acap:")) {
        return false;
    }
    while (digits < rest.length && g_ascii_isdigit(rest.at[digits])) {
        digits++;
    }
    rest.at += digits;
    rest.length -= digits;
    if (digits == 0 || !take_word(&rest, " ")) {
        return false;
    }
    *line = rest;
    return true;
}

static void take_session(Search *search, const char *type, SipSpan body)
{
    while (body.length > 0) {
        bool bare;
        SipSpan line = sip_line_take(&body, &bare);

        if ((take_word(&line, "a=key-mgmt:") ||
             (take_capability(&line) && take_word(&line, "key-mgmt:"))) &&
            take_word(&line, "mikey ")) {
            add(search, SIP_CARGO_MIKEY_BASE64, type, line);
        }
    }
}

/* ---- MIKEY ---- */

/* The version is 1: that is no text. */
static void take_mikey(Search *search, const char *type, SipSpan body)
{
    const bool binary =
        body.length > 0 && !g_ascii_isgraph(body.at[0]) && !g_ascii_isspace(body.at[0]);

    if (!binary) {
        take_word(&body, "mikey ");
    }
    add(search, binary ? SIP_CARGO_MIKEY : SIP_CARGO_MIKEY_BASE64, type, body);
}

/* The first octet that is not base64, padding among them, ends the text. */
GBytes *sip_cargo_mikey(const SipCargo *cargo)
{
    gsize length;
    const char *octets = g_bytes_get_data(cargo->octets, &length);

    if (cargo->kind == SIP_CARGO_MIKEY) {
        return g_bytes_ref(cargo->octets);
    }
    g_autoptr(GString) text = g_string_sized_new(length + 4);
    for (gsize i = 0; i < length; i++) {
        if (g_ascii_isalnum(octets[i]) || octets[i] == '+' || octets[i] == '/') {
            g_string_append_c(text, octets[i]);
        } else if (!g_ascii_isspace(octets[i])) {
            break;
        }
    }
    if (text->len % 4 == 1) {
        g_string_truncate(text, text->len - 1);
    }
    while (text->len % 4 != 0) {
        g_string_append_c(text, '=');
    }
    gsize size = 0;
    g_autofree guchar *plain = text->len > 0 ? g_base64_decode(text->str, &size) : NULL;
    return g_bytes_new(plain, size);
}

/* ---- bodies that a URI names ---- */

/* Up to what ends the value of a header in a URI, with its escapes undone. */
static GString *uri_value(SipSpan text)
{
    GString *value = g_string_new(NULL);

    for (gsize i = 0;
         i < text.length && !strchr("&\"'<>", text.at[i]) && !g_ascii_isspace(text.at[i]); i++) {
        if (text.at[i] == '%' && i + 2 < text.length && g_ascii_isxdigit(text.at[i + 1]) &&
            g_ascii_isxdigit(text.at[i + 2])) {
            g_string_append_c(value, (char)(g_ascii_xdigit_value(text.at[i + 1]) << 4 |
                                            g_ascii_xdigit_value(text.at[i + 2])));
            i += 2;
        } else {
            g_string_append_c(value, text.at[i]);
        }
    }
    return value;
}

/* Nothing says which type it is: a session description, unless it begins with a delimiter. */
static void take_uri_body(Search *search, SipSpan body)
{
    SipSpan rest = body;
    bool bare;
    SipSpan line = sip_line_take(&rest, &bare);

    if (line.length > 2 && begins_with(line, "--")) {
        g_autofree char *boundary = g_strndup(line.at + 2, line.length - 2);
        g_autofree char *type = g_strdup_printf("multipart/mixed;boundary=\"%s\"", boundary);
        take_body(search, type, body, MIME_MAX_DEPTH - 1);
    } else {
        take_session(search, SDP_TYPE, body);
    }
}

/* All URIs in a text. In XML what is before the name of a header ends with a semicolon ("&amp;"). */
static void take_uris(Search *search, SipSpan text)
{
    static const char name[] = "body=";
    const char *end = text.at + text.length;

    for (const char *at = find_word(text, name); at; at = find_word(text, name)) {
        const bool is = at > text.at && strchr("?&;", at[-1]);
        const char *begin = at + strlen(name);

        text = (SipSpan){begin, (gsize)(end - begin)};
        if (is) {
            g_autoptr(GString) body = uri_value(text);
            search->in_uri = true;
            take_uri_body(search, (SipSpan){body->str, body->len});
            search->in_uri = false;
        }
    }
}

/* ---- bodies ---- */

static bool is_krr(const char *type, SipSpan body)
{
    const SipSpan probe = {body.at, MIN(body.length, ROOT_PROBE)};

    return sip_media_type_is(type, KRR_TYPE) ||
           ((sip_media_type_is(type, "application/xml") || sip_media_type_is(type, "text/xml")) &&
            find_word(probe, "kmsredirectresponse"));
}

static void take_part(Search *search, SipSpan fields, SipSpan body, guint depth)
{
    SipField field;

    while (sip_field_take(&fields, &field)) {
        if (sip_field_is(&field, "Content-Type", 'c')) {
            g_autofree char *text = sip_field_text(&field);
            g_autofree char *type = sip_media_type(text);
            const guint before = search->found->len;
            take_body(search, type, body, depth);
            if (search->found->len > before) { /* of two types the first that makes sense */
                return;
            }
        }
    }
}

/* A message within a message (RFC 3261 27.5), or a part of one (RFC 3420) that need not have a start
 * line: as in a REGISTER that tells a third party of another. */
static void take_message(Search *search, SipSpan message, guint depth)
{
    SipSpan fields = message, rest;
    SipField field;
    bool bare;

    if (sip_message_begins(message.at, message.length)) {
        sip_line_take(&fields, &bare);
    }
    rest = fields;
    while (sip_field_take(&rest, &field)) {
        continue;
    }
    fields.length -= rest.length;
    take_part(search, fields, rest, depth + 1);
}

static void take_body(Search *search, const char *type, SipSpan body, guint depth)
{
    g_autofree char *boundary = depth < MIME_MAX_DEPTH ? mime_boundary(type) : NULL;

    if (boundary) {
        g_auto(MimeBody) parts = mime_body_read(body, boundary);
        for (guint i = 0; i < parts.parts->len; i++) {
            const MimePart *part = &g_array_index(parts.parts, MimePart, i);
            take_part(search, part->head, part->body, depth + 1);
        }
    } else if (is_krr(type, body)) {
        add(search, SIP_CARGO_KRR, type, body);
    } else if (sip_media_type_is(type, SDP_TYPE)) {
        take_session(search, type, body);
    } else if (sip_media_type_is(type, "application/mikey")) {
        take_mikey(search, type, body);
    } else if ((sip_media_type_is(type, "message/sip") ||
                sip_media_type_is(type, "message/sipfrag")) &&
               depth < MIME_MAX_DEPTH) {
        take_message(search, body, depth);
    } else if (sip_media_type_is(type, "application/resource-lists+xml") && !search->in_uri) {
        take_uris(search, body);
    }
}

/* ---- messages ---- */

/* In most messages there is nothing of ours, and nothing more to be done. */
static bool may_hold_cargo(SipSpan message)
{
    return find_word(message, "mikey") || find_word(message, "kmsredirectresponse");
}

static void take_headers(Search *search, SipSpan fields)
{
    SipField field;
    bool bare;
    SipSpan line = sip_line_take(&fields, &bare);

    take_uris(search, line);
    while (sip_field_take(&fields, &field)) {
        if (sip_field_is(&field, "Refer-To", 'r')) {
            take_uris(search, field.value);
        }
    }
}

GPtrArray *sip_cargo_find(SipSpan message, gsize head)
{
    SipSpan fields = {message.at, head};
    SipSpan body = {message.at + head, message.length - head};
    bool bare;

    if (!may_hold_cargo(message)) {
        return NULL;
    }
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(cargo_free);
    Search search = {.found = found};
    take_headers(&search, fields);
    sip_line_take(&fields, &bare);
    take_part(&search, fields, body, 0);
    return found->len > 0 ? g_steal_pointer(&found) : NULL;
}

/* Whatever part it is of: more than the truth is no harm. */
bool sip_cargo_finds_all(SipSpan message, gsize head)
{
    SipSpan fields = {message.at, head};
    SipField field;
    bool bare;

    sip_line_take(&fields, &bare);
    while (sip_field_take(&fields, &field)) {
        if (sip_field_is(&field, "Content-Encoding", 'e')) {
            return false;
        }
    }
    return !find_word(message, "content-encoding") &&
           !find_word(message, "content-transfer-encoding");
}
