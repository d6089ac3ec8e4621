/* kms-traffic.c
 * What users asked of their KMS, and what it answered
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/kms-traffic.h"

#include <string.h>

#include "core/event/story-frames.h"
#include "core/stores/hop-table.h"

#define MAX_OCTETS ((gsize)KMS_TRAFFIC_MAX_MIB * 1024 * 1024)
/* What an exchange takes, with what the rules take for it: most where each is of another user. */
#define EXCHANGE_OCTETS (sizeof(KmsExchange) + 768)
/* Requests of one connection that wait for their answers. */
#define MAX_PENDING 256

/* A connection of HTTP or TLS, in one capture. An end is 0 or 1. */
typedef struct Connection {
    char *key;
    GRefString *ends[2]; /* addresses */
    gint64 first_ns;     /* the time of its first message */
    guint client;        /* the end that sends requests, where has_client */
    bool has_client;     /* a request was seen */
    bool was_readable;   /* a message could be read */
    bool was_hidden;     /* TLS was seen in which no message could be read */
    StoryFrame hidden;   /* the last frame of that */
    GQueue pending;    /* requests of HTTP/1 without an answer so far: of KmsExchange (borrowed), or
                              NULL for a request that is not to a KMS */
    bool lost_pending; /* there were too many of these: answers may be to forgotten ones */
    GHashTable *exchanges; /* requests of HTTP/2: stream -> KmsExchange (borrowed); NULL: none */
    GList *place;          /* in KmsTraffic.by_silence */
} Connection;

/* A hop on which something was hidden. */
typedef struct HiddenHop {
    HopKey key;
    StoryFrame last;
} HiddenHop;

struct KmsTraffic {
    GPtrArray *exchanges; /* of KmsExchange */
    gsize octets;         /* about what they take */
    guint64 left_out;
    GHashTable *uploads;     /* StoryKrr (borrowed) -> GPtrArray of KmsExchange (borrowed) */
    GHashTable *connections; /* key (borrowed) -> Connection, owned */
    GQueue by_silence; /* of Connection (borrowed), the one that was silent for longest first */
    GHashTable *hidden_hops; /* set of HiddenHop, owned: of forgotten connections, and of answers
                                whose request was not seen */
    bool forgot_hidden;      /* there were too many of these */
};

/* ---- ownership ---- */

static void exchange_free(gpointer data)
{
    KmsExchange *exchange = data;

    g_ref_string_release(exchange->client);
    g_ref_string_release(exchange->server);
    g_free(exchange->argument);
    g_clear_pointer(&exchange->user, g_ref_string_release);
    g_clear_pointer(&exchange->kms, g_ref_string_release);
    g_clear_pointer(&exchange->krrs, g_ptr_array_unref);
    g_free(exchange->error);
    g_free(exchange);
}

static void connection_free(gpointer data)
{
    Connection *connection = data;

    g_free(connection->key);
    g_ref_string_release(connection->ends[0]);
    g_ref_string_release(connection->ends[1]);
    g_queue_clear(&connection->pending);
    g_clear_pointer(&connection->exchanges, g_hash_table_unref);
    g_free(connection);
}

static void hidden_hop_free(gpointer data)
{
    HiddenHop *hop = data;

    hop_key_clear(&hop->key);
    g_free(hop);
}

KmsTraffic *kms_traffic_new(void)
{
    KmsTraffic *traffic = g_new0(KmsTraffic, 1);

    traffic->exchanges = g_ptr_array_new_with_free_func(exchange_free);
    traffic->uploads = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    traffic->connections = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, connection_free);
    g_queue_init(&traffic->by_silence);
    traffic->hidden_hops =
        g_hash_table_new_full(hop_key_hash, hop_key_equal, hidden_hop_free, NULL);
    return traffic;
}

void kms_traffic_free(KmsTraffic *traffic)
{
    if (traffic) {
        g_queue_clear(&traffic->by_silence);
        g_hash_table_unref(traffic->connections);
        g_hash_table_unref(traffic->uploads);
        g_hash_table_unref(traffic->hidden_hops);
        g_ptr_array_unref(traffic->exchanges);
        g_free(traffic);
    }
}

/* ---- what is hidden ---- */

