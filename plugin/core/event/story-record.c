/* story-record.c
 * Events of the story as octets, to be read again by another process of the same program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-record.h"

#include <string.h>

#include "core/event/story-time.h"

/* The numbers of an event are a row, as are those of each offer, of each KRR and of the HTTP in it. A
 * record is one array of rows of each kind. The structures below look in memory as GVariant stores these
 * types, so that an array is written and read as a whole. */
#define EVENT_ROWS "a(xxtuuuuuuuuuqq)"
#define OFFER_ROWS "a(xuuuuuu)"
#define KRR_ROWS   "a(tuu)"
#define HTTP_ROWS  "a(uuuuuu)"

typedef struct EventRow {
    gint64 time_ns;
    gint64 shift_ns;
    guint64 number;
    guint32 capture;
    guint32 status;
    guint32 cseq;
    guint32 cut_bodies;
    guint32 identities; /* how many: the texts that come next */
    guint32 offers;     /* how many: the rows of offers that come next */
    guint32 krrs;       /* likewise */
    guint32 flags;
    guint32 texts; /* bits: which of event_texts there are */
    guint16 source_port;
    guint16 destination_port;
} EventRow;

typedef struct OfferRow {
    gint64 time_ns;
    guint32 csb_id;
    guint32 data_type;
    guint32 signature;
    guint32 certificate;
    guint32 flags;
    guint32 texts; /* bits: which of offer_texts there are */
} OfferRow;

typedef struct KrrRow {
    guint64 place;
    guint32 carrier;
    guint32 texts; /* bits: which of document_texts there are */
} KrrRow;

typedef struct HttpRow {
    guint32 kind;
    guint32 stream;
    guint32 status;
    guint32 resource;
    guint32 flags;
    guint32
        texts; /* bits: which of http_texts there are; from KMS_TEXTS_SHIFT on, which of kms_texts */
} HttpRow;

G_STATIC_ASSERT(sizeof(EventRow) == 64);
G_STATIC_ASSERT(sizeof(OfferRow) == 32);
G_STATIC_ASSERT(sizeof(KrrRow) == 16);
G_STATIC_ASSERT(sizeof(HttpRow) == 24);

/* Flags of events, of offers, and of HTTP. */
#define FLAG_HAS_SIP (1u << 0)
#define FLAG_CUT     (1u << 1)
#define FLAG_OPAQUE  (1u << 2)
#define FLAG_HTTP    (1u << 3) /* the event has the row of HTTP that comes next */

#define FLAG_WHOLE          (1u << 0)
#define FLAG_HAS_TIME       (1u << 1)
#define FLAG_WITHOUT_HEADER (1u << 2)
#define FLAG_HEX_ID         (1u << 3)

#define FLAG_HAS_BODY     (1u << 0)
#define FLAG_MESSAGE      (1u << 1) /* there is a message; the flags that follow are its */
#define FLAG_RESPONSE     (1u << 2)
#define FLAG_BRINGS_CACHE (1u << 3)

/* Texts that may be NULL. In the record all texts stand one after the other, each with its zero: those
 * of an event, its identities, those of its offers, of its KRRs, and of its HTTP. */
static const gsize event_texts[] = {
    G_STRUCT_OFFSET(StoryEvent, source),      G_STRUCT_OFFSET(StoryEvent, destination),
    G_STRUCT_OFFSET(StoryEvent, sip.method),  G_STRUCT_OFFSET(StoryEvent, sip.call_id),
    G_STRUCT_OFFSET(StoryEvent, sip.branch),  G_STRUCT_OFFSET(StoryEvent, sip.from_tag),
    G_STRUCT_OFFSET(StoryEvent, sip.to_tag),  G_STRUCT_OFFSET(StoryEvent, sip.request_uri),
    G_STRUCT_OFFSET(StoryEvent, sip.contact),
};
static const gsize offer_texts[] = {
    G_STRUCT_OFFSET(MikeyOffer, digest),  G_STRUCT_OFFSET(MikeyOffer, idri),
    G_STRUCT_OFFSET(MikeyOffer, idrr),    G_STRUCT_OFFSET(MikeyOffer, idrkmsi),
    G_STRUCT_OFFSET(MikeyOffer, idrkmsr), G_STRUCT_OFFSET(MikeyOffer, uidi),
    G_STRUCT_OFFSET(MikeyOffer, uidr),    G_STRUCT_OFFSET(MikeyOffer, gmk_id),
};
static const gsize document_texts[] = {G_STRUCT_OFFSET(KrrDocument, body_digest)};
static const gsize http_texts[] = {G_STRUCT_OFFSET(StoryHttp, argument)};
static const gsize kms_texts[] = {
    G_STRUCT_OFFSET(KmsMessage, user),
    G_STRUCT_OFFSET(KmsMessage, kms),
    G_STRUCT_OFFSET(KmsMessage, request_url),
    G_STRUCT_OFFSET(KmsMessage, error),
};

