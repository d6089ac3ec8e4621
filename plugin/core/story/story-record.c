/* story-record.c
 * An event of the story as octets, to be read again by another process of the same program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "story-record.h"

#include <string.h>

#include "../document/krr-verdict.h"

/* The numbers of an event. In memory this is what GVariant has for (xtuuuuqqu), so that they are
 * read at one go. */
typedef struct Numbers {
    gint64 time_ns;
    guint64 number;
    guint32 capture;
    guint32 status;
    guint32 cseq;
    guint32 cut_bodies;
    guint16 source_port;
    guint16 destination_port;
    guint32 flags;
} Numbers;

G_STATIC_ASSERT(sizeof(Numbers) == 40);

/* Flags: which of the texts there are (the lowest bits, in the order of text_places), and: */
#define FLAG_HAS_SIP (1u << 16)
#define FLAG_CUT     (1u << 17)
#define FLAG_OPAQUE  (1u << 18)

/* Texts that may be NULL; in the record one after the other, each with its zero. */
static const gsize text_places[] = {
    G_STRUCT_OFFSET(StoryEvent, source),     G_STRUCT_OFFSET(StoryEvent, destination),
    G_STRUCT_OFFSET(StoryEvent, sip.method), G_STRUCT_OFFSET(StoryEvent, sip.call_id),
    G_STRUCT_OFFSET(StoryEvent, sip.branch), G_STRUCT_OFFSET(StoryEvent, sip.from_tag),
    G_STRUCT_OFFSET(StoryEvent, sip.to_tag), G_STRUCT_OFFSET(StoryEvent, sip.request_uri),
};

#define TEXT_AT(event, place) G_STRUCT_MEMBER(char *, event, place)

/* ---- writing ---- */

static GVariant *numbers_variant(const StoryEvent *event)
{
    Numbers numbers = {
        .time_ns = event->frame.time_ns,
        .number = event->frame.number,
        .capture = event->frame.capture,
        .status = event->sip.status,
        .cseq = event->sip.cseq,
        .cut_bodies = event->cut_bodies,
        .source_port = event->source_port,
        .destination_port = event->destination_port,
        .flags = (event->has_sip ? FLAG_HAS_SIP : 0) | (event->cut ? FLAG_CUT : 0) |
                 (event->opaque ? FLAG_OPAQUE : 0),
    };

    for (guint i = 0; i < G_N_ELEMENTS(text_places); i++) {
        numbers.flags |= TEXT_AT(event, text_places[i]) ? 1u << i : 0;
    }
    return g_variant_new_fixed_array((const GVariantType *)"(xtuuuuqqu)", &numbers, 1,
                                     sizeof numbers);
}

static GVariant *texts_variant(const StoryEvent *event)
{
    gsize lengths[G_N_ELEMENTS(text_places)], length = 0;
    g_autofree char *texts = NULL;
    char *end;

    for (guint i = 0; i < G_N_ELEMENTS(text_places); i++) {
        const char *text = TEXT_AT(event, text_places[i]);
        lengths[i] = text ? strlen(text) + 1 : 0;
        length += lengths[i];
    }
    end = texts = g_malloc(MAX(length, 1));
    for (guint i = 0; i < G_N_ELEMENTS(text_places); i++) {
        if (lengths[i] > 0) {
            memcpy(end, TEXT_AT(event, text_places[i]), lengths[i]);
            end += lengths[i];
        }
    }
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, texts, length, 1);
}

static GVariant *offer_variant(const MikeyOffer *offer)
{
    const MikeySignature *signature = &offer->signature;

    return g_variant_new("(m^ayyubbxm^aym^aym^aym^aym^aym^aym^ay(ubbu))", offer->digest,
                         offer->data_type, offer->csb_id, offer->whole, offer->has_time,
                         offer->time_ns, offer->idri, offer->idrr, offer->idrkmsi, offer->idrkmsr,
                         offer->uidi, offer->uidr, offer->gmk_id, (guint32)signature->status,
                         signature->signing.without_header, signature->signing.hex_id,
                         (guint32)signature->certificate);
}

/** NULL for an event that carries nothing. */
static GVariant *cargo_variant(const StoryEvent *event, const guint64 *places)
{
    GVariantBuilder krrs, offers, identities;

    if (event->krrs->len + event->offers->len + event->sip.identities->len == 0) {
        return NULL;
    }
    g_variant_builder_init(&krrs, G_VARIANT_TYPE("a(uts)"));
    g_variant_builder_init(&offers, G_VARIANT_TYPE("a" STORY_OFFER_TYPE));
    g_variant_builder_init(&identities, G_VARIANT_TYPE_BYTESTRING_ARRAY);
    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = g_ptr_array_index(event->krrs, i);
        g_variant_builder_add(&krrs, "(uts)", (guint32)seen->carrier, places[i],
                              seen->document->body_digest);
    }
    for (guint i = 0; i < event->offers->len; i++) {
        g_variant_builder_add_value(&offers, offer_variant(g_ptr_array_index(event->offers, i)));
    }
    for (guint i = 0; i < event->sip.identities->len; i++) {
        g_variant_builder_add(&identities, "^ay", g_ptr_array_index(event->sip.identities, i));
    }
    return g_variant_new("(a(uts)a" STORY_OFFER_TYPE "aay)", &krrs, &offers, &identities);
}