static void note_hidden(KmsTraffic *traffic, const Connection *connection, const StoryFrame *frame)
{
    const HopKey key = hop_key(connection->ends[0], connection->ends[1]);
    HiddenHop *hop = g_hash_table_lookup(traffic->hidden_hops, &key);

    if (hop) {
        hop->last = story_frame_compare(&hop->last, frame) < 0 ? *frame : hop->last;
    } else if (g_hash_table_size(traffic->hidden_hops) >= KMS_TRAFFIC_MAX_HOPS) {
        traffic->forgot_hidden = true;
    } else {
        hop = g_new(HiddenHop, 1);
        *hop = (HiddenHop){hop_key_keep(&key), *frame};
        g_hash_table_add(traffic->hidden_hops, hop);
    }
}

/* Where a message could be read, the rest of the TLS was its handshake or the like. */
static bool is_hidden(const Connection *connection)
{
    return connection->was_hidden && !connection->was_readable;
}

/* ---- connections ---- */

static void forget_silent_connections(KmsTraffic *traffic)
{
    while (traffic->by_silence.length > KMS_TRAFFIC_MAX_CONNECTIONS) {
        const Connection *oldest = g_queue_pop_head(&traffic->by_silence);
        if (is_hidden(oldest)) {
            note_hidden(traffic, oldest, &oldest->hidden);
        }
        g_hash_table_remove(traffic->connections, oldest->key);
    }
}

static Connection *connection_new(const StoryEvent *event, char *key, bool swapped)
{
    Connection *connection = g_new0(Connection, 1);

    connection->key = key;
    connection->first_ns = event->frame.time_ns;
    connection->ends[swapped] = g_ref_string_new_intern(event->source);
    connection->ends[!swapped] = g_ref_string_new_intern(event->destination);
    g_queue_init(&connection->pending);
    return connection;
}

/* The connection of an event, made where there is none.
 *  @param sender  out: which of its ends sent it */
static Connection *connection_of(KmsTraffic *traffic, const StoryEvent *event, guint *sender)
{
    int order = strcmp(event->source, event->destination);
    bool swapped = order != 0 ? order > 0 : event->source_port > event->destination_port;
    g_autofree char *key =
        swapped ? g_strdup_printf("%u %s %u %s %u", event->frame.capture, event->destination,
                                  event->destination_port, event->source, event->source_port)
                : g_strdup_printf("%u %s %u %s %u", event->frame.capture, event->source,
                                  event->source_port, event->destination, event->destination_port);
    Connection *connection = g_hash_table_lookup(traffic->connections, key);

    *sender = swapped;
    if (connection) {
        g_queue_unlink(&traffic->by_silence, connection->place);
        g_queue_push_tail_link(&traffic->by_silence, connection->place);
        return connection;
    }
    connection = connection_new(event, g_steal_pointer(&key), swapped);
    g_hash_table_insert(traffic->connections, connection->key, connection);
    g_queue_push_tail(&traffic->by_silence, connection);
    connection->place = g_queue_peek_tail_link(&traffic->by_silence);
    forget_silent_connections(traffic);
    return connection;
}

/* In HTTP/2 the heads of requests tell who asks. */
static bool is_from_client(const Connection *connection, guint sender)
{
    return connection->has_client && connection->client == sender;
}

/* ---- requests ---- */

static bool is_for_kms(const StoryHttp *http, const GPtrArray *krrs)
{
    return http->resource != KMS_RESOURCE_NONE || krrs ||
           (http->message && !http->message->is_response);
}

static gsize message_weight(const KmsMessage *message)
{
    return message ? story_text_weight(message->user) + story_text_weight(message->kms) : 0;
}

static void add_upload(KmsTraffic *traffic, const StoryKrr *krr, KmsExchange *exchange)
{
    GPtrArray *uploads = g_hash_table_lookup(traffic->uploads, krr);

    if (!uploads) {
        uploads = g_ptr_array_new();
        g_hash_table_insert(traffic->uploads, (gpointer)krr, uploads);
    }
    if (uploads->len == 0 || g_ptr_array_index(uploads, uploads->len - 1) != exchange) {
        g_ptr_array_add(uploads, exchange);
        traffic->octets += sizeof(gpointer);
    }
}

/* Notes what is uploaded, with what it embeds. */
static void take_uploads(KmsTraffic *traffic, KmsExchange *exchange, GPtrArray *krrs)
{
    exchange->krrs = g_ptr_array_ref(krrs);
    traffic->octets += krrs->len * sizeof(gpointer);
    for (guint i = 0; i < krrs->len; i++) {
        /* The depth is bounded by KRR_MAX_DEPTH. */
        for (const StoryKrr *krr = story_krr_at(krrs, i); krr; krr = krr->embeds) {
            add_upload(traffic, krr, exchange);
        }
    }
}

