/* join.c
 * The spools of all captures as one timeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/jobs/join.h"

#include "analyzer/jobs/spool-reader.h"
#include "analyzer/jobs/spool.h"
#include "core/event/story-body-record.h"
#include "core/event/story-frames.h"
#include "core/event/story-record.h"
#include "core/event/story-time.h"

/* Of the documents that are remembered. */
#define MAX_DOCUMENT_OCTETS (16 * 1024 * 1024)

/* A run, and the event in it that is next. */
typedef struct Cursor {
    const Join *join;
    guint32 capture;
    guint64 frames;   /* of the capture */
    gint64 offset_ns; /* is added to all times */
    guint run;
    guint64 length;
    SpoolReader *reader;       /* NULL before the start */
    StoryRecordReader *record; /* the one that the event is of; NULL: none is begun */
    StoryEvent *event;
} Cursor;

struct Join {
    char *directory;
    const KrrVocabulary *vocabulary;
    const JoinCalls *calls; /* while it runs */
    gpointer data;
    GSequence *cursors;    /* of Cursor; while it runs, in the order of their events */
    GHashTable *documents; /* digest of the body -> KrrDocument; the keys are the documents' own */
    gsize document_octets;
};

/* While the bodies of one event are looked for. */
typedef struct BodySearch {
    Join *join;
    guint32 capture;
    GError *error;
} BodySearch;

static void cursor_free(gpointer data)
{
    Cursor *cursor = data;

    story_record_reader_free(cursor->record);
    spool_reader_free(cursor->reader);
    story_event_free(cursor->event);
    g_free(cursor);
}

static void document_unref(gpointer data)
{
    krr_document_unref(data);
}

Join *join_new(const char *directory, const KrrVocabulary *vocabulary)
{
    Join *join = g_new0(Join, 1);

    join->directory = g_strdup(directory);
    join->vocabulary = vocabulary;
    join->cursors = g_sequence_new(cursor_free);
    join->documents = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, document_unref);
    return join;
}

void join_free(Join *join)
{
    if (!join) {
        return;
    }
    g_sequence_free(join->cursors);
    g_hash_table_unref(join->documents);
    g_free(join->directory);
    g_free(join);
}

void join_add(Join *join, guint32 capture, guint64 frames, gint64 offset_ns, const GArray *lengths)
{
    for (guint run = 0; run < lengths->len; run++) {
        Cursor *cursor = g_new0(Cursor, 1);

        cursor->join = join;
        cursor->capture = capture;
        cursor->frames = frames;
        cursor->offset_ns = offset_ns;
        cursor->run = run;
        cursor->length = g_array_index(lengths, guint64, run);
        g_sequence_append(join->cursors, cursor);
    }
}

/* ---- documents ---- */

static void remember(Join *join, KrrDocument *document)
{
    join->document_octets += document->length;
    if (g_hash_table_size(join->documents) >= JOIN_MAX_DOCUMENTS ||
        join->document_octets > MAX_DOCUMENT_OCTETS) {
        g_hash_table_remove_all(join->documents);
        join->document_octets = document->length;
    }
    g_hash_table_insert(join->documents, document->body_digest, krr_document_ref(document));
}

static KrrDocument *find_body(guint64 place, const char *digest, gpointer data)
{
    BodySearch *search = data;
    Join *join = search->join;
    KrrDocument *known = g_hash_table_lookup(join->documents, digest);
    g_autoptr(KrrDocument) document = NULL;
    g_autoptr(GVariant) record = NULL;
    g_autofree char *path = NULL;

    if (known) {
        return krr_document_ref(known);
    }
    path = spool_bodies_path(join->directory, search->capture);
    g_clear_error(&search->error);
    record = spool_reader_at(path, place, STORY_BODY_RECORD_TYPE, &search->error);
    document = record ? story_body_record_read(record, join->vocabulary) : NULL;
    if (!document || !g_str_equal(document->body_digest, digest)) {
        return NULL;
    }
    remember(join, document);
    return g_steal_pointer(&document);
}