GVariant *story_record_new(const StoryEvent *event, const guint64 *places)
{
    GVariant *const children[] = {
        numbers_variant(event),
        texts_variant(event),
        g_variant_new_maybe((const GVariantType *)"(a(uts)a" STORY_OFFER_TYPE "aay)",
                            cargo_variant(event, places)),
    };

    return g_variant_new_tuple(children, G_N_ELEMENTS(children));
}

/* ---- reading ---- */

/** @return false where there are fewer texts than announced */
static bool read_texts(StoryEvent *event, GVariant *variant, guint32 flags)
{
    gsize left;
    const char *texts = g_variant_get_fixed_array(variant, &left, 1);

    for (guint i = 0; i < G_N_ELEMENTS(text_places); i++) {
        const char *end;
        if (!(flags & 1u << i)) {
            continue;
        }
        end = left > 0 ? memchr(texts, '\0', left) : NULL;
        if (!end) {
            return false;
        }
        TEXT_AT(event, text_places[i]) = g_strdup(texts);
        left -= (gsize)(end - texts) + 1;
        texts = end + 1;
    }
    return left == 0;
}

static bool read_numbers(StoryEvent *event, GVariant *variant, guint32 *flags)
{
    gsize count;
    const Numbers *numbers = g_variant_get_fixed_array(variant, &count, sizeof(Numbers));

    if (count != 1) {
        return false;
    }
    event->frame = (StoryFrame){numbers->capture, numbers->number, numbers->time_ns};
    event->sip.status = numbers->status;
    event->sip.cseq = numbers->cseq;
    event->cut_bodies = numbers->cut_bodies;
    event->source_port = numbers->source_port;
    event->destination_port = numbers->destination_port;
    event->has_sip = numbers->flags & FLAG_HAS_SIP;
    event->cut = numbers->flags & FLAG_CUT;
    event->opaque = numbers->flags & FLAG_OPAQUE;
    *flags = numbers->flags;
    return true;
}

static MikeyOffer *read_offer(GVariant *variant)
{
    MikeyOffer *offer = mikey_offer_new();
    MikeySignature *signature = &offer->signature;
    gboolean whole, has_time, without_header, hex_id;
    guint32 status, certificate;

    g_variant_get(variant, "(m^ayyubbxm^aym^aym^aym^aym^aym^aym^ay(ubbu))", &offer->digest,
                  &offer->data_type, &offer->csb_id, &whole, &has_time, &offer->time_ns,
                  &offer->idri, &offer->idrr, &offer->idrkmsi, &offer->idrkmsr, &offer->uidi,
                  &offer->uidr, &offer->gmk_id, &status, &without_header, &hex_id, &certificate);
    offer->whole = whole;
    offer->has_time = has_time;
    /* Names are looked up by these. */
    signature->status = MIN(status, MIKEY_SIGNATURE_N_STATUSES - 1);
    signature->signing = (MikeySigning){without_header, hex_id};
    signature->certificate = MIN(certificate, KMS_CERTIFICATE_N_STATES - 1);
    return offer;
}

static void read_offers(StoryEvent *event, GVariant *variant)
{
    for (gsize i = 0; i < g_variant_n_children(variant); i++) {
        g_autoptr(GVariant) offer = g_variant_get_child_value(variant, i);
        g_ptr_array_add(event->offers, read_offer(offer));
    }
}

static bool read_krrs(StoryEvent *event, GVariant *variant, StoryRecordBody body, gpointer data)
{
    GVariantIter krrs;
    guint32 carrier;
    guint64 place;
    const char *digest;

    g_variant_iter_init(&krrs, variant);
    while (g_variant_iter_next(&krrs, "(ut&s)", &carrier, &place, &digest)) {
        g_autoptr(KrrDocument) document =
            carrier < STORY_N_CARRIERS ? body(place, digest, data) : NULL;
        if (!document) {
            return false;
        }
        story_event_add_krr(event, document, carrier);
    }
    return true;
}

