/* join-ahead.c
 * A join that reads on in a thread of its own while what it told is being digested
 *
 * Between the threads there are a few batches of what is told. They go round: full ones to who is
 * told, emptied ones back. So neither thread waits for the other at each event, and the reader can
 * be ahead by no more than these batches hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/jobs/join-ahead.h"

#include <libxml/parser.h>

/* Batches, the events in each, and about how much memory those in one may take; one event may
 * exceed that alone. */
#define BATCHES          4
#define MAX_BATCH        1024
#define MAX_BATCH_OCTETS (1024 * 1024)

/* About how much a document takes in memory for each octet of its body. */
#define DOCUMENT_FACTOR 8

/* Something that is told: an event, or trouble with a capture. */
typedef struct Told {
    StoryEvent *event; /* NULL: trouble */
    guint32 capture;
    char *why;
} Told;

typedef struct Batch {
    GArray *told; /* of Told */
    gsize octets; /* about what its events take */
    bool last;    /* nothing follows */
} Batch;

typedef struct Ahead {
    Join *join;
    GAsyncQueue *full; /* of Batch */
    GAsyncQueue *empty;
    Batch *filling; /* the reader's; NULL: none */
    gint stopped;   /* atomic */
} Ahead;

static void told_clear(Told *told)
{
    g_clear_pointer(&told->event, story_event_free);
    g_clear_pointer(&told->why, g_free);
}

static Batch *batch_new(void)
{
    Batch *batch = g_new0(Batch, 1);

    batch->told = g_array_sized_new(FALSE, FALSE, sizeof(Told), MAX_BATCH);
    g_array_set_clear_func(batch->told, (GDestroyNotify)told_clear);
    return batch;
}

static void batch_free(gpointer data)
{
    Batch *batch = data;

    g_array_unref(batch->told);
    g_free(batch);
}

/* ---- in the thread that reads ---- */

static void pass_on(Ahead *ahead)
{
    g_async_queue_push(ahead->full, g_steal_pointer(&ahead->filling));
}

static void hand_over(Ahead *ahead, Told told, gsize octets)
{
    if (!ahead->filling) {
        ahead->filling = g_async_queue_pop(ahead->empty);
    }
    g_array_append_val(ahead->filling->told, told);
    ahead->filling->octets += octets;
    if (ahead->filling->told->len >= MAX_BATCH || ahead->filling->octets >= MAX_BATCH_OCTETS) {
        pass_on(ahead);
    }
}

/* Only what never changes may be read of a document here: it may also be in an earlier event, whose
 * receiver may be changing it in the other thread. */
static gsize weigh(const StoryEvent *event)
{
    gsize weight = story_event_own_weight(event);

    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = g_ptr_array_index(event->krrs, i);

        weight += DOCUMENT_FACTOR * seen->document->length;
    }
    return weight;
}

static void add_event(StoryEvent *event, gpointer data)
{
    hand_over(data, (Told){.event = event}, weigh(event));
}

static void add_trouble(guint32 capture, const char *why, gpointer data)
{
    hand_over(data, (Told){.capture = capture, .why = g_strdup(why)}, 0);
}

static bool is_stopped(gpointer data)
{
    Ahead *ahead = data;

    return g_atomic_int_get(&ahead->stopped);
}

static gpointer read_on(gpointer data)
{
    static const JoinCalls calls = {add_event, add_trouble, is_stopped};
    Ahead *ahead = data;

    join_run(ahead->join, &calls, ahead);
    if (!ahead->filling) {
        ahead->filling = g_async_queue_pop(ahead->empty);
    }
    ahead->filling->last = true;
    pass_on(ahead);
    return NULL;
}

/* ---- in the thread that is told ---- */

typedef struct Listener {
    const JoinCalls *calls;
    gpointer data;
    guint told;
    bool stopped;
} Listener;

static void tell(Listener *listener, Told *told)
{
    if (!told->event) {
        listener->calls->trouble(told->capture, told->why, listener->data);
    } else {
        listener->calls->event(g_steal_pointer(&told->event), listener->data);
    }
}

static void tell_batch(Listener *listener, Batch *batch)
{
    for (guint i = 0; i < batch->told->len && !listener->stopped; i++) {
        if (listener->told++ % JOIN_STOP_INTERVAL == 0) {
            listener->stopped = listener->calls->stop(listener->data);
        }
        if (!listener->stopped) {
            tell(listener, &g_array_index(batch->told, Told, i));
        }
    }
    g_array_set_size(batch->told, 0);
    batch->octets = 0;
}

/* When the join is stopped, batches must still go round, or the reader would wait for ever. */
static void listen_to_end(Ahead *ahead, Listener *listener)
{
    bool last = false;

    while (!last) {
        Batch *batch = g_async_queue_pop(ahead->full);

        last = batch->last;
        tell_batch(listener, batch);
        g_atomic_int_set(&ahead->stopped, listener->stopped);
        g_async_queue_push(ahead->empty, batch);
    }
}

bool join_run_ahead(Join *join, const JoinCalls *calls, gpointer data)
{
    g_autoptr(GAsyncQueue) full = g_async_queue_new_full(batch_free);
    g_autoptr(GAsyncQueue) empty = g_async_queue_new_full(batch_free);
    Ahead ahead = {.join = join, .full = full, .empty = empty};
    Listener listener = {.calls = calls, .data = data};
    GThread *reader;

    xmlInitParser(); /* while nobody else may be doing so */
    reader = g_thread_try_new("join", read_on, &ahead, NULL);
    if (!reader) {
        return join_run(join, calls, data); /* no more threads: then one after the other */
    }
    for (guint i = 0; i < BATCHES; i++) {
        g_async_queue_push(empty, batch_new());
    }
    listen_to_end(&ahead, &listener);
    g_thread_join(reader);
    return !listener.stopped;
}