#define KMS_TEXTS_SHIFT G_N_ELEMENTS(http_texts)

struct StoryRecordWriter {
    GArray *events; /* of EventRow */
    GArray *offers; /* of OfferRow */
    GArray *krrs;   /* of KrrRow */
    GArray *http;   /* of HttpRow */
    GByteArray *texts;
};

/* The rows of an array that are still to be read. */
typedef struct Rows {
    GVariant *variant; /* the array */
    gconstpointer next;
    gsize left;
} Rows;

struct StoryRecordReader {
    Rows events, offers, krrs, http, texts;
    GBytes *lender; /* the octets of the texts: events borrow them */
};

/* ---- writing ---- */

static EventRow event_row(const StoryEvent *event)
{
    return (EventRow){
        .time_ns = event->frame.time_ns,
        .shift_ns = event->shift_ns,
        .number = event->frame.number,
        .capture = event->frame.capture,
        .status = event->sip.status,
        .cseq = event->sip.cseq,
        .cut_bodies = event->cut_bodies,
        .identities = event->sip.identities->len,
        .offers = event->offers->len,
        .krrs = event->krrs->len,
        .source_port = event->source_port,
        .destination_port = event->destination_port,
        .flags = (event->has_sip ? FLAG_HAS_SIP : 0) | (event->cut ? FLAG_CUT : 0) |
                 (event->opaque ? FLAG_OPAQUE : 0) | (event->http ? FLAG_HTTP : 0),
    };
}

static OfferRow offer_row(const MikeyOffer *offer)
{
    const MikeySignature *signature = &offer->signature;

    return (OfferRow){
        .time_ns = offer->time_ns,
        .csb_id = offer->csb_id,
        .data_type = offer->data_type,
        .signature = signature->status,
        .certificate = signature->certificate,
        .flags = (offer->whole ? FLAG_WHOLE : 0) | (offer->has_time ? FLAG_HAS_TIME : 0) |
                 (signature->signing.without_header ? FLAG_WITHOUT_HEADER : 0) |
                 (signature->signing.hex_id ? FLAG_HEX_ID : 0),
    };
}

static void add_text(GByteArray *texts, const char *text)
{
    g_byte_array_append(texts, (const guint8 *)text, (guint)strlen(text) + 1);
}

/* @return which of the texts there are */
static guint32 add_texts(GByteArray *texts, gconstpointer from, const gsize *places, guint count)
{
    guint32 present = 0;

    for (guint i = 0; i < count; i++) {
        const char *text = G_STRUCT_MEMBER(const char *, from, places[i]);
        if (text) {
            present |= 1u << i;
            add_text(texts, text);
        }
    }
    return present;
}

StoryRecordWriter *story_record_writer_new(void)
{
    StoryRecordWriter *writer = g_new0(StoryRecordWriter, 1);

    writer->events = g_array_new(FALSE, FALSE, sizeof(EventRow));
    writer->offers = g_array_new(FALSE, FALSE, sizeof(OfferRow));
    writer->krrs = g_array_new(FALSE, FALSE, sizeof(KrrRow));
    writer->http = g_array_new(FALSE, FALSE, sizeof(HttpRow));
    writer->texts = g_byte_array_new();
    return writer;
}

void story_record_writer_free(StoryRecordWriter *writer)
{
    if (!writer) {
        return;
    }
    g_array_unref(writer->events);
    g_array_unref(writer->offers);
    g_array_unref(writer->krrs);
    g_array_unref(writer->http);
    g_byte_array_unref(writer->texts);
    g_free(writer);
}

