/* sip-canonical.c
 * A SIP message in the spelling that every reader understands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/sip-canonical.h"

#include <string.h>

#include "core/sip/mime-body.h"
#include "core/sip/transfer-encoding.h"

/* Types whose readers undo base64 themselves. */
static const char *const self_decoding[] = {"application/mikey",
                                            "application/vnd.3gpp.kmsredirectresponse+xml"};

/* Header fields whose value must stand in one line to be understood by all. */
static const struct {
    const char *name;
    char compact;
} unfolded[] = {
    {"Call-ID", 'i'},
    {"Content-Encoding", 'e'},
    {"Content-Length", 'l'},
    {"Content-Transfer-Encoding", '\0'},
    {"Content-Type", 'c'},
    {"CSeq", '\0'},
    {"From", 'f'},
    {"To", 't'},
    {"Via", 'v'},
};

/* What the header fields of a message or a part say of its body. */
typedef struct BodyLabel {
    char *type; /* from sip_media_type(); NULL: unknown */
    TransferEncoding encoding;
} BodyLabel;

static void label_clear(BodyLabel *label)
{
    g_clear_pointer(&label->type, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BodyLabel, label_clear)

static bool is_type(const SipField *field)
{
    return sip_field_is(field, "Content-Type", 'c');
}

static bool is_encoding(const SipField *field)
{
    return sip_field_is(field, "Content-Transfer-Encoding", '\0');
}

/* Of two types the first is the one that others take. */
static BodyLabel label_of(SipSpan fields)
{
    BodyLabel label = {NULL, TRANSFER_PLAIN};
    SipField field;

    while (sip_field_take(&fields, &field)) {
        if (is_type(&field) && !label.type) {
            g_autofree char *text = sip_field_text(&field);
            label.type = sip_media_type(text);
        } else if (is_encoding(&field)) {
            label.encoding = transfer_encoding_of(field.value);
        }
    }
    return label;
}

/* Is the transfer encoding of a body undone here? */
static bool is_undone(const BodyLabel *label)
{
    for (gsize i = 0; label->encoding == TRANSFER_BASE64 && i < G_N_ELEMENTS(self_decoding); i++) {
        if (label->type && sip_media_type_is(label->type, self_decoding[i])) {
            return false;
        }
    }
    return label->encoding == TRANSFER_BASE64 || label->encoding == TRANSFER_QUOTED_PRINTABLE;
}

/* ---- header fields ---- */

static bool is_unfolded(const SipField *field)
{
    for (gsize i = 0; field->folded && i < G_N_ELEMENTS(unfolded); i++) {
        if (sip_field_is(field, unfolded[i].name, unfolded[i].compact)) {
            return true;
        }
    }
    return false;
}

static guint oddities_of(const SipField *field)
{
    return (field->blank ? SIP_ODD_BLANK : 0) | (field->bare ? SIP_ODD_LINE_FEED : 0) |
           (is_unfolded(field) ? SIP_ODD_FOLDED : 0);
}

/* @param type  it is a media type */
static void write_value(GString *text, const SipField *field, bool type, guint *oddities)
{
    g_autofree char *value = sip_field_text(field);

    if (type) {
        g_autofree char *usual = sip_media_type(value);
        if (field->blank_after || strcmp(usual, value) != 0) {
            *oddities |= SIP_ODD_MEDIA_TYPE;
        }
        g_string_append(text, usual);
    } else {
        g_string_append(text, value);
    }
}

/* The length of a body that is not there: what the message states is left. */
#define LENGTH_UNKNOWN G_MAXSIZE

/* @param length  of the body; where the fields state one, it is written
 *  @param undone  the body's transfer encoding is undone */
static void write_fields(GString *text, SipSpan fields, gsize length, bool undone, guint *oddities)
{
    SipField field;

    while (sip_field_take(&fields, &field)) {
        *oddities |= oddities_of(&field);
        if (undone && is_encoding(&field)) {
            continue;
        }
        if (field.name.length == 0) {
            g_string_append_len(text, field.all.at, (gssize)field.all.length);
            continue;
        }
        g_string_append_len(text, field.name.at, (gssize)field.name.length);
        g_string_append(text, ": ");
        if (length != LENGTH_UNKNOWN && sip_field_is(&field, "Content-Length", 'l')) {
            g_string_append_printf(text, "%" G_GSIZE_FORMAT, length);
        } else {
            write_value(text, &field, is_type(&field), oddities);
        }
        g_string_append(text, "\r\n");
    }
    *oddities |= field.bare ? SIP_ODD_LINE_FEED : 0; /* of the empty line */
    g_string_append(text, "\r\n");
}

/* ---- bodies ---- */

static void write_body(GString *text, const BodyLabel *label, SipSpan body, guint depth,
                       guint *oddities);

static void write_part(GString *text, const MimePart *part, guint depth, guint *oddities)
{
    g_auto(BodyLabel) label = label_of(part->head);
    g_autoptr(GString) body = g_string_new(NULL);

    write_body(body, &label, part->body, depth, oddities);
    write_fields(text, part->head, body->len, is_undone(&label), oddities);
    g_string_append_len(text, body->str, (gssize)body->len);
}

static void write_parts(GString *text, const char *boundary, SipSpan octets, guint depth,
                        guint *oddities)
{
    g_auto(MimeBody) body = mime_body_read(octets, boundary);

    if (body.parts->len == 0) { /* of no part: as it is */
        g_string_append_len(text, octets.at, (gssize)octets.length);
        return;
    }
    *oddities |= (body.bare ? SIP_ODD_LINE_FEED : 0) | (body.closed ? 0 : SIP_ODD_OPEN);
    for (guint i = 0; i < body.parts->len; i++) {
        g_string_append_printf(text, "--%s\r\n", boundary);
        write_part(text, &g_array_index(body.parts, MimePart, i), depth + 1, oddities);
        g_string_append(text, "\r\n");
    }
    g_string_append_printf(text, "--%s--\r\n", boundary);
}

static void write_body(GString *text, const BodyLabel *label, SipSpan body, guint depth,
                       guint *oddities)
{
    g_autofree char *boundary =
        label->type && depth < MIME_MAX_DEPTH ? mime_boundary(label->type) : NULL;

    if (boundary) {
        write_parts(text, boundary, body, depth, oddities);
    } else if (is_undone(label) && body.length > 0) {
        *oddities |= label->encoding == TRANSFER_BASE64 ? SIP_ODD_BASE64 : SIP_ODD_QUOTED_PRINTABLE;
        transfer_encoding_undo(label->encoding, body, text);
    } else {
        g_string_append_len(text, body.at, (gssize)body.length);
    }
}

/* ---- messages ---- */

static const char usual_version[] = "SIP/2.0";

/* The version stands at one end of the line or the other. */
static gsize version_place(SipSpan line)
{
    const gsize length = strlen(usual_version);

    return g_ascii_strncasecmp(line.at, usual_version, length) == 0 ? 0 : line.length - length;
}

static void write_start_line(GString *text, SipSpan line, guint *oddities)
{
    const gsize length = strlen(usual_version), before = text->len;

    g_string_append_len(text, line.at, (gssize)line.length);
    char *version = text->str + before + version_place(line);
    if (memcmp(version, usual_version, length) != 0) {
        *oddities |= SIP_ODD_VERSION;
        memcpy(version, usual_version, length);
    }
    g_string_append(text, "\r\n");
}

/* ---- is it usual already? ---- */

/* Is it the value of a media type that is left as it is? */
static bool is_usual_type(const SipField *field, char **type)
{
    g_autofree char *text = sip_field_text(field);

    *type = sip_media_type(text);
    return !field->blank_after && strcmp(*type, text) == 0;
}

/* Would the fields be written as they are? @param type  out: what they say first of the body; NULL */
static bool are_usual_fields(SipSpan fields, char **type)
{
    SipField field;
    bool usual = true;

    while (usual && sip_field_take(&fields, &field)) {
        usual = oddities_of(&field) == 0;
        if (usual && is_type(&field)) {
            g_autofree char *own = NULL;
            usual = is_usual_type(&field, &own);
            *type = *type ? *type : g_steal_pointer(&own);
        } else if (usual && is_encoding(&field)) {
            usual = transfer_encoding_of(field.value) == TRANSFER_PLAIN;
        }
    }
    return usual && !field.bare;
}

/* Most messages are: that is told without writing them. More than the truth may be called odd. */
static bool is_usual(SipSpan fields, SipSpan body, guint depth)
{
    g_autofree char *type = NULL;

    if (!are_usual_fields(fields, &type)) {
        return false;
    }
    g_autofree char *boundary = type && depth < MIME_MAX_DEPTH ? mime_boundary(type) : NULL;
    if (!boundary) {
        return true;
    }
    g_auto(MimeBody) read = mime_body_read(body, boundary);
    bool usual = read.closed && !read.bare;
    for (guint i = 0; usual && i < read.parts->len; i++) {
        const MimePart *part = &g_array_index(read.parts, MimePart, i);
        usual = is_usual(part->head, part->body, depth + 1);
    }
    return usual;
}

static bool is_usual_start_line(SipSpan line)
{
    return memcmp(line.at + version_place(line), usual_version, strlen(usual_version)) == 0;
}

GBytes *sip_canonical(SipSpan message, gsize head, guint *oddities)
{
    SipSpan fields = {message.at, head};
    SipSpan body = {message.at + head, message.length - head};
    bool bare;

    *oddities = 0;
    SipSpan line = sip_line_take(&fields, &bare);
    if (!bare && is_usual_start_line(line) && is_usual(fields, body, 0)) {
        return NULL;
    }
    g_autoptr(GString) plain = g_string_sized_new(body.length + 1);
    g_autoptr(GString) text = g_string_sized_new(message.length + 1);
    g_auto(BodyLabel) label = label_of(fields);
    write_body(plain, &label, body, 0, oddities);
    write_start_line(text, line, oddities);
    write_fields(text, fields, plain->len, is_undone(&label), oddities);
    *oddities |= bare ? SIP_ODD_LINE_FEED : 0;
    if (*oddities == 0) {
        return NULL;
    }
    g_string_append_len(text, plain->str, (gssize)plain->len);
    return g_string_free_to_bytes(g_steal_pointer(&text));
}

/* The lines that are whole, up to the empty one. A line that others follow, which might go on in the
 * next one, is whole; the last one is where it is known that nothing of it is missing. */
static SipSpan whole_lines(SipSpan octets)
{
    SipSpan rest = {octets.at, MIN(octets.length, SIP_MAX_HEAD)}, whole = {octets.at, 0};
    SipField field;
    bool bare;

    sip_line_take(&rest, &bare);
    whole.length = (gsize)(rest.at - octets.at);
    while (sip_field_take(&rest, &field) && rest.length > 0) {
        whole.length = (gsize)(rest.at - octets.at);
    }
    return whole;
}

static bool names_transaction(SipSpan fields)
{
    bool call_id = false, cseq = false;
    SipField field;

    while (sip_field_take(&fields, &field)) {
        call_id |= sip_field_is(&field, "Call-ID", 'i');
        cseq |= sip_field_is(&field, "CSeq", '\0');
    }
    return call_id && cseq;
}

GBytes *sip_canonical_cut(SipSpan octets)
{
    if (!sip_message_begins(octets.at, octets.length)) {
        return NULL;
    }
    SipSpan fields = whole_lines(octets);
    guint oddities = 0;
    bool bare;
    SipSpan line = sip_line_take(&fields, &bare);
    if (!names_transaction(fields)) {
        return NULL;
    }
    GString *text = g_string_new(NULL);
    write_start_line(text, line, &oddities);
    write_fields(text, fields, LENGTH_UNKNOWN, false, &oddities);
    return g_string_free_to_bytes(text);
}

char *sip_oddities_text(guint oddities)
{
    static const char *const words[] = {
        "blanks before a colon",    "the version in lower case",
        "a value in several lines", "blanks in a media type",
        "bare line feeds",          "no closing delimiter",
        "quoted-printable",         "base64",
    };
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (oddities & 1U << i) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", words[i]);
        }
    }
    return g_string_free(text, FALSE);
}
