/* unread-krr.c
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/sip/unread-krr.h"

#include <string.h>

#include "core/audit/audit-document.h"
#include "core/document/krr-canonical.h"
#include "core/document/krr-document-reader.h"
#include "core/document/krr-origin.h"
#include "core/sip/krr-mention.h"
#include "plugin/frame/krr-experts.h"
#include "plugin/preferences/krr-preferences.h"
#include "plugin/wireshark-compat.h"

/* Of one message no more are told of. */
#define MAX_UNREAD 16

/* ---- where the message ends ---- */

/* What an item of the tree shows. */
static SipSpan octets_of(const field_info *shown)
{
    tvbuff_t *source = shown->ds_tvb;
    const guint captured = source ? tvb_captured_length(source) : 0;
    const guint start = (guint)MAX(shown->start, 0);

    if (start >= captured || shown->length <= 0) {
        return (SipSpan){NULL, 0};
    }
    const guint length = MIN((guint)shown->length, captured - start);
    return (SipSpan){(const char *)tvb_get_ptr(source, (int)start, (int)length), length};
}

/* Of HTTP, or of what is no message to the reader of SIP: its header section ends at the empty line. */
static MessageReading other_message(SipSpan octets)
{
    SipSpan rest = octets;
    SipField field;
    gsize body = octets.length;
    bool bare;

    sip_line_take(&rest, &bare);
    while (sip_field_take(&rest, &field)) {
        if (sip_field_is(&field, "Content-Length", 'l')) {
            g_autofree char *digits = sip_field_text(&field);
            body = (gsize)g_ascii_strtoull(digits, NULL, 10);
        }
    }
    const gsize head = octets.length - rest.length;
    return (MessageReading){.octets = {octets.at, head + MIN(body, rest.length)}, .head = head};
}

/* A message that was noted nowhere, as it stands in its item. */
static MessageReading message_of(packet_info *pinfo, const field_info *shown)
{
    const bool stream = pinfo->ptype != PT_UDP;
    SipFrame frame;

    const SipSpan octets = octets_of(shown);
    if (octets.length == 0 ||
        sip_message_find(octets.at, octets.length, stream, &frame) != SIP_WHOLE) {
        return other_message(octets);
    }
    const gsize end = frame.skipped + frame.head + frame.body;
    return (MessageReading){
        .octets = {octets.at + frame.skipped, frame.head + frame.body},
        .head = frame.head,
        .behind = {octets.at + end, stream ? 0 : octets.length - end},
    };
}

/* ---- what was read of it ---- */

/* Does it stand in a message as it is? */
static bool stands_in(const KrrDocument *document, SipSpan message)
{
    if (!document || !document->origin) {
        return false;
    }
    SipSpan own;
    own.at = g_bytes_get_data(document->origin->octets, &own.length);
    return krr_stands_in(message, own);
}

/* The KRR at a place of the cargo; NULL: it is none. */
static const KrrTap *krr_at(const CargoRange *read, guint place)
{
    const KrrCargo *cargo = &read->all[place];

    return cargo->kind == KRR_CARGO_KRR ? cargo->krr : NULL;
}

/* How many KRRs were read that the message names. In a MIKEY message in base64 none is named. */
static guint read_count(const CargoRange *read, SipSpan message)
{
    guint count = 0;

    for (guint i = read->first; i < read->end; i++) {
        const KrrTap *krr = krr_at(read, i);
        count += krr && (!krr->in_mikey || stands_in(krr->document, message)) ? 1 : 0;
    }
    return count;
}

/* The octets of bodies in an encoding are others: these are told apart by their number alone. */
static bool was_read(const CargoRange *read, const char *digest)
{
    for (guint i = read->first; i < read->end; i++) {
        const KrrTap *krr = krr_at(read, i);
        if (krr && g_strcmp0(krr->document->body_digest, digest) == 0) {
            return true;
        }
    }
    return false;
}

static bool any_was_read(const CargoRange *read)
{
    for (guint i = read->first; i < read->end; i++) {
        if (krr_at(read, i)) {
            return true;
        }
    }
    return false;
}

