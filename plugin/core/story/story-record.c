/* story-record.c
 * Events of the story as octets, to be read again by another process of the same program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "story-record.h"

#include <string.h>

#include "../document/krr-verdict.h"

/* A MikeyOffer: its texts, numbers, and what came of its signature. A KrrVerdict. */
#define OFFER_TYPE   "(mayyubbxmaymaymaymaymaymaymay(ubbu))"
#define VERDICT_TYPE "(umaybbumaymaymaayuxx)"
/* The same with texts as C has them. */
#define OFFER_FORMAT   "(m^ayyubbxm^aym^aym^aym^aym^aym^aym^ay(ubbu))"
#define VERDICT_FORMAT "(um^aybbum^aym^aym^aayuxx)"

/* What an event carried: carrier, place and digest of each KRR; offers; identities. */
#define CARGO_TYPE "(a(uts)a" OFFER_TYPE "aay)"

/* The numbers of an event. In memory this is what GVariant has for (xtuuuuqqu), so that those of a
 * record are read at one go. */
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
#define FLAG_CARGO   (1u << 19) /* the next cargo of the record is its */

/* Texts that may be NULL; in the record one after the other, each with its zero. */
static const gsize text_places[] = {
    G_STRUCT_OFFSET(StoryEvent, source),     G_STRUCT_OFFSET(StoryEvent, destination),
    G_STRUCT_OFFSET(StoryEvent, sip.method), G_STRUCT_OFFSET(StoryEvent, sip.call_id),
    G_STRUCT_OFFSET(StoryEvent, sip.branch), G_STRUCT_OFFSET(StoryEvent, sip.from_tag),
    G_STRUCT_OFFSET(StoryEvent, sip.to_tag), G_STRUCT_OFFSET(StoryEvent, sip.request_uri),
};

#define TEXT_AT(event, place) G_STRUCT_MEMBER(char *, event, place)

struct StoryRecordWriter {
    GArray *numbers;   /**< of Numbers: of each event */
    GByteArray *texts; /**< of all events, one after the other */
    GPtrArray *cargo;  /**< of GVariant, floating: of those events that carry something */
    gsize cargo_size;  /**< in octets, as far as it is known */
};

struct StoryRecordReader {
    GVariant *numbers_variant, *texts_variant, *cargo; /**< they hold what follows */
    const Numbers *numbers;
    gsize count;       /**< of events */
    gsize next;        /**< event */
    const char *texts; /**< from those of the next event on */
    gsize texts_left;
    gsize next_cargo;
};

/* ---- writing ---- */

static Numbers numbers_of(const StoryEvent *event)
{
    return (Numbers){
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
}

/** @return flags of the texts that there are */
static guint32 add_texts(GByteArray *texts, const StoryEvent *event)
{
    guint32 flags = 0;

    for (guint i = 0; i < G_N_ELEMENTS(text_places); i++) {
        const char *text = TEXT_AT(event, text_places[i]);
        if (text) {
            flags |= 1u << i;
            g_byte_array_append(texts, (const guint8 *)text, (guint)strlen(text) + 1);
        }
    }
    return flags;
}

static GVariant *offer_variant(const MikeyOffer *offer)
{
    const MikeySignature *signature = &offer->signature;

    return g_variant_new(OFFER_FORMAT, offer->digest, offer->data_type, offer->csb_id, offer->whole,
                         offer->has_time, offer->time_ns, offer->idri, offer->idrr, offer->idrkmsi,
                         offer->idrkmsr, offer->uidi, offer->uidr, offer->gmk_id,
                         (guint32)signature->status, signature->signing.without_header,
                         signature->signing.hex_id, (guint32)signature->certificate);
}

/** NULL for an event that carries nothing. */
static GVariant *cargo_variant(const StoryEvent *event, const guint64 *places)
{
    GVariantBuilder krrs, offers, identities;

    if (event->krrs->len + event->offers->len + event->sip.identities->len == 0) {
        return NULL;
    }
    g_variant_builder_init(&krrs, G_VARIANT_TYPE("a(uts)"));
    g_variant_builder_init(&offers, G_VARIANT_TYPE("a" OFFER_TYPE));
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
    return g_variant_new(CARGO_TYPE, &krrs, &offers, &identities);
}

StoryRecordWriter *story_record_writer_new(void)
{
    StoryRecordWriter *writer = g_new0(StoryRecordWriter, 1);

    writer->numbers = g_array_new(FALSE, FALSE, sizeof(Numbers));
    writer->texts = g_byte_array_new();
    writer->cargo = g_ptr_array_new();
    return writer;
}

void story_record_writer_free(StoryRecordWriter *writer)
{
    GVariant *left = writer ? story_record_writer_take(writer) : NULL;

    if (!writer) {
        return;
    }
    if (left) {
        g_variant_unref(g_variant_ref_sink(left)); /* it owns the cargo */
    }
    g_array_unref(writer->numbers);
    g_byte_array_unref(writer->texts);
    g_ptr_array_unref(writer->cargo);
    g_free(writer);
}

gsize story_record_writer_add(StoryRecordWriter *writer, const StoryEvent *event,
                              const guint64 *places)
{
    Numbers numbers = numbers_of(event);
    GVariant *cargo = cargo_variant(event, places);

    numbers.flags |= add_texts(writer->texts, event);
    if (cargo) {
        numbers.flags |= FLAG_CARGO;
        writer->cargo_size += g_variant_get_size(cargo);
        g_ptr_array_add(writer->cargo, g_variant_new_variant(cargo));
    }
    g_array_append_val(writer->numbers, numbers);
    return writer->numbers->len * sizeof(Numbers) + writer->texts->len + writer->cargo_size;
}

static GVariant *record_variant(const StoryRecordWriter *writer)
{
    GVariant *const children[] = {
        g_variant_new_fixed_array((const GVariantType *)"(xtuuuuqqu)", writer->numbers->data,
                                  writer->numbers->len, sizeof(Numbers)),
        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, writer->texts->data, writer->texts->len, 1),
        g_variant_new_array(G_VARIANT_TYPE_VARIANT, (GVariant *const *)writer->cargo->pdata,
                            writer->cargo->len),
    };

    return g_variant_new_tuple(children, G_N_ELEMENTS(children));
}

