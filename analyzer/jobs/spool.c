/* spool.c
 * The events of one capture in files, in the order of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/jobs/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>

#include "core/event/story-body-record.h"
#include "core/event/story-frames.h"
#include "core/event/story-record.h"

/* A record is written once its events have come to so many octets. */
#define FULL_RECORD (32 * 1024)

/* Bodies that are remembered as written. Then all are forgotten, and written again if they come
 * again. */
#define MAX_KNOWN_BODIES 16384

/* A file of records that is written from its beginning to its end. */
typedef struct SpoolFile {
    FILE *file;
    guint64 length; /* octets written */

    /* Of a run: */
    StoryRecordWriter *events; /* not yet written */
    StoryFrame last;           /* of its last event */
} SpoolFile;

struct Spool {
    char *directory;
    guint32 capture;
    GPtrArray *runs; /* of SpoolFile */
    SpoolFile *bodies;
    GHashTable *known_bodies; /* digest -> guint64 *: place in the file of the bodies */
    GArray *lengths;          /* of guint64; what spool_lengths() gives */
    GByteArray *buffer;       /* of one record */
};

char *spool_bodies_path(const char *directory, guint32 capture)
{
    return g_strdup_printf("%s/bodies-%u", directory, capture);
}

char *spool_run_path(const char *directory, guint32 capture, guint run)
{
    return g_strdup_printf("%s/events-%u-%u", directory, capture, run);
}

static void spool_file_free(gpointer data)
{
    SpoolFile *spool_file = data;

    if (!spool_file) {
        return;
    }
    fclose(spool_file->file); /* what counts was flushed */
    story_record_writer_free(spool_file->events);
    g_free(spool_file);
}

Spool *spool_new(const char *directory, guint32 capture)
{
    Spool *spool = g_new0(Spool, 1);

    spool->directory = g_strdup(directory);
    spool->capture = capture;
    spool->runs = g_ptr_array_new_with_free_func(spool_file_free);
    spool->known_bodies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    spool->lengths = g_array_new(FALSE, FALSE, sizeof(guint64));
    spool->buffer = g_byte_array_new();
    return spool;
}

void spool_free(Spool *spool)
{
    if (!spool) {
        return;
    }
    g_ptr_array_unref(spool->runs);
    spool_file_free(spool->bodies);
    g_hash_table_unref(spool->known_bodies);
    g_array_unref(spool->lengths);
    g_byte_array_unref(spool->buffer);
    g_free(spool->directory);
    g_free(spool);
}

static bool fail(const Spool *spool, GError **error)
{
    int reason = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(reason),
                "its events cannot be kept in %s: %s", spool->directory, g_strerror(reason));
    return false;
}

/* Takes over the path. */
static SpoolFile *open_file(const Spool *spool, char *path, GError **error)
{
    FILE *file = fopen(path, "wxe");
    SpoolFile *spool_file = NULL;

    g_free(path);
    if (!file) {
        fail(spool, error);
        return NULL;
    }
    spool_file = g_new0(SpoolFile, 1);
    spool_file->file = file;
    return spool_file;
}

/* @param record  floating */
static bool append(Spool *spool, SpoolFile *to, GVariant *record, GError **error)
{
    gsize length = g_variant_get_size(record);
    gsize whole = SPOOL_WHOLE(length);
    const SpoolMark mark = {(guint32)length, SPOOL_MAGIC};
    bool small = length <= SPOOL_MAX_RECORD;

    if (small) {
        g_byte_array_set_size(spool->buffer, (guint)whole);
        memset(spool->buffer->data + whole - sizeof mark, 0, sizeof mark); /* the padding */
        memcpy(spool->buffer->data, &mark, sizeof mark);
        g_variant_store(record, spool->buffer->data + sizeof mark);
    }
    g_variant_unref(g_variant_ref_sink(record));
    errno = EMSGSIZE;
    if (!small || fwrite(spool->buffer->data, whole, 1, to->file) != 1) {
        return fail(spool, error);
    }
    to->length += whole;
    return true;
}

/* ---- bodies ---- */

static bool place_body(Spool *spool, const KrrDocument *document, guint64 *place, GError **error)
{
    guint64 *known = g_hash_table_lookup(spool->known_bodies, document->body_digest);

    if (known) {
        *place = *known;
        return true;
    }
    if (!spool->bodies) {
        spool->bodies =
            open_file(spool, spool_bodies_path(spool->directory, spool->capture), error);
    }
    if (!spool->bodies) {
        return false;
    }
    *place = spool->bodies->length;
    if (!append(spool, spool->bodies, story_body_record_new(document), error)) {
        return false;
    }
    if (g_hash_table_size(spool->known_bodies) >= MAX_KNOWN_BODIES) {
        g_hash_table_remove_all(spool->known_bodies);
    }
    known = g_new(guint64, 1);
    *known = *place;
    g_hash_table_insert(spool->known_bodies, g_strdup(document->body_digest), known);
    return true;
}

/* @return the places of the bodies of an event; NULL with error set */
static guint64 *place_bodies(Spool *spool, const StoryEvent *event, GError **error)
{
    g_autofree guint64 *places = g_new(guint64, event->krrs->len);

    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = g_ptr_array_index(event->krrs, i);

        if (!place_body(spool, seen->document, &places[i], error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&places);
}

/* ---- runs ---- */

/* The first run that goes on with this frame; a new one where there is none. */
static SpoolFile *run_for(Spool *spool, const StoryFrame *frame, GError **error)
{
    SpoolFile *run = NULL;

    for (guint i = 0; i < spool->runs->len; i++) {
        run = g_ptr_array_index(spool->runs, i);
        if (story_frame_compare(&run->last, frame) <= 0 || i + 1 == SPOOL_MAX_RUNS) {
            return run;
        }
    }
    run =
        open_file(spool, spool_run_path(spool->directory, spool->capture, spool->runs->len), error);
    if (run) {
        run->events = story_record_writer_new();
        g_ptr_array_add(spool->runs, run);
    }
    return run;
}

static bool write_events(Spool *spool, SpoolFile *run, GError **error)
{
    GVariant *record = story_record_writer_take(run->events);

    return !record || append(spool, run, record, error);
}

bool spool_add(Spool *spool, StoryEvent *event, GError **error)
{
    g_autoptr(StoryEvent) owned G_GNUC_UNUSED = event;
    g_autofree guint64 *places = NULL;
    SpoolFile *run;

    if (event->krrs->len > 0) {
        places = place_bodies(spool, event, error);
        if (!places) {
            return false;
        }
    }
    run = run_for(spool, &event->frame, error);
    if (!run) {
        return false;
    }
    run->last = event->frame;
    return story_record_writer_add(run->events, event, places) < FULL_RECORD ||
           write_events(spool, run, error);
}

bool spool_flush(Spool *spool, GError **error)
{
    /* Bodies first: no event may lean on one that is not there. */
    if (spool->bodies && fflush(spool->bodies->file) != 0) {
        return fail(spool, error);
    }
    for (guint i = 0; i < spool->runs->len; i++) {
        SpoolFile *run = g_ptr_array_index(spool->runs, i);

        if (!write_events(spool, run, error)) {
            return false;
        }
        if (fflush(run->file) != 0) {
            return fail(spool, error);
        }
    }
    return true;
}

const GArray *spool_lengths(Spool *spool)
{
    g_array_set_size(spool->lengths, 0);
    for (guint i = 0; i < spool->runs->len; i++) {
        const SpoolFile *run = g_ptr_array_index(spool->runs, i);

        g_array_append_val(spool->lengths, run->length);
    }
    return spool->lengths;
}