/* ---- cursors ---- */

static void trouble(const Cursor *cursor, const GError *error)
{
    g_autofree char *why = g_strdup_printf("its events cannot be read again: %s", error->message);

    cursor->join->calls->trouble(cursor->capture, why, cursor->join->data);
}

/* @return false at the end, also where that is an error */
static bool next_record(Cursor *cursor, GError **error)
{
    g_autoptr(GVariant) record = NULL;

    g_clear_pointer(&cursor->record, story_record_reader_free);
    record = spool_reader_next(cursor->reader, STORY_RECORD_TYPE, error);
    if (record) {
        cursor->record = story_record_reader_new(record);
    }
    return record;
}

/* The event must be one of the capture's: reports look captures and frames up by their numbers. */
static void check_event(Cursor *cursor, GError **error)
{
    const StoryFrame *frame = &cursor->event->frame;

    if (frame->capture != cursor->capture || frame->number == 0 || frame->number > cursor->frames) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "they speak of a frame that the capture does not have");
        g_clear_pointer(&cursor->event, story_event_free);
    }
}

/* @return false where there is no further event */
static bool advance(Join *join, Cursor *cursor)
{
    g_autoptr(GError) error = NULL;
    BodySearch search = {join, cursor->capture, NULL};

    do {
        if (cursor->record) {
            cursor->event = story_record_reader_next(cursor->record, find_body, &search, &error);
        }
    } while (!cursor->event && !error && next_record(cursor, &error));
    if (cursor->event) {
        check_event(cursor, &error);
    }
    if (cursor->event) {
        cursor->event->frame.time_ns =
            story_time_plus(cursor->event->frame.time_ns, cursor->offset_ns);
        cursor->event->shift_ns = story_time_plus(cursor->event->shift_ns, cursor->offset_ns);
    }
    if (error) {
        trouble(cursor, search.error ? search.error : error);
    }
    g_clear_error(&search.error);
    return cursor->event;
}

static gint compare(gconstpointer left, gconstpointer right, gpointer data G_GNUC_UNUSED)
{
    const Cursor *a = left, *b = right;
    int order = story_frame_compare(&a->event->frame, &b->event->frame);

    return order ? order : (a->run > b->run) - (a->run < b->run);
}

static void start(Join *join)
{
    GSequenceIter *place = g_sequence_get_begin_iter(join->cursors);

    while (!g_sequence_iter_is_end(place)) {
        GSequenceIter *next = g_sequence_iter_next(place);
        Cursor *cursor = g_sequence_get(place);
        g_autofree char *path = spool_run_path(join->directory, cursor->capture, cursor->run);

        cursor->reader = spool_reader_new(path, cursor->length);
        if (!advance(join, cursor)) {
            g_sequence_remove(place);
        }
        place = next;
    }
    g_sequence_sort(join->cursors, compare, NULL);
}

/* Puts the first cursor, which has gone on, into its place. */
static void settle_first(GSequenceIter *first)
{
    GSequenceIter *second = g_sequence_iter_next(first);

    /* Mostly one capture begins when the one before has ended, so the cursor stays at the front. */
    if (!g_sequence_iter_is_end(second) &&
        compare(g_sequence_get(first), g_sequence_get(second), NULL) > 0) {
        g_sequence_sort_changed(first, compare, NULL);
    }
}

bool join_run(Join *join, const JoinCalls *calls, gpointer data)
{
    guint told = 0;

    join->calls = calls;
    join->data = data;
    start(join);
    while (!g_sequence_is_empty(join->cursors)) {
        GSequenceIter *first = g_sequence_get_begin_iter(join->cursors);
        Cursor *cursor = g_sequence_get(first);

        if (told++ % JOIN_STOP_INTERVAL == 0 && calls->stop(data)) {
            return false;
        }
        calls->event(g_steal_pointer(&cursor->event), data);
        if (advance(join, cursor)) {
            settle_first(first);
        } else {
            g_sequence_remove(first);
        }
    }
    return true;
}
