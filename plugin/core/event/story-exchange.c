/* story-exchange.c
 * Offers and the KRRs that answer them on the same hop, frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-exchange.h"

#include "core/event/story-frames.h"

/* No answer comes later: timer C of RFC 3261 is more than three minutes. */
#define ANSWER_TIME (420 * STORY_SECOND)
/* Exchanges that wait for their answer, and those that have it. */
#define MAX_WAITING  65536
#define MAX_ANSWERED 131072
/* Repetitions of one message: an honest sender gives up after eleven. */
#define MAX_SIGHTINGS 32

/* An offer or a KRR in a message of an exchange. */
typedef struct Sighting {
    StoryFrame frame;
    guint place; /* in the frame */
} Sighting;

/* One SIP transaction on one hop. */
typedef struct Exchange {
    char *key;
    GArray *requests; /* of Sighting: with an offer */
    GArray *answers;  /* of Sighting: with a KRR */
    gint64 last_ns;   /* the time of the last of them */
    GList *waiting;   /* its place among those that wait; NULL: it has both */
} Exchange;

struct StoryExchanges {
    GHashTable *by_key;   /* key (borrowed) -> Exchange, owned */
    GHashTable *by_place; /* Sighting of an exchange, owned -> Exchange (borrowed) */
    GQueue waiting;       /* of Exchange (borrowed), in order of their first messages */
    guint answered;       /* how many have both */
};

static void exchange_free(gpointer data)
{
    Exchange *exchange = data;

    g_free(exchange->key);
    g_array_unref(exchange->requests);
    g_array_unref(exchange->answers);
    g_free(exchange);
}

static guint hash_sighting(gconstpointer data)
{
    const Sighting *sighting = data;

    return (guint)sighting->frame.number * 31 + sighting->place;
}

static gboolean equal_sightings(gconstpointer a, gconstpointer b)
{
    const Sighting *first = a;
    const Sighting *second = b;

    return first->frame.number == second->frame.number && first->place == second->place;
}

StoryExchanges *story_exchanges_new(void)
{
    StoryExchanges *exchanges = g_new0(StoryExchanges, 1);

    exchanges->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, exchange_free);
    exchanges->by_place = g_hash_table_new_full(hash_sighting, equal_sightings, g_free, NULL);
    g_queue_init(&exchanges->waiting);
    return exchanges;
}

void story_exchanges_free(StoryExchanges *exchanges)
{
    if (exchanges) {
        g_queue_clear(&exchanges->waiting);
        g_hash_table_unref(exchanges->by_place);
        g_hash_table_unref(exchanges->by_key);
        g_free(exchanges);
    }
}

static void forget_places(StoryExchanges *exchanges, const GArray *sightings)
{
    for (guint i = 0; i < sightings->len; i++) {
        g_hash_table_remove(exchanges->by_place, &g_array_index(sightings, Sighting, i));
    }
}

static void forget_old(StoryExchanges *exchanges, gint64 now_ns)
{
    for (Exchange *oldest = g_queue_peek_head(&exchanges->waiting);
         oldest &&
         (oldest->last_ns < now_ns - ANSWER_TIME || exchanges->waiting.length > MAX_WAITING);
         oldest = g_queue_peek_head(&exchanges->waiting)) {
        g_queue_pop_head(&exchanges->waiting);
        forget_places(exchanges, oldest->requests);
        forget_places(exchanges, oldest->answers);
        g_hash_table_remove(exchanges->by_key, oldest->key);
    }
}

static bool carries_offer(const StoryEvent *event)
{
    if (!story_sip_awaits_answer(&event->sip)) {
        return false;
    }
    for (guint i = 0; i < event->offers->len; i++) {
        const MikeyOffer *offer = g_ptr_array_index(event->offers, i);
        if (offer->data_type == MIKEY_DATA_TYPE_SAKKE) {
            return true;
        }
    }
    return false;
}

static bool carries_krr(const StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        if (story_event_krr(event, i)->document->krrs->len > 0) {
            return true;
        }
    }
    return false;
}

