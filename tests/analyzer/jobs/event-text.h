/* event-text.h
 * All that is in an event, field by field, as text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H

#include "core/event/story-event.h"

/* A field that is added to one of these must be written below, and must survive being spooled. */
#if GLIB_SIZEOF_VOID_P == 8
G_STATIC_ASSERT(sizeof(StoryEvent) == 176);
G_STATIC_ASSERT(sizeof(StoryKrrSeen) == 16);
G_STATIC_ASSERT(sizeof(MikeyOffer) == 104);
G_STATIC_ASSERT(sizeof(KrrDocument) == 80);
G_STATIC_ASSERT(sizeof(Krr) == 408);
G_STATIC_ASSERT(sizeof(KrrVerdict) == 72);
G_STATIC_ASSERT(sizeof(StoryHttp) == 40);
G_STATIC_ASSERT(sizeof(KmsMessage) == 48);
#endif

/* Texts in quotes, with escapes: NULL is not "(null)", and any octets may be in them. */
static inline void add_text(GString *out, const char *name, const char *text)
{
    g_autofree char *escaped = text ? g_strescape(text, NULL) : NULL;

    if (text) {
        g_string_append_printf(out, " %s=\"%s\"", name, escaped);
    } else {
        g_string_append_printf(out, " %s=NULL", name);
    }
}

static inline void add_number(GString *out, const char *name, gint64 number)
{
    g_string_append_printf(out, " %s=%" G_GINT64_FORMAT, name, number);
}

static inline void add_range(GString *out, KrrRange range)
{
    g_string_append_printf(out, " [%u+%u]", (guint)range.offset, (guint)range.length);
}

static inline void add_value(GString *out, const char *name, const KrrValue *value)
{
    add_text(out, name, value->text);
    add_range(out, value->range);
}

static inline void add_verdict(GString *out, const KrrVerdict *verdict)
{
    g_string_append(out, "\n  verdict");
    add_number(out, "status", verdict->status);
    add_text(out, "reason", verdict->reason);
    add_number(out, "verified", verdict->verified);
    add_number(out, "trust-judged", verdict->trust_judged);
    add_number(out, "grade", verdict->grade);
    add_text(out, "grade-reason", verdict->grade_reason);
    add_text(out, "signer", verdict->signer);
    add_text(out, "certificate", verdict->certificate);
    add_number(out, "not-before", verdict->not_before);
    add_number(out, "not-after", verdict->not_after);
    add_number(out, "uris", verdict->signer_uris ? (gint64)verdict->signer_uris->len : -1);
    for (guint i = 0; verdict->signer_uris && i < verdict->signer_uris->len; i++) {
        add_text(out, "uri", g_ptr_array_index(verdict->signer_uris, i));
    }
}

/* Signature values and certificates go with the origin. */
static inline void add_signature(GString *out, const KrrSignature *signature)
{
    g_string_append(out, "\n  signature");
    add_number(out, "present", signature->present);
    add_range(out, signature->range);
    add_value(out, "algorithm", &signature->algorithm);
    add_value(out, "digest-algorithm", &signature->digest_algorithm);
    add_value(out, "canonicalization", &signature->canonicalization);
    add_value(out, "reference", &signature->reference);
    add_number(out, "references", signature->references);
    add_number(out, "certificates", signature->n_certificates);
    add_verdict(out, &signature->verdict);
}

static inline void add_list(GString *out, const KrrList *list)
{
    g_string_append(out, "\n  list");
    add_number(out, "kind", list->kind);
    add_range(out, list->range);
    for (guint i = 0; i < list->kms->len; i++) {
        add_value(out, "kms", g_ptr_array_index(list->kms, i));
    }
}

static inline void add_unrecognised(GString *out, const KrrUnrecognised *unrecognised)
{
    g_string_append(out, "\n  unrecognised");
    add_text(out, "name", unrecognised->name);
    add_text(out, "reason", unrecognised->reason);
    add_text(out, "text", unrecognised->text);
    add_range(out, unrecognised->range);
}

static inline void add_repeat(GString *out, const KrrRepeat *repeat)
{
    g_string_append(out, "\n  repeat");
    add_text(out, "element", krr_vocabulary_name(repeat->element));
    add_value(out, "value", &repeat->value);
    add_list(out, &repeat->list);
}

static inline void add_krr(GString *out, const Krr *krr)
{
    g_string_append(out, "\n krr");
    add_range(out, krr->range);
    add_text(out, "digest", krr->digest);
    add_value(out, "version", &krr->version);
    add_value(out, "id", &krr->id);
    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        add_value(out, krr_vocabulary_name(element), &krr->values[element]);
    }
    add_number(out, "time-valid", krr->time_valid);
    add_number(out, "time", krr->time_ns);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        add_list(out, &krr->lists[side]);
    }
    add_signature(out, &krr->signature);
    add_number(out, "depth", krr->depth);
    add_number(out, "sub-krrs", krr->sub_krrs);
    add_number(out, "is-list", krr->is_list);
    for (guint i = 0; i < krr->unrecognised->len; i++) {
        add_unrecognised(out, g_ptr_array_index(krr->unrecognised, i));
    }
    for (guint i = 0; i < krr->repeats->len; i++) {
        add_repeat(out, g_ptr_array_index(krr->repeats, i));
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        add_krr(out, g_ptr_array_index(krr->embedded, i));
    }
}

