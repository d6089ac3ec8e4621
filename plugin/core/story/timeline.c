/* timeline.c
 * The events of one capture, in the order of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/timeline.h"

#include "core/event/story-frames.h"

/* An event that waits. */
typedef struct Waiting {
    StoryEvent *event;
    gsize octets; /* about what it takes */
} Waiting;

struct Timeline {
    Ledger *ledger;
    GSequence *events; /* of Waiting, in order */
    gsize octets;      /* of all of them */
};

static void waiting_free(gpointer data)
{
    Waiting *waiting = data;

    story_event_free(waiting->event);
    g_free(waiting);
}

Timeline *timeline_new(Ledger *ledger)
{
    Timeline *timeline = g_new0(Timeline, 1);

    timeline->ledger = ledger;
    timeline->events = g_sequence_new(waiting_free);
    return timeline;
}

void timeline_free(Timeline *timeline)
{
    if (!timeline) {
        return;
    }
    g_sequence_free(timeline->events);
    g_free(timeline);
}

static gint compare_events(gconstpointer left, gconstpointer right, gpointer data G_GNUC_UNUSED)
{
    return story_frame_compare(&((const Waiting *)left)->event->frame,
                               &((const Waiting *)right)->event->frame);
}

static const StoryFrame *frame_at(GSequenceIter *place)
{
    return &((const Waiting *)g_sequence_get(place))->event->frame;
}

/* Gives the ledger the earliest event. */
static void pass_on_first(Timeline *timeline)
{
    GSequenceIter *place = g_sequence_get_begin_iter(timeline->events);
    Waiting *first = g_sequence_get(place);
    StoryEvent *event = g_steal_pointer(&first->event);

    timeline->octets -= first->octets;
    g_sequence_remove(place);
    ledger_add(timeline->ledger, event);
}

/* Gives the ledger the events before a time. */
static void pass_on_before(Timeline *timeline, gint64 time_ns)
{
    while (!g_sequence_is_empty(timeline->events) &&
           frame_at(g_sequence_get_begin_iter(timeline->events))->time_ns < time_ns) {
        pass_on_first(timeline);
    }
}

/* The dissector has verified the KRRs; from now on only their facts are asked for, not their trees. */
static void drop_origins(StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        krr_document_drop_origin(story_event_krr(event, i)->document);
    }
}

void timeline_add(Timeline *timeline, StoryEvent *event)
{
    Waiting *waiting = g_new(Waiting, 1);

    drop_origins(event);
    *waiting = (Waiting){event, story_event_weight(event)};
    timeline->octets += waiting->octets;
    /* Behind its equals: the messages of a frame keep their order. */
    g_sequence_insert_sorted(timeline->events, waiting, compare_events, NULL);
    while (timeline->octets > (gsize)TIMELINE_MAX_MIB * 1024 * 1024) {
        pass_on_first(timeline);
    }
    if (!g_sequence_is_empty(timeline->events)) {
        GSequenceIter *end = g_sequence_get_end_iter(timeline->events);

        pass_on_before(timeline,
                       frame_at(g_sequence_iter_prev(end))->time_ns - TIMELINE_DISORDER_NS);
    }
}

void timeline_finish(Timeline *timeline)
{
    while (!g_sequence_is_empty(timeline->events)) {
        pass_on_first(timeline);
    }
}
