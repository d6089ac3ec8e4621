/* sip-message.c
 * Where a SIP message begins and ends, and its header fields
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/sip-message.h"

#include <string.h>

static const char version[] = "SIP/2.0";
#define VERSION_LENGTH (sizeof version - 1)

/* No method is longer. */
#define MAX_METHOD 32
/* Of a body that is larger more digits than that tell nothing. */
#define MAX_DIGITS 9

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void drop(SipSpan *span, gsize length)
{
    span->at += length;
    span->length -= length;
}

static SipSpan trimmed(SipSpan span)
{
    while (span.length > 0 && g_ascii_isspace(span.at[0])) {
        drop(&span, 1);
    }
    while (span.length > 0 && g_ascii_isspace(span.at[span.length - 1])) {
        span.length--;
    }
    return span;
}

/* ---- lines ---- */

SipSpan sip_line_take(SipSpan *rest, bool *bare)
{
    const char *end = rest->length > 0 ? memchr(rest->at, '\n', rest->length) : NULL;
    SipSpan line = {rest->at, end ? (gsize)(end - rest->at) : rest->length};

    drop(rest, line.length + (end ? 1 : 0));
    *bare = end && (line.length == 0 || line.at[line.length - 1] != '\r');
    if (line.length > 0 && line.at[line.length - 1] == '\r') {
        line.length--;
    }
    return line;
}

/* ---- the start line ---- */

static bool is_version(const char *at)
{
    return g_ascii_strncasecmp(at, version, VERSION_LENGTH) == 0;
}

static bool is_status_line(SipSpan line)
{
    const char *code = line.at + VERSION_LENGTH + 1;

    return line.length >= VERSION_LENGTH + 4 && is_version(line.at) && code[-1] == ' ' &&
           code[0] >= '1' && code[0] <= '6' && g_ascii_isdigit(code[1]) &&
           g_ascii_isdigit(code[2]) && (line.length == VERSION_LENGTH + 4 || code[3] == ' ');
}