static void add_offer(StoryRecordWriter *writer, const MikeyOffer *offer)
{
    OfferRow row = offer_row(offer);

    row.texts = add_texts(writer->texts, offer, offer_texts, G_N_ELEMENTS(offer_texts));
    g_array_append_val(writer->offers, row);
}

static void add_krr(StoryRecordWriter *writer, const StoryKrrSeen *seen, guint64 place)
{
    KrrRow row = {.place = place, .carrier = seen->carrier};

    row.texts =
        add_texts(writer->texts, seen->document, document_texts, G_N_ELEMENTS(document_texts));
    g_array_append_val(writer->krrs, row);
}

static void add_http(StoryRecordWriter *writer, const StoryHttp *http)
{
    const KmsMessage *message = http->message;
    HttpRow row = {
        .kind = http->kind,
        .stream = http->stream,
        .status = http->status,
        .resource = http->resource,
        .flags = http->has_body ? FLAG_HAS_BODY : 0,
    };

    row.texts = add_texts(writer->texts, http, http_texts, G_N_ELEMENTS(http_texts));
    if (message) {
        row.flags |= FLAG_MESSAGE | (message->is_response ? FLAG_RESPONSE : 0) |
                     (message->brings_cache ? FLAG_BRINGS_CACHE : 0);
        row.texts |= add_texts(writer->texts, message, kms_texts, G_N_ELEMENTS(kms_texts))
                     << KMS_TEXTS_SHIFT;
    }
    g_array_append_val(writer->http, row);
}

gsize story_record_writer_add(StoryRecordWriter *writer, const StoryEvent *event,
                              const guint64 *places)
{
    EventRow row = event_row(event);

    row.texts = add_texts(writer->texts, event, event_texts, G_N_ELEMENTS(event_texts));
    for (guint i = 0; i < event->sip.identities->len; i++) {
        add_text(writer->texts, g_ptr_array_index(event->sip.identities, i));
    }
    for (guint i = 0; i < event->offers->len; i++) {
        add_offer(writer, g_ptr_array_index(event->offers, i));
    }
    for (guint i = 0; i < event->krrs->len; i++) {
        add_krr(writer, g_ptr_array_index(event->krrs, i), places[i]);
    }
    if (event->http) {
        add_http(writer, event->http);
    }
    g_array_append_val(writer->events, row);
    return writer->events->len * sizeof(EventRow) + writer->offers->len * sizeof(OfferRow) +
           writer->krrs->len * sizeof(KrrRow) + writer->http->len * sizeof(HttpRow) +
           writer->texts->len;
}

/* Empties the array. */
static GVariant *take_rows(GArray *rows, const char *type)
{
    GVariant *variant =
        g_variant_new_fixed_array(g_variant_type_element((const GVariantType *)type), rows->data,
                                  rows->len, g_array_get_element_size(rows));

    g_array_set_size(rows, 0);
    return variant;
}

GVariant *story_record_writer_take(StoryRecordWriter *writer)
{
    GVariant *children[5];

    if (writer->events->len == 0) {
        return NULL;
    }
    children[0] = take_rows(writer->events, EVENT_ROWS);
    children[1] = take_rows(writer->offers, OFFER_ROWS);
    children[2] = take_rows(writer->krrs, KRR_ROWS);
    children[3] = take_rows(writer->http, HTTP_ROWS);
    children[4] =
        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, writer->texts->data, writer->texts->len, 1);
    g_byte_array_set_size(writer->texts, 0);
    return g_variant_new_tuple(children, G_N_ELEMENTS(children));
}

/* ---- reading ---- */

static Rows rows_of(GVariant *record, gsize child, gsize size)
{
    Rows rows = {.variant = g_variant_get_child_value(record, child)};

    rows.next = g_variant_get_fixed_array(rows.variant, &rows.left, size);
    return rows;
}