GVariant *story_record_writer_take(StoryRecordWriter *writer)
{
    GVariant *record = writer->numbers->len > 0 ? record_variant(writer) : NULL;

    g_array_set_size(writer->numbers, 0);
    g_byte_array_set_size(writer->texts, 0);
    g_ptr_array_set_size(writer->cargo, 0);
    writer->cargo_size = 0;
    return record;
}

/* ---- reading ---- */

/** @return false where there are fewer texts than announced */
static bool read_texts(StoryRecordReader *reader, StoryEvent *event, guint32 flags)
{
    for (guint i = 0; i < G_N_ELEMENTS(text_places); i++) {
        const char *end;
        gsize length;
        if (!(flags & 1u << i)) {
            continue;
        }
        end = reader->texts_left > 0 ? memchr(reader->texts, '\0', reader->texts_left) : NULL;
        if (!end) {
            return false;
        }
        length = (gsize)(end - reader->texts) + 1;
        TEXT_AT(event, text_places[i]) = memcpy(g_malloc(length), reader->texts, length);
        reader->texts += length;
        reader->texts_left -= length;
    }
    return true;
}

static void read_numbers(StoryEvent *event, const Numbers *numbers)
{
    event->frame = (StoryFrame){numbers->capture, numbers->number, numbers->time_ns};
    event->sip.status = numbers->status;
    event->sip.cseq = numbers->cseq;
    event->cut_bodies = numbers->cut_bodies;
    event->source_port = numbers->source_port;
    event->destination_port = numbers->destination_port;
    event->has_sip = numbers->flags & FLAG_HAS_SIP;
    event->cut = numbers->flags & FLAG_CUT;
    event->opaque = numbers->flags & FLAG_OPAQUE;
}

static MikeyOffer *read_offer(GVariant *variant)
{
    MikeyOffer *offer = mikey_offer_new();
    MikeySignature *signature = &offer->signature;
    gboolean whole, has_time, without_header, hex_id;
    guint32 status, certificate;

    g_variant_get(variant, OFFER_FORMAT, &offer->digest, &offer->data_type, &offer->csb_id, &whole,
                  &has_time, &offer->time_ns, &offer->idri, &offer->idrr, &offer->idrkmsi,
                  &offer->idrkmsr, &offer->uidi, &offer->uidr, &offer->gmk_id, &status,
                  &without_header, &hex_id, &certificate);
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

static bool read_cargo(StoryRecordReader *reader, StoryEvent *event, StoryRecordBody body,
                       gpointer data)
{
    g_autoptr(GVariant) cargo = NULL;
    g_autoptr(GVariant) krrs = NULL, offers = NULL, identities = NULL;
    GVariantIter texts;
    char *identity;

    if (reader->next_cargo >= g_variant_n_children(reader->cargo)) {
        return false;
    }
    g_variant_get_child(reader->cargo, reader->next_cargo++, "v", &cargo);
    if (!g_variant_is_of_type(cargo, (const GVariantType *)CARGO_TYPE)) {
        return false;
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

StoryRecordReader *story_record_reader_new(GVariant *record)
{
    StoryRecordReader *reader = g_new0(StoryRecordReader, 1);

    reader->numbers_variant = g_variant_get_child_value(record, 0);
    reader->texts_variant = g_variant_get_child_value(record, 1);
    reader->cargo = g_variant_get_child_value(record, 2);
    reader->numbers =
        g_variant_get_fixed_array(reader->numbers_variant, &reader->count, sizeof(Numbers));
    reader->texts = g_variant_get_fixed_array(reader->texts_variant, &reader->texts_left, 1);
    return reader;
}

void story_record_reader_free(StoryRecordReader *reader)
{
    if (!reader) {
        return;
    }
    g_variant_unref(reader->numbers_variant);
    g_variant_unref(reader->texts_variant);
    g_variant_unref(reader->cargo);
    g_free(reader);
}

StoryEvent *story_record_reader_next(StoryRecordReader *reader, StoryRecordBody body, gpointer data,
                                     GError **error)
{
    g_autoptr(StoryEvent) event = NULL;
    const Numbers *numbers;

    if (reader->next == reader->count) {
        return NULL;
    }
    numbers = &reader->numbers[reader->next++];
    event = story_event_new();
    read_numbers(event, numbers);
    if (!read_texts(reader, event, numbers->flags) ||
        (numbers->flags & FLAG_CARGO && !read_cargo(reader, event, body, data))) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "a record is damaged");
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
    return g_variant_new(VERDICT_FORMAT, (guint32)verdict->status, verdict->reason,
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
    g_variant_get(variant, VERDICT_FORMAT, &status, &verdict->reason, &verified, &trust_judged,
                  &grade, &verdict->grade_reason, &verdict->signer, &uris, &verdict->certificate,
                  &verdict->not_before, &verdict->not_after);
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

    g_variant_builder_init(&verdicts, G_VARIANT_TYPE("a" VERDICT_TYPE));
    for (guint i = 0; i < krrs->len; i++) {
        const Krr *krr = g_ptr_array_index(krrs, i);
        g_variant_builder_add_value(&verdicts, verdict_variant(&krr->signature.verdict));
    }
    return g_variant_new("(@aya" VERDICT_TYPE ")",
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