/* The exchange of a message, made where there is none; takes the key. */
static Exchange *exchange_of(StoryExchanges *exchanges, char *key)
{
    Exchange *exchange = g_hash_table_lookup(exchanges->by_key, key);

    if (exchange) {
        g_free(key);
        return exchange;
    }
    exchange = g_new0(Exchange, 1);
    exchange->key = key;
    exchange->requests = g_array_new(FALSE, FALSE, sizeof(Sighting));
    exchange->answers = g_array_new(FALSE, FALSE, sizeof(Sighting));
    exchange->last_ns = G_MININT64;
    g_hash_table_insert(exchanges->by_key, exchange->key, exchange);
    g_queue_push_tail(&exchanges->waiting, exchange);
    exchange->waiting = g_queue_peek_tail_link(&exchanges->waiting);
    return exchange;
}

static void exchange_add(StoryExchanges *exchanges, Exchange *exchange, GArray *sightings,
                         Sighting sighting)
{
    exchange->last_ns = MAX(exchange->last_ns, sighting.frame.time_ns);
    if (sightings->len < MAX_SIGHTINGS) {
        g_array_append_val(sightings, sighting);
        g_hash_table_insert(exchanges->by_place, g_memdup2(&sighting, sizeof sighting), exchange);
    }
    if (exchange->waiting && exchange->requests->len > 0 && exchange->answers->len > 0 &&
        exchanges->answered < MAX_ANSWERED) {
        g_queue_delete_link(&exchanges->waiting, exchange->waiting);
        exchange->waiting = NULL;
        exchanges->answered++;
    }
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* The key of an exchange: the same for all messages of a transaction on one hop. The ports do not count:
 * a response goes to the port that the Via names, which need not be that which the request came from.
 * To be freed. */
static char *key_of(const StoryEvent *event, bool request)
{
    return g_strdup_printf("%s\t%s\t%u\t%s\t%s\t%s", request ? event->source : event->destination,
                           request ? event->destination : event->source, event->sip.cseq,
                           or_empty(event->sip.method), or_empty(event->sip.call_id),
                           or_empty(event->sip.branch));
}

void story_exchanges_take(StoryExchanges *exchanges, const StoryEvent *event, guint place)
{
    const bool request = event->sip.status == 0;

    if (!event->has_sip || !(request ? carries_offer(event) : carries_krr(event))) {
        return;
    }
    Exchange *exchange = exchange_of(exchanges, key_of(event, request));
    exchange_add(exchanges, exchange, request ? exchange->requests : exchange->answers,
                 (Sighting){event->frame, place});
    forget_old(exchanges, event->frame.time_ns);
}

/* The exchange of an offer or a KRR. @param sighting  out: the one in that place; NULL where none is known */
static Exchange *find(const StoryExchanges *exchanges, guint64 frame, guint place,
                      const Sighting **sighting)
{
    const Sighting key = {.frame = {.number = frame}, .place = place};
    gpointer found = NULL;
    gpointer exchange = NULL;

    g_hash_table_lookup_extended(exchanges->by_place, &key, &found, &exchange);
    *sighting = found;
    return exchange;
}

/* The first sighting that is not before a time; NULL: there is none. */
static const StoryFrame *first_of(const GArray *sightings, gint64 since_ns)
{
    const StoryFrame *first = NULL;

    for (guint i = 0; i < sightings->len; i++) {
        const StoryFrame *frame = &g_array_index(sightings, Sighting, i).frame;
        if (frame->time_ns >= since_ns && (!first || story_frame_compare(frame, first) < 0)) {
            first = frame;
        }
    }
    return first;
}

static bool holds(const GArray *sightings, const Sighting *sighting)
{
    for (guint i = 0; i < sightings->len; i++) {
        if (equal_sightings(&g_array_index(sightings, Sighting, i), sighting)) {
            return true;
        }
    }
    return false;
}

const StoryFrame *story_exchanges_offer_of(const StoryExchanges *exchanges, guint64 frame,
                                           guint place, gint64 *delay_ns)
{
    const Sighting *answer;
    const Exchange *exchange = find(exchanges, frame, place, &answer);

    if (!exchange || !holds(exchange->answers, answer)) {
        return NULL;
    }
    const StoryFrame *request = first_of(exchange->requests, G_MININT64);
    if (!request || request->time_ns > answer->frame.time_ns) {
        return NULL;
    }
    *delay_ns = answer->frame.time_ns - request->time_ns;
    return request;
}

const StoryFrame *story_exchanges_answer_of(const StoryExchanges *exchanges, guint64 frame,
                                            guint place)
{
    const Sighting *request;
    const Exchange *exchange = find(exchanges, frame, place, &request);

    if (!exchange || !holds(exchange->requests, request)) {
        return NULL;
    }
    return first_of(exchange->answers, request->frame.time_ns);
}
