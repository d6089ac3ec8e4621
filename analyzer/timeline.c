/* timeline.c
 * The events of all captures, as one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "timeline.h"

struct Timeline {
    GPtrArray *events;     /* of StoryEvent */
    GHashTable *documents; /* digest of the body -> KrrDocument; the keys are the documents' own */
    GHashTable *offers;    /* digest -> MikeyOffer; likewise */
};

static void document_unref(gpointer data)
{
    krr_document_unref(data);
}

static void offer_unref(gpointer data)
{
    mikey_offer_unref(data);
}

static void event_free(gpointer data)
{
    story_event_free(data);
}

Timeline *timeline_new(void)
{
    Timeline *timeline = g_new(Timeline, 1);

    timeline->events = g_ptr_array_new_with_free_func(event_free);
    timeline->documents = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, document_unref);
    timeline->offers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offer_unref);
    return timeline;
}

void timeline_free(Timeline *timeline)
{
    if (!timeline)
        return;
    g_ptr_array_unref(timeline->events);
    g_hash_table_unref(timeline->documents);
    g_hash_table_unref(timeline->offers);
    g_free(timeline);
}

/* The same octets make the same document. */
static void share_document(Timeline *timeline, StoryKrrSeen *seen)
{
    KrrDocument *known = g_hash_table_lookup(timeline->documents, seen->document->body_digest);

    if (known) {
        krr_document_unref(seen->document);
        seen->document = krr_document_ref(known);
    } else {
        g_hash_table_insert(timeline->documents, seen->document->body_digest,
                            krr_document_ref(seen->document));
    }
}

static void share_offer(Timeline *timeline, gpointer *place)
{
    MikeyOffer *offer = *place;
    MikeyOffer *known = offer->digest ? g_hash_table_lookup(timeline->offers, offer->digest) : NULL;

    if (known) {
        mikey_offer_unref(offer);
        *place = mikey_offer_ref(known);
    } else if (offer->digest) {
        g_hash_table_insert(timeline->offers, offer->digest, mikey_offer_ref(offer));
    }
}

void timeline_add(Timeline *timeline, StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++)
        share_document(timeline, g_ptr_array_index(event->krrs, i));
    for (guint i = 0; i < event->offers->len; i++)
        share_offer(timeline, &g_ptr_array_index(event->offers, i));
    g_ptr_array_add(timeline->events, event);
}

static gint compare_events(gconstpointer a, gconstpointer b)
{
    const StoryFrame *left = &(*(const StoryEvent *const *)a)->frame;
    const StoryFrame *right = &(*(const StoryEvent *const *)b)->frame;

    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    if (left->capture != right->capture)
        return left->capture < right->capture ? -1 : 1;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return 0;
}

void timeline_tell(Timeline *timeline, Ledger *ledger)
{
    GPtrArray *events = timeline->events;

    g_ptr_array_sort(events, compare_events); /* stable: the messages of a frame keep their order */
    for (guint i = 0; i < events->len; i++)
        ledger_add(ledger, g_steal_pointer(&g_ptr_array_index(events, i)));
    g_ptr_array_set_size(events, 0);
    g_hash_table_remove_all(timeline->documents);
    g_hash_table_remove_all(timeline->offers);
}