static bool read_cargo(StoryEvent *event, GVariant *variant, StoryRecordBody body, gpointer data)
{
    g_autoptr(GVariant) cargo = g_variant_get_maybe(variant);
    g_autoptr(GVariant) krrs = NULL, offers = NULL, identities = NULL;
    GVariantIter texts;
    char *identity;

    if (!cargo) {
        return true;
    }
    krrs = g_variant_get_child_value(cargo, 0);
    offers = g_variant_get_child_value(cargo, 1);
    identities = g_variant_get_child_value(cargo, 2);
    read_offers(event, offers);
    g_variant_iter_init(&texts, identities);
    while (g_variant_iter_next(&texts, "^ay", &identity)) {
        g_ptr_array_add(event->sip.identities, identity);
    }
    return read_krrs(event, krrs, body, data);
}

StoryEvent *story_record_read(GVariant *record, StoryRecordBody body, gpointer data)
{
    g_autoptr(StoryEvent) event = story_event_new();
    g_autoptr(GVariant) numbers = g_variant_get_child_value(record, 0);
    g_autoptr(GVariant) texts = g_variant_get_child_value(record, 1);
    g_autoptr(GVariant) cargo = g_variant_get_child_value(record, 2);
    guint32 flags;

    if (!read_numbers(event, numbers, &flags) || !read_texts(event, texts, flags) ||
        !read_cargo(event, cargo, body, data)) {
        return NULL;
    }
    return g_steal_pointer(&event);
}

/* ---- bodies ---- */

static GVariant *verdict_variant(const KrrVerdict *verdict)
{
    g_autoptr(GPtrArray) uris = NULL;

    if (verdict->signer_uris) {
        uris = g_ptr_array_new();
        for (guint i = 0; i < verdict->signer_uris->len; i++) {
            g_ptr_array_add(uris, g_ptr_array_index(verdict->signer_uris, i));
        }
        g_ptr_array_add(uris, NULL);
    }
    return g_variant_new("(um^aybbum^aym^aym^aayuxx)", (guint32)verdict->status, verdict->reason,
                         verdict->verified, verdict->trust_judged, (guint32)verdict->grade,
                         verdict->grade_reason, verdict->signer,
                         uris ? (const char *const *)uris->pdata : NULL, verdict->certificate,
                         verdict->not_before, verdict->not_after);
}

static void read_verdict(GVariant *variant, KrrVerdict *verdict)
{
    gboolean verified, trust_judged;
    guint32 status, grade;
    g_autofree char **uris = NULL; /* the texts go to the verdict */

    krr_verdict_clear(verdict);
    g_variant_get(variant, "(um^aybbum^aym^aym^aayuxx)", &status, &verdict->reason, &verified,
                  &trust_judged, &grade, &verdict->grade_reason, &verdict->signer, &uris,
                  &verdict->certificate, &verdict->not_before, &verdict->not_after);
    verdict->verified = verified;
    verdict->trust_judged = trust_judged;
    /* Names are looked up by these. */
    verdict->status = MIN(status, KRR_SIGNATURE_UNSUPPORTED);
    verdict->grade = MIN(grade, KRR_GRADE_WEAK);
    if (uris) {
        verdict->signer_uris = g_ptr_array_new_with_free_func(g_free);
        for (char **uri = uris; *uri; uri++) {
            g_ptr_array_add(verdict->signer_uris, *uri);
        }
    }
}

GVariant *story_body_record_new(const KrrDocument *document)
{
    g_autoptr(GPtrArray) krrs = krr_document_all_krrs(document);
    gsize length;
    const guint8 *octets = g_bytes_get_data(document->octets, &length);
    GVariantBuilder verdicts;

    g_variant_builder_init(&verdicts, G_VARIANT_TYPE("a" STORY_VERDICT_TYPE));
    for (guint i = 0; i < krrs->len; i++) {
        const Krr *krr = g_ptr_array_index(krrs, i);
        g_variant_builder_add_value(&verdicts, verdict_variant(&krr->signature.verdict));
    }
    return g_variant_new("(@aya" STORY_VERDICT_TYPE ")",
                         g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, octets, length, 1),
                         &verdicts);
}

KrrDocument *story_body_record_read(GVariant *record, const KrrVocabulary *vocabulary)
{
    g_autoptr(GVariant) body = g_variant_get_child_value(record, 0);
    g_autoptr(GVariant) verdicts = g_variant_get_child_value(record, 1);
    gsize length;
    const guint8 *octets = g_variant_get_fixed_array(body, &length, 1);
    g_autoptr(KrrDocument) document = krr_document_parse(octets, length, vocabulary);
    g_autoptr(GPtrArray) krrs = krr_document_all_krrs(document);

    if (g_variant_n_children(verdicts) != krrs->len) {
        return NULL;
    }
    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        g_autoptr(GVariant) verdict = g_variant_get_child_value(verdicts, i);
        read_verdict(verdict, &krr->signature.verdict);
    }
    krr_document_drop_tree(document);
    return g_steal_pointer(&document);
}