static bool is_method_octet(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-.!%*_+`'~", c));
}

static bool is_request_line(SipSpan line)
{
    gsize method = 0;

    while (method < MIN(line.length, MAX_METHOD) && is_method_octet(line.at[method])) {
        method++;
    }
    if (method == 0 || line.length < method + VERSION_LENGTH + 3 || line.at[method] != ' ') {
        return false;
    }
    const char *end = line.at + line.length - VERSION_LENGTH;
    const char *uri = line.at + method + 1;
    return is_version(end) && end[-1] == ' ' && uri < end - 1 &&
           !memchr(uri, ' ', (gsize)(end - 1 - uri)) && memchr(uri, ':', (gsize)(end - 1 - uri));
}

bool sip_message_begins(const char *octets, gsize length)
{
    SipSpan rest = {octets, MIN(length, SIP_MAX_HEAD)};
    bool bare;

    if (length < VERSION_LENGTH || !g_ascii_isalpha(octets[0]) ||
        !memchr(octets, '\n', rest.length)) {
        return false;
    }
    SipSpan line = sip_line_take(&rest, &bare);
    return is_status_line(line) || is_request_line(line);
}

gsize sip_message_skip(const char *octets, gsize length)
{
    gsize skipped = 0;

    while (skipped < length && (octets[skipped] == '\r' || octets[skipped] == '\n')) {
        skipped++;
    }
    return skipped;
}

/* Could it be a start line whose end is not there yet? */
static bool may_begin(const char *octets, gsize length)
{
    if (length >= SIP_MAX_HEAD || memchr(octets, '\n', length)) {
        return false;
    }
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isprint(octets[i]) && !(octets[i] == '\r' && i == length - 1)) {
            return false;
        }
    }
    return length > 0 && g_ascii_isalpha(octets[0]);
}

/* ---- header fields ---- */

bool sip_field_take(SipSpan *rest, SipField *field)
{
    const char *begin = rest->at;
    bool bare;
    SipSpan line = sip_line_take(rest, &bare);

    *field = (SipField){.bare = bare};
    if (line.length == 0) {
        return false;
    }
    const char *end = line.at + line.length;
    while (rest->length > 0 && is_blank(rest->at[0])) {
        SipSpan more = sip_line_take(rest, &bare);
        end = more.at + more.length;
        field->folded = true;
        field->bare |= bare;
    }
    field->all = (SipSpan){begin, (gsize)(rest->at - begin)};
    const char *colon = memchr(line.at, ':', line.length);
    if (colon) {
        SipSpan name = {line.at, (gsize)(colon - line.at)};
        SipSpan value = {colon + 1, (gsize)(end - colon - 1)};
        field->name = trimmed(name);
        field->value = trimmed(value);
        field->blank = field->name.length < name.length;
        field->blank_after = field->value.length > 0 && field->value.at + field->value.length < end;
    }
    return true;
}

bool sip_field_is(const SipField *field, const char *name, char compact)
{
    const SipSpan *own = &field->name;

    return (own->length == strlen(name) && g_ascii_strncasecmp(own->at, name, own->length) == 0) ||
           (compact && own->length == 1 && g_ascii_tolower(own->at[0]) == compact);
}

char *sip_field_text(const SipField *field)
{
    GString *text = g_string_sized_new(field->value.length);
    SipSpan rest = field->value;

    while (rest.length > 0) {
        bool bare;
        SipSpan line = sip_line_take(&rest, &bare);
        line = field->folded ? trimmed(line) : line;
        if (text->len > 0 && line.length > 0) {
            g_string_append_c(text, ' ');
        }
        g_string_append_len(text, line.at, (gssize)line.length);
    }
    return g_string_free(text, FALSE);
}

/* ---- where it ends ---- */

/* What the header section states; false where it states nothing that can be understood. */
static bool content_length(SipSpan head, gsize *length)
{
    SipField field;
    bool bare;

    sip_line_take(&head, &bare);
    while (sip_field_take(&head, &field)) {
        if (!sip_field_is(&field, "Content-Length", 'l')) {
            continue;
        }
        gsize digits = 0, number = 0;
        while (digits < field.value.length && g_ascii_isdigit(field.value.at[digits])) {
            number = MIN(number, SIP_MAX_BODY) * 10 + (gsize)(field.value.at[digits++] - '0');
        }
        *length = number;
        return digits > 0 && digits == field.value.length && digits <= MAX_DIGITS;
    }
    return false;
}

/* The octets up to the empty line, it included; 0: it is not there. */
static gsize head_length(const char *octets, gsize length)
{
    SipSpan rest = {octets, MIN(length, SIP_MAX_HEAD)};
    bool bare;

    while (rest.length > 0 && memchr(rest.at, '\n', rest.length)) {
        if (sip_line_take(&rest, &bare).length == 0) {
            return (gsize)(rest.at - octets);
        }
    }
    return 0;
}

/* In a stream a message without a length has a body only where nothing else follows it. */
static gsize unstated_body(const char *octets, gsize length)
{
    gsize skipped = sip_message_skip(octets, length);

    return skipped == length || sip_message_begins(octets + skipped, length - skipped) ? 0 : length;
}

static SipFraming find_end(const char *message, gsize length, bool stream, SipFrame *frame)
{
    const gsize there = length - frame->head;
    gsize body;

    if (!content_length((SipSpan){message, frame->head}, &body)) {
        frame->body = stream ? unstated_body(message + frame->head, there) : there;
        return SIP_WHOLE;
    }
    if (body > SIP_MAX_BODY) {
        return SIP_NONE;
    }
    frame->body = MIN(body, there);
    frame->missing = body - frame->body;
    return stream && frame->missing > 0 ? SIP_PARTIAL : SIP_WHOLE;
}

SipFraming sip_message_find(const char *octets, gsize length, bool stream, SipFrame *frame)
{
    *frame = (SipFrame){.skipped = sip_message_skip(octets, length)};
    const char *message = octets + frame->skipped;
    const gsize rest = length - frame->skipped;

    if (rest == 0) {
        return SIP_NONE;
    }
    if (!sip_message_begins(message, rest)) {
        return stream && may_begin(message, rest) ? SIP_PARTIAL : SIP_NONE;
    }
    frame->head = head_length(message, rest);
    if (frame->head == 0) {
        return stream && rest < SIP_MAX_HEAD ? SIP_PARTIAL : SIP_NONE;
    }
    return find_end(message, rest, stream, frame);
}

/* ---- media types ---- */

/* Do blanks between these two octets say nothing? */
static bool blanks_are_idle(char before, char after)
{
    return strchr("/=", before) || strchr("/=;", after); /* '\0' is found in both */
}

char *sip_media_type(const char *text)
{
    GString *type = g_string_new(NULL);
    bool quoted = false;

    for (const char *c = text; *c; c++) {
        gsize blanks = quoted ? 0 : strspn(c, " \t");
        if (blanks > 0) {
            char before = type->len > 0 ? type->str[type->len - 1] : '\0';
            if (!blanks_are_idle(before, c[blanks])) {
                g_string_append_len(type, c, (gssize)blanks);
            }
            c += blanks - 1;
            continue;
        }
        if (quoted && *c == '\\' && c[1]) {
            g_string_append_c(type, *c++);
        } else if (*c == '"') {
            quoted = !quoted;
        }
        g_string_append_c(type, *c);
    }
    return g_string_free(type, FALSE);
}

bool sip_media_type_is(const char *type, const char *name)
{
    const gsize length = strcspn(type, "; \t");

    return length == strlen(name) && g_ascii_strncasecmp(type, name, length) == 0;
}

char *sip_content_type(SipSpan fields)
{
    SipField field;

    while (sip_field_take(&fields, &field)) {
        if (sip_field_is(&field, "Content-Type", 'c')) {
            g_autofree char *text = sip_field_text(&field);
            return sip_media_type(text);
        }
    }
    return NULL;
}