static inline void add_document(GString *out, const StoryKrrSeen *seen)
{
    const KrrDocument *document = seen->document;

    g_string_append(out, "\ndocument");
    add_number(out, "carrier", seen->carrier);
    add_number(out, "kind", document->kind);
    add_text(out, "error", document->error);
    add_number(out, "error-offset", (gint64)document->error_offset);
    add_number(out, "has-ranges", document->has_ranges);
    add_number(out, "length", (gint64)document->length);
    add_text(out, "body-digest", document->body_digest);
    for (guint i = 0; i < document->krrs->len; i++) {
        add_krr(out, g_ptr_array_index(document->krrs, i));
    }
}

static inline void add_offer(GString *out, const MikeyOffer *offer)
{
    g_string_append(out, "\noffer");
    add_text(out, "digest", offer->digest);
    add_number(out, "data-type", offer->data_type);
    add_number(out, "csb-id", offer->csb_id);
    add_number(out, "whole", offer->whole);
    add_number(out, "has-time", offer->has_time);
    add_number(out, "time", offer->time_ns);
    add_text(out, "idri", offer->idri);
    add_text(out, "idrr", offer->idrr);
    add_text(out, "idrkmsi", offer->idrkmsi);
    add_text(out, "idrkmsr", offer->idrkmsr);
    add_text(out, "uidi", offer->uidi);
    add_text(out, "uidr", offer->uidr);
    add_text(out, "gmk-id", offer->gmk_id);
    add_number(out, "signature", offer->signature.status);
    add_number(out, "without-header", offer->signature.signing.without_header);
    add_number(out, "hex-id", offer->signature.signing.hex_id);
    add_number(out, "certificate", offer->signature.certificate);
}

static inline void add_sip(GString *out, const StorySip *sip)
{
    g_string_append(out, "\nsip");
    add_number(out, "status", sip->status);
    add_text(out, "method", sip->method);
    add_text(out, "call-id", sip->call_id);
    add_number(out, "cseq", sip->cseq);
    add_text(out, "branch", sip->branch);
    add_text(out, "from-tag", sip->from_tag);
    add_text(out, "to-tag", sip->to_tag);
    add_text(out, "request-uri", sip->request_uri);
    add_text(out, "contact", sip->contact);
    for (guint i = 0; i < sip->identities->len; i++) {
        add_text(out, "identity", g_ptr_array_index(sip->identities, i));
    }
}

static inline void add_message(GString *out, const KmsMessage *message)
{
    g_string_append(out, "\nmessage");
    add_number(out, "is-response", message->is_response);
    add_text(out, "user", message->user);
    add_text(out, "kms", message->kms);
    add_text(out, "request-url", message->request_url);
    add_text(out, "error", message->error);
    add_number(out, "brings-cache", message->brings_cache);
}

static inline void add_http(GString *out, const StoryHttp *http)
{
    g_string_append(out, "\nhttp");
    add_number(out, "kind", http->kind);
    add_number(out, "stream", http->stream);
    add_number(out, "status", http->status);
    add_number(out, "resource", http->resource);
    add_text(out, "argument", http->argument);
    add_number(out, "has-body", http->has_body);
    if (http->message) {
        add_message(out, http->message);
    }
}

/* Caller frees. */
static inline char *event_text(const StoryEvent *event)
{
    GString *out = g_string_new("event");

    add_number(out, "capture", event->frame.capture);
    add_number(out, "frame", (gint64)event->frame.number);
    add_number(out, "time", event->frame.time_ns);
    add_number(out, "shift", event->shift_ns);
    add_text(out, "source", event->source);
    add_text(out, "destination", event->destination);
    add_number(out, "source-port", event->source_port);
    add_number(out, "destination-port", event->destination_port);
    add_number(out, "has-sip", event->has_sip);
    add_number(out, "cut", event->cut);
    add_number(out, "opaque", event->opaque);
    add_number(out, "cut-bodies", event->cut_bodies);
    add_sip(out, &event->sip);
    for (guint i = 0; i < event->offers->len; i++) {
        add_offer(out, g_ptr_array_index(event->offers, i));
    }
    for (guint i = 0; i < event->krrs->len; i++) {
        add_document(out, g_ptr_array_index(event->krrs, i));
    }
    if (event->http) {
        add_http(out, event->http);
    }
    return g_string_free(out, FALSE);
}

#endif
