/* unread-krr.c
 * KRRs that a message names, and that no dissector came to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/unread-krr.h"

#include <string.h>

#include "core/document/krr-canonical.h"
#include "core/document/krr-origin.h"
#include "core/event/story-event.h"
#include "core/sip/krr-mention.h"
#include "plugin/frame/message-reading.h"
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

/* The message that an item shows: as it was handed on, or as it stands there. */
static MessageReading message_of(packet_info *pinfo, const field_info *shown)
{
    const bool stream = pinfo->ptype != PT_UDP;
    MessageReading message;
    SipFrame frame;

    if (message_reading_of(pinfo, shown, &message)) {
        return message;
    }
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
    if (!document->origin) {
        return false;
    }
    SipSpan own;
    own.at = g_bytes_get_data(document->origin->octets, &own.length);
    return krr_stands_in(message, own);
}

/* How many KRRs were read that the message names. In a MIKEY message in base64 none is named. */
static guint read_count(const StoryEvent *event, SipSpan message)
{
    guint count = 0;

    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = story_event_krr(event, i);
        count += seen->carrier != STORY_CARRIER_MIKEY || stands_in(seen->document, message) ? 1 : 0;
    }
    return count;
}

/* The octets of bodies in an encoding are others: these are told apart by their number alone. */
static bool was_read(const StoryEvent *event, const char *digest)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        if (g_strcmp0(story_event_krr(event, i)->document->body_digest, digest) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what was not ---- */

static void add(StoryEvent *event, const char *digest, bool broken)
{
    g_autoptr(KrrDocument) document = krr_document_new_unread(
        digest, broken ? "the dissection of the message ended in an exception"
                       : "no part of it is labelled as a KRR, whole, and in an encoding that is "
                         "known");

    story_event_add_krr(event, document, STORY_CARRIER_OTHER);
}

static char *digest_of(SipSpan octets)
{
    return krr_sha256_hex((const guint8 *)octets.at, octets.length);
}

/* Bodies that name KRRs, beyond those that were read. */
static void add_bodies(StoryEvent *event, SipSpan message, const GArray *bodies, bool broken)
{
    const guint read = read_count(event, message);
    guint left = MIN(bodies->len - MIN(bodies->len, read), MAX_UNREAD);

    for (guint i = 0; i < bodies->len && left > 0; i++) {
        g_autofree char *digest = digest_of(g_array_index(bodies, SipSpan, i));
        if (!was_read(event, digest)) {
            add(event, digest, broken);
            left--;
        }
    }
}

void unread_krrs_add(StoryEvent *event, packet_info *pinfo, const field_info *shown, bool broken)
{
    const MessageReading message = message_of(pinfo, shown);
    SipSpan body = {message.octets.at + message.head, message.octets.length - message.head};

    if (event->krrs->len > 0 || krr_is_mentioned(message.octets)) {
        g_autoptr(GArray) bodies = krr_mentions(message.octets, message.head);
        add_bodies(event, message.octets, bodies, broken);
    } else if (krr_is_mentioned(message.behind)) {
        /* A Content-Length that is too small cut it off. */
        body = message.behind;
    } else {
        return;
    }
    if (event->krrs->len == 0) {
        g_autofree char *digest = digest_of(body);
        add(event, digest, broken);
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