StoryRecordReader *story_record_reader_new(GVariant *record)
{
    StoryRecordReader *reader = g_new0(StoryRecordReader, 1);

    reader->events = rows_of(record, 0, sizeof(EventRow));
    reader->offers = rows_of(record, 1, sizeof(OfferRow));
    reader->krrs = rows_of(record, 2, sizeof(KrrRow));
    reader->http = rows_of(record, 3, sizeof(HttpRow));
    reader->texts = rows_of(record, 4, 1);
    reader->lender = g_variant_get_data_as_bytes(reader->texts.variant);
    return reader;
}

void story_record_reader_free(StoryRecordReader *reader)
{
    if (!reader) {
        return;
    }
    g_variant_unref(reader->events.variant);
    g_variant_unref(reader->offers.variant);
    g_variant_unref(reader->krrs.variant);
    g_variant_unref(reader->http.variant);
    g_variant_unref(reader->texts.variant);
    g_bytes_unref(reader->lender);
    g_free(reader);
}

/* @return NULL where there is none left; so it is where a damaged record announces too many */
static gconstpointer take_row(Rows *rows, gsize size)
{
    gconstpointer row = rows->next;

    if (rows->left == 0) {
        return NULL;
    }
    rows->next = (const guint8 *)row + size;
    rows->left--;
    return row;
}

/* @return NULL where there is none left */
static char *take_text(Rows *texts)
{
    const char *text = texts->next;
    const char *end = texts->left > 0 ? memchr(text, '\0', texts->left) : NULL;

    if (!end) {
        return NULL;
    }
    texts->left -= (gsize)(end - text) + 1;
    texts->next = end + 1;
    return (char *)text; /* nobody writes to it: an event only has no other way to point to it */
}

/* Texts that the event or offer only borrows. @return false where there are fewer than announced */
static bool take_texts(Rows *texts, gpointer to, const gsize *places, guint count, guint32 present)
{
    for (guint i = 0; i < count; i++) {
        if (present & 1u << i) {
            char *text = take_text(texts);
            if (!text) {
                return false;
            }
            G_STRUCT_MEMBER(char *, to, places[i]) = text;
        }
    }
    return true;
}

static void read_numbers(StoryEvent *event, const EventRow *row)
{
    event->frame = (StoryFrame){row->capture, row->number, story_time_bound(row->time_ns)};
    event->shift_ns = story_time_bound(row->shift_ns);
    event->sip.status = row->status;
    event->sip.cseq = row->cseq;
    event->cut_bodies = row->cut_bodies;
    event->source_port = row->source_port;
    event->destination_port = row->destination_port;
    event->has_sip = row->flags & FLAG_HAS_SIP;
    event->cut = row->flags & FLAG_CUT;
    event->opaque = row->flags & FLAG_OPAQUE;
}

static bool read_identities(StoryRecordReader *reader, StoryEvent *event, guint32 count)
{
    for (guint32 i = 0; i < count; i++) {
        char *identity = take_text(&reader->texts);
        if (!identity) {
            return false;
        }
        g_ptr_array_add(event->sip.identities, identity);
    }
    return true;
}

/* Offers outlive their events: their texts are copied. */
static MikeyOffer *read_offer(StoryRecordReader *reader)
{
    const OfferRow *row = take_row(&reader->offers, sizeof *row);
    MikeyOffer lent = {.data_type = 0}; /* only its texts are of interest */
    MikeyOffer *offer;

    if (!row ||
        !take_texts(&reader->texts, &lent, offer_texts, G_N_ELEMENTS(offer_texts), row->texts)) {
        return NULL;
    }
    offer = mikey_offer_new();
    for (guint i = 0; i < G_N_ELEMENTS(offer_texts); i++) {
        G_STRUCT_MEMBER(char *, offer, offer_texts[i]) =
            g_strdup(G_STRUCT_MEMBER(char *, &lent, offer_texts[i]));
    }
    offer->time_ns = story_time_bound(row->time_ns);
    offer->csb_id = row->csb_id;
    offer->data_type = (guint8)row->data_type;
    offer->whole = row->flags & FLAG_WHOLE;
    offer->has_time = row->flags & FLAG_HAS_TIME;
    /* Names are looked up by these. */
    offer->signature.status = MIN(row->signature, MIKEY_SIGNATURE_N_STATUSES - 1);
    offer->signature.certificate = MIN(row->certificate, KMS_CERTIFICATE_N_STATES - 1);
    offer->signature.signing.without_header = row->flags & FLAG_WITHOUT_HEADER;
    offer->signature.signing.hex_id = row->flags & FLAG_HEX_ID;
    return offer;
}