/* Of one that the capture cut short, that it was not read is no wonder. */
static bool any_was_cut(const CargoRange *read)
{
    for (guint i = read->first; i < read->end; i++) {
        const KrrTap *krr = krr_at(read, i);
        if (krr && !krr->document) {
            return true;
        }
    }
    return false;
}

/* ---- what was not ---- */

static KrrDocument *unread(const char *digest, bool broken)
{
    return krr_document_new_unread(
        digest, broken ? "the dissection of the message ended in an exception"
                       : "no part of it is labelled as a KRR, whole, and in an encoding that is "
                         "known");
}

static char *digest_of(SipSpan octets)
{
    return krr_sha256_hex((const guint8 *)octets.at, octets.length);
}

/* Bodies that name KRRs, beyond those that were read. */
static void add_bodies(GPtrArray *found, const MessageReading *message, const CargoRange *read,
                       bool broken)
{
    g_autoptr(GArray) bodies = krr_mentions(message->octets, message->head);
    const guint count = read_count(read, message->octets);
    guint left = MIN(bodies->len - MIN(bodies->len, count), MAX_UNREAD);

    for (guint i = 0; i < bodies->len && left > 0; i++) {
        g_autofree char *digest = digest_of(g_array_index(bodies, SipSpan, i));
        if (!was_read(read, digest)) {
            g_ptr_array_add(found, unread(digest, broken));
            left--;
        }
    }
}

/* Where no body by itself names one, all of the body stands for it. */
static void add_whole(GPtrArray *found, SipSpan body, bool broken)
{
    g_autofree char *digest = digest_of(body);

    g_ptr_array_add(found, unread(digest, broken));
}

/* No dissector is called for a body without octets. */
static KrrDocument *empty_document(const MessageReading *message)
{
    SipSpan fields = {message->octets.at, message->head};
    bool bare;

    sip_line_take(&fields, &bare);
    g_autofree char *type = sip_content_type(fields);
    if (type && sip_media_type_is(type, KRR_MEDIA_TYPE)) {
        return krr_document_parse((const guint8 *)"", 0, krr_vocabulary_default());
    }
    g_autofree char *digest = digest_of((SipSpan){"", 0});
    return unread(digest, false);
}

GPtrArray *unread_krrs_find(const MessageReading *message, const CargoRange *read, bool broken)
{
    const SipSpan octets = message->octets;
    const SipSpan body = {octets.at + message->head, octets.length - message->head};
    const bool any = any_was_read(read);

    if (any_was_cut(read)) {
        return NULL;
    }
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)krr_document_unref);
    if (body.length == 0 && message->behind.length == 0) {
        if (!any && krr_is_mentioned(octets)) {
            g_ptr_array_add(found, empty_document(message));
        }
    } else if (any || krr_is_mentioned(octets)) {
        add_bodies(found, message, read, broken);
        if (!any && found->len == 0) {
            add_whole(found, body, broken);
        }
    } else if (krr_is_mentioned(message->behind)) {
        /* A Content-Length that is too small cut it off. */
        add_whole(found, message->behind, broken);
    }
    return found->len > 0 ? g_steal_pointer(&found) : NULL;
}

GPtrArray *unread_krrs_of(packet_info *pinfo, const field_info *shown, const CargoRange *read,
                          bool broken)
{
    MessageReading message;

    if (message_reading_of(pinfo, shown, &message)) {
        return message.unread ? g_ptr_array_ref(message.unread) : NULL;
    }
    message = message_of(pinfo, shown);
    return unread_krrs_find(&message, read, broken);
}

void unread_krrs_show(packet_info *pinfo, proto_item *item, const GPtrArray *unread)
{
    for (guint i = 0; i < unread->len; i++) {
        g_autoptr(GPtrArray) findings =
            audit_document(g_ptr_array_index(unread, i), krr_settings()->policy);
        for (guint place = 0; place < findings->len; place++) {
            const KrrFinding *finding = g_ptr_array_index(findings, place);
            krr_experts_add_rule(pinfo, item, finding->rule, finding->severity, finding->observed);
        }
    }
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
