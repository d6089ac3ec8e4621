/* timeline.c
 * The events of all captures, as one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "timeline.h"

struct Timeline {
    Ledger *ledger;
    GSequence *events;     /* of StoryEvent, in order */
    GHashTable *documents; /* digest of the body -> KrrDocument; the keys are the documents' own */
    GHashTable *offers;    /* digest -> MikeyOffer; likewise */
    gsize octets;          /* about what the events take; counted while streaming */
    bool streaming;
};

static void document_unref(gpointer data)
{
    krr_document_unref(data);
}

static void offer_unref(gpointer data)
{
    mikey_offer_unref(data);
}

static void event_free(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    story_event_free(data);
}

Timeline *timeline_new(Ledger *ledger, bool streaming)
{
    Timeline *timeline = g_new0(Timeline, 1);

    timeline->ledger = ledger;
    timeline->streaming = streaming;
    timeline->events = g_sequence_new(NULL);
    timeline->documents = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, document_unref);
    timeline->offers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offer_unref);
    return timeline;
}

void timeline_free(Timeline *timeline)
{
    if (!timeline)
        return;
    g_sequence_foreach(timeline->events, event_free, NULL);
    g_sequence_free(timeline->events);
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

static gint compare_frames(const StoryFrame *left, const StoryFrame *right)
{
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    if (left->capture != right->capture)
        return left->capture < right->capture ? -1 : 1;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return 0;
}

static gint compare_events(gconstpointer left, gconstpointer right, gpointer data G_GNUC_UNUSED)
{
    return compare_frames(&((const StoryEvent *)left)->frame, &((const StoryEvent *)right)->frame);
}

static const StoryFrame *frame_at(GSequenceIter *place)
{
    return &((const StoryEvent *)g_sequence_get(place))->frame;
}

static void tell_first(Timeline *timeline)
{
    GSequenceIter *place = g_sequence_get_begin_iter(timeline->events);
    StoryEvent *event = g_sequence_get(place);

    g_sequence_remove(place);
    if (timeline->streaming)
        timeline->octets -= story_event_weight(event);
    ledger_add(timeline->ledger, event);
}

static void tell_until(Timeline *timeline, gint64 time_ns)
{
    while (!g_sequence_is_empty(timeline->events) &&
           frame_at(g_sequence_get_begin_iter(timeline->events))->time_ns < time_ns)
        tell_first(timeline);
}

/* The dissector has verified them; what follows asks for their facts alone. */
static void drop_trees(StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++)
        krr_document_drop_tree(((StoryKrrSeen *)g_ptr_array_index(event->krrs, i))->document);
}

void timeline_add(Timeline *timeline, StoryEvent *event)
{
    drop_trees(event);
    /* What is told soon the ledger keeps once by itself. */
    if (!timeline->streaming) {
        for (guint i = 0; i < event->krrs->len; i++)
            share_document(timeline, g_ptr_array_index(event->krrs, i));
        for (guint i = 0; i < event->offers->len; i++)
            share_offer(timeline, &g_ptr_array_index(event->offers, i));
    }
    /* Behind its equals: the messages of a frame keep their order. */
    g_sequence_insert_sorted(timeline->events, event, compare_events, NULL);
    if (timeline->streaming) {
        timeline->octets += story_event_weight(event);
        while (timeline->octets > (gsize)TIMELINE_MAX_MIB * 1024 * 1024)
            tell_first(timeline);
    }
    if (timeline->streaming && !g_sequence_is_empty(timeline->events)) {
        GSequenceIter *end = g_sequence_get_end_iter(timeline->events);
        tell_until(timeline, frame_at(g_sequence_iter_prev(end))->time_ns - TIMELINE_DISORDER_NS);
    }
}

void timeline_finish(Timeline *timeline)
{
    while (!g_sequence_is_empty(timeline->events))
        tell_first(timeline);
    g_hash_table_remove_all(timeline->documents);
    g_hash_table_remove_all(timeline->offers);
}