/* What the body of a request says. */
static void take_request_body(KmsTraffic *traffic, KmsExchange *exchange, const StoryEvent *event,
                              GPtrArray *krrs, bool whole)
{
    const KmsMessage *message = event->http->message;

    exchange->unread = (event->http->has_body && !message) || !whole || event->cut;
    if (message && !message->is_response) {
        if (message->user && !exchange->user) {
            exchange->user = g_ref_string_new_intern(message->user);
        }
        if (message->kms && !exchange->kms) {
            exchange->kms = g_ref_string_new_intern(message->kms);
        }
    }
    if (krrs && !exchange->krrs) {
        take_uploads(traffic, exchange, krrs);
    }
    traffic->octets += message_weight(message);
}

/* @return NULL where there is no room for it */
static KmsExchange *exchange_new(KmsTraffic *traffic, const Connection *connection,
                                 const StoryEvent *event, GPtrArray *krrs, bool whole)
{
    const StoryHttp *http = event->http;

    if (traffic->exchanges->len >= KMS_TRAFFIC_MAX_EXCHANGES || traffic->octets >= MAX_OCTETS) {
        traffic->left_out++;
        return NULL;
    }
    KmsExchange *exchange = g_new0(KmsExchange, 1);
    exchange->client = g_ref_string_new_intern(event->source);
    exchange->server = g_ref_string_new_intern(event->destination);
    exchange->resource = http->resource;
    exchange->argument = g_strdup(http->argument);
    exchange->request = event->frame;
    exchange->connected_ns = connection->first_ns;
    traffic->octets += EXCHANGE_OCTETS + story_text_weight(http->argument);
    take_request_body(traffic, exchange, event, krrs, whole);
    g_ptr_array_add(traffic->exchanges, exchange);
    return exchange;
}

static void wait_for_answer(Connection *connection, KmsExchange *exchange, guint32 stream)
{
    if (stream == 0) {
        if (connection->pending.length >= MAX_PENDING) {
            g_queue_clear(&connection->pending);
            connection->lost_pending = true;
        }
        g_queue_push_tail(&connection->pending, exchange);
        return;
    }
    if (!exchange) {
        return; /* in HTTP/2 only requests to a KMS have to be found by their answers */
    }
    if (!connection->exchanges) {
        connection->exchanges = g_hash_table_new(NULL, NULL);
    }
    g_hash_table_replace(connection->exchanges, GUINT_TO_POINTER(stream), exchange);
}

static void take_request(KmsTraffic *traffic, Connection *connection, guint sender,
                         const StoryEvent *event, GPtrArray *krrs, bool whole)
{
    KmsExchange *exchange = is_for_kms(event->http, krrs)
                                ? exchange_new(traffic, connection, event, krrs, whole)
                                : NULL;

    connection->has_client = true;
    connection->client = sender;
    wait_for_answer(connection, exchange, event->http->stream);
}

/* ---- answers ---- */

/* Does an answer name this request as the one that it answers? False also where it names none. */
static bool names_request(const KmsMessage *message, const KmsExchange *exchange)
{
    g_autofree char *argument = NULL;
    KmsResource resource = message && message->request_url
                               ? kms_resource_parse(message->request_url, &argument)
                               : KMS_RESOURCE_NONE;

    return exchange && resource != KMS_RESOURCE_NONE && resource == exchange->resource &&
           g_strcmp0(argument, exchange->argument) == 0;
}

/* Does an answer name another request to a KMS? */
static bool names_another_request(const KmsMessage *message, const KmsExchange *exchange)
{
    g_autofree char *argument = NULL;

    return message && message->request_url &&
           kms_resource_parse(message->request_url, &argument) != KMS_RESOURCE_NONE &&
           !names_request(message, exchange);
}

/* The request that a response of HTTP/1 answers: the first that waits, unless the response names another
 * one. Takes it, and those before it, from those that wait.
 * @param certain  out: no other request can be meant
 * @return NULL where there is none, or it is not to a KMS */
static KmsExchange *take_answered(KmsTraffic *traffic, Connection *connection,
                                  const StoryEvent *event, bool *certain)
{
    const KmsMessage *message = event->http->message;
    bool only = connection->pending.length == 1 && !connection->lost_pending;

    for (GList *place = connection->pending.head; place; place = place->next) {
        KmsExchange *exchange = place->data;
        if (names_request(message, exchange) ||
            (place == connection->pending.head && !names_another_request(message, exchange))) {
            *certain = only || names_request(message, exchange);
            while (connection->pending.head != place) {
                g_queue_pop_head(&connection->pending); /* this one's answer was not seen */
            }
            g_queue_pop_head(&connection->pending);
            return exchange;
        }
    }
    note_hidden(traffic, connection, &event->frame); /* its request was not seen */
    return NULL;
}