static bool read_offers(StoryRecordReader *reader, StoryEvent *event, guint32 count)
{
    for (guint32 i = 0; i < count; i++) {
        MikeyOffer *offer = read_offer(reader);
        if (!offer) {
            return false;
        }
        g_ptr_array_add(event->offers, offer);
        /* By its digest the ledger looks it up. */
        if (offer->data_type == MIKEY_DATA_TYPE_SAKKE && !offer->digest) {
            return false;
        }
    }
    return true;
}

static bool read_krrs(StoryRecordReader *reader, StoryEvent *event, guint32 count,
                      StoryRecordBody body, gpointer data)
{
    for (guint32 i = 0; i < count; i++) {
        const KrrRow *row = take_row(&reader->krrs, sizeof *row);
        const char *digest = row ? take_text(&reader->texts) : NULL;
        g_autoptr(KrrDocument) document = NULL;
        if (!digest || row->carrier >= STORY_N_CARRIERS) {
            return false;
        }
        document = body(row->place, digest, data);
        if (!document) {
            return false;
        }
        story_event_add_krr(event, document, row->carrier);
    }
    return true;
}

/* Few events are of HTTP: their texts are copied. */
static bool copy_texts(StoryRecordReader *reader, gpointer to, const gsize *places, guint count,
                       guint32 present)
{
    for (guint i = 0; i < count; i++) {
        if (present & 1u << i) {
            const char *text = take_text(&reader->texts);
            if (!text) {
                return false;
            }
            G_STRUCT_MEMBER(char *, to, places[i]) = g_strdup(text);
        }
    }
    return true;
}

static bool read_http(StoryRecordReader *reader, StoryEvent *event, bool present)
{
    const HttpRow *row = present ? take_row(&reader->http, sizeof *row) : NULL;

    if (!row) {
        return !present;
    }
    StoryHttp *http = story_event_add_http(event, MIN(row->kind, STORY_HTTP_N_KINDS - 1));
    http->stream = row->stream;
    http->status = row->status;
    http->resource = MIN(row->resource, KMS_N_RESOURCES - 1);
    http->has_body = row->flags & FLAG_HAS_BODY;
    if (!copy_texts(reader, http, http_texts, G_N_ELEMENTS(http_texts), row->texts)) {
        return false;
    }
    if (!(row->flags & FLAG_MESSAGE)) {
        return true;
    }
    http->message = g_new0(KmsMessage, 1);
    http->message->is_response = row->flags & FLAG_RESPONSE;
    http->message->brings_cache = row->flags & FLAG_BRINGS_CACHE;
    return copy_texts(reader, http->message, kms_texts, G_N_ELEMENTS(kms_texts),
                      row->texts >> KMS_TEXTS_SHIFT);
}

static bool read_event(StoryRecordReader *reader, StoryEvent *event, const EventRow *row,
                       StoryRecordBody body, gpointer data)
{
    read_numbers(event, row);
    return take_texts(&reader->texts, event, event_texts, G_N_ELEMENTS(event_texts), row->texts) &&
           read_identities(reader, event, row->identities) &&
           read_offers(reader, event, row->offers) &&
           read_krrs(reader, event, row->krrs, body, data) &&
           read_http(reader, event, row->flags & FLAG_HTTP) &&
           /* Nobody asks a message whether it came from anywhere. */
           (!(event->has_sip || event->http) || (event->source && event->destination));
}

StoryEvent *story_record_reader_next(StoryRecordReader *reader, StoryRecordBody body, gpointer data,
                                     GError **error)
{
    const EventRow *row = take_row(&reader->events, sizeof *row);
    g_autoptr(StoryEvent) event = NULL;

    if (!row) {
        return NULL;
    }
    event = story_event_new_lent(reader->lender);
    if (!read_event(reader, event, row, body, data)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "a record is damaged");
        return NULL;
    }
    return g_steal_pointer(&event);
}
