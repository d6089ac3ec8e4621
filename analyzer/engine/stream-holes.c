/* stream-holes.c
 * What is missing in TCP streams
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/stream-holes.h"

#include <stdbool.h>

/* Streams, and holes of one, that are followed. Where there are more holes, those that come later are
 * not closed any more. */
#define MAX_STREAMS 65536
#define MAX_HOLES   64
/* A number that is further off is no loss, but the connection of somebody else with the same ports. */
#define MAX_GAP (16 * 1024 * 1024)

/* Sequence numbers from one to before another. */
typedef struct Hole {
    guint32 begin;
    guint32 end;
    guint32 frame; /* behind it */
} Hole;

typedef struct Stream {
    guint32 next;  /* the highest number, plus one */
    GArray *holes; /* of Hole; NULL: there are none */
} Stream;

struct StreamHoles {
    GHashTable *streams; /* name -> Stream */
};

static void stream_free(gpointer data)
{
    Stream *stream = data;

    g_clear_pointer(&stream->holes, g_array_unref);
    g_free(stream);
}

StreamHoles *stream_holes_new(void)
{
    StreamHoles *holes = g_new0(StreamHoles, 1);

    holes->streams = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, stream_free);
    return holes;
}

void stream_holes_free(StreamHoles *holes)
{
    if (holes) {
        g_hash_table_unref(holes->streams);
        g_free(holes);
    }
}

void stream_holes_begin(StreamHoles *holes)
{
    g_hash_table_remove_all(holes->streams);
}

/* Numbers go around: the distance tells what comes before what. */
static gint32 distance(guint32 from, guint32 to)
{
    return (gint32)(to - from);
}

static void open_hole(Stream *stream, guint32 end, guint32 frame)
{
    const Hole hole = {stream->next, end, frame};

    if (!stream->holes) {
        stream->holes = g_array_new(FALSE, FALSE, sizeof(Hole));
    }
    if (stream->holes->len < MAX_HOLES) {
        g_array_append_val(stream->holes, hole);
    }
}

/* Fills holes with a segment that came late. */
static void fill(Stream *stream, guint32 begin, guint32 end)
{
    for (guint i = stream->holes ? stream->holes->len : 0; i-- > 0;) {
        Hole *hole = &g_array_index(stream->holes, Hole, i);
        if (distance(end, hole->begin) >= 0 || distance(hole->end, begin) >= 0) {
            continue;
        }
        const Hole rest = {end, hole->end, hole->frame};
        const bool keeps_begin = distance(hole->begin, begin) > 0;
        const bool keeps_end = distance(end, hole->end) > 0;
        if (keeps_begin) {
            hole->end = begin;
            if (keeps_end && stream->holes->len < MAX_HOLES) {
                g_array_append_val(stream->holes, rest);
            }
        } else if (keeps_end) {
            hole->begin = end;
        } else {
            g_array_remove_index(stream->holes, i);
        }
    }
}

static Stream *stream_of(StreamHoles *holes, const char *name, guint32 sequence)
{
    Stream *stream = g_hash_table_lookup(holes->streams, name);

    if (!stream && g_hash_table_size(holes->streams) < MAX_STREAMS) {
        stream = g_new0(Stream, 1);
        stream->next = sequence;
        g_hash_table_insert(holes->streams, g_strdup(name), stream);
    }
    return stream;
}

void stream_holes_take(StreamHoles *holes, const char *name, guint32 sequence, guint32 length,
                       guint32 frame)
{
    Stream *stream = stream_of(holes, name, sequence);
    const guint32 end = sequence + length;

    if (!stream) {
        return;
    }
    const gint32 gap = distance(stream->next, sequence);
    if (gap > MAX_GAP || gap < -MAX_GAP) {
        stream->next = end;
        return;
    }
    if (gap > 0) {
        open_hole(stream, sequence, frame);
    } else {
        fill(stream, sequence, end);
    }
    if (distance(stream->next, end) > 0) {
        stream->next = end;
    }
}

void stream_holes_each(const StreamHoles *holes,
                       void (*visit)(const char *stream, guint count, guint32 frame, gpointer data),
                       gpointer data)
{
    GHashTableIter iterator;
    gpointer name, value;

    g_hash_table_iter_init(&iterator, holes->streams);
    while (g_hash_table_iter_next(&iterator, &name, &value)) {
        const Stream *stream = value;
        if (stream->holes && stream->holes->len > 0) {
            visit(name, stream->holes->len, g_array_index(stream->holes, Hole, 0).frame, data);
        }
    }
}