static void take_answer_body(KmsTraffic *traffic, KmsExchange *exchange, const KmsMessage *message)
{
    if (!message || !message->is_response) {
        return;
    }
    exchange->brings_cache = exchange->brings_cache || message->brings_cache;
    if (message->error && !exchange->error) {
        exchange->error = g_strdup(message->error);
        exchange->answer = KMS_ANSWER_REFUSED;
        traffic->octets += story_text_weight(message->error);
    }
}

static KmsExchange *exchange_of_stream(const Connection *connection, guint32 stream)
{
    return connection->exchanges
               ? g_hash_table_lookup(connection->exchanges, GUINT_TO_POINTER(stream))
               : NULL;
}

static void take_response(KmsTraffic *traffic, Connection *connection, const StoryEvent *event)
{
    const StoryHttp *http = event->http;
    bool certain = true;

    if (http->status < 200) {
        return; /* the answer is yet to come */
    }
    KmsExchange *exchange = http->stream > 0 ? exchange_of_stream(connection, http->stream)
                                             : take_answered(traffic, connection, event, &certain);
    if (!exchange || exchange->answer != KMS_ANSWER_NONE) {
        return;
    }
    exchange->answer = http->status < 300 ? KMS_ANSWER_GRANTED : KMS_ANSWER_REFUSED;
    exchange->response = event->frame;
    exchange->status = http->status;
    exchange->certain = certain;
    take_answer_body(traffic, exchange, http->message);
}

/* What follows the head in HTTP/2, in either direction. */
static void take_body(KmsTraffic *traffic, Connection *connection, guint sender,
                      const StoryEvent *event, GPtrArray *krrs, bool whole)
{
    KmsExchange *exchange = exchange_of_stream(connection, event->http->stream);

    if (!exchange) {
        return;
    }
    if (is_from_client(connection, sender)) {
        take_request_body(traffic, exchange, event, krrs, whole);
    } else {
        take_answer_body(traffic, exchange, event->http->message);
    }
}

/* ---- all ---- */

void kms_traffic_take(KmsTraffic *traffic, const StoryEvent *event, GPtrArray *krrs, bool whole)
{
    guint sender;
    Connection *connection = connection_of(traffic, event, &sender);

    connection->was_readable = connection->was_readable || event->http->kind != STORY_HTTP_HIDDEN;
    switch (event->http->kind) {
    case STORY_HTTP_REQUEST:
        take_request(traffic, connection, sender, event, krrs, whole);
        break;
    case STORY_HTTP_RESPONSE:
        take_response(traffic, connection, event);
        break;
    case STORY_HTTP_BODY:
        take_body(traffic, connection, sender, event, krrs, whole);
        break;
    case STORY_HTTP_HIDDEN:
    case STORY_HTTP_N_KINDS:
        connection->was_hidden = true;
        connection->hidden = event->frame;
        break;
    }
}

const GPtrArray *kms_traffic_exchanges(const KmsTraffic *traffic)
{
    return traffic->exchanges;
}

const GPtrArray *kms_traffic_uploads(const KmsTraffic *traffic, const StoryKrr *krr)
{
    return g_hash_table_lookup(traffic->uploads, krr);
}

guint64 kms_traffic_left_out(const KmsTraffic *traffic)
{
    return traffic->left_out;
}

bool kms_traffic_knows_hidden(const KmsTraffic *traffic)
{
    return !traffic->forgot_hidden && traffic->left_out == 0;
}

void kms_traffic_each_hidden(const KmsTraffic *traffic, KmsHiddenVisitor visitor, gpointer data)
{
    GHashTableIter iterator;
    gpointer item;

    for (const GList *place = traffic->by_silence.head; place; place = place->next) {
        const Connection *connection = place->data;
        if (is_hidden(connection)) {
            visitor(connection->ends[0], connection->ends[1], &connection->hidden, data);
        }
    }
    g_hash_table_iter_init(&iterator, traffic->hidden_hops);
    while (g_hash_table_iter_next(&iterator, &item, NULL)) {
        const HiddenHop *hop = item;
        visitor(hop->key.lesser, hop->key.greater, &hop->last, data);
    }
}
