/* frame-links.c
 * Which frames of a capture can only be read together
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/frame-links.h"

/* A frame, and a part or the stream that goes with it. */
typedef struct Pair {
    guint32 frame;
    guint32 other;
} Pair;

/* Those of one capture. */
typedef struct CaptureLinks {
    GArray *parts;   /* of Pair: other is an earlier frame */
    GArray *streams; /* of Pair: other is a stream */
} CaptureLinks;

struct FrameLinks {
    GHashTable *captures; /* index -> CaptureLinks */
};

/* While a set is completed. */
typedef struct Completion {
    const CaptureLinks *links;
    guint32 capture;
    GHashTable *frames;
    FrameLinksVisitor visitor;
    gpointer data;
    bool grown;
} Completion;

static void links_free(gpointer data)
{
    CaptureLinks *links = data;

    g_array_unref(links->parts);
    g_array_unref(links->streams);
    g_free(links);
}

FrameLinks *frame_links_new(void)
{
    FrameLinks *links = g_new(FrameLinks, 1);

    links->captures = g_hash_table_new_full(NULL, NULL, NULL, links_free);
    return links;
}

void frame_links_free(FrameLinks *links)
{
    if (!links) {
        return;
    }
    g_hash_table_unref(links->captures);
    g_free(links);
}

static CaptureLinks *links_of(FrameLinks *links, guint32 capture)
{
    CaptureLinks *found = g_hash_table_lookup(links->captures, GUINT_TO_POINTER(capture));

    if (!found) {
        found = g_new(CaptureLinks, 1);
        found->parts = g_array_new(FALSE, FALSE, sizeof(Pair));
        found->streams = g_array_new(FALSE, FALSE, sizeof(Pair));
        g_hash_table_insert(links->captures, GUINT_TO_POINTER(capture), found);
    }
    return found;
}

void frame_links_add_part(FrameLinks *links, guint32 capture, guint32 frame, guint32 part)
{
    const Pair pair = {frame, part};

    g_array_append_val(links_of(links, capture)->parts, pair);
}

void frame_links_add_stream(FrameLinks *links, guint32 capture, guint32 frame, guint32 stream)
{
    const Pair pair = {frame, stream};

    g_array_append_val(links_of(links, capture)->streams, pair);
}

static bool is_in(const Completion *completion, guint32 frame)
{
    return g_hash_table_contains(completion->frames, GUINT_TO_POINTER(frame));
}

static void take(Completion *completion, guint32 frame, guint32 needed_by, bool stream)
{
    if (!g_hash_table_add(completion->frames, GUINT_TO_POINTER(frame))) {
        return;
    }
    completion->grown = true;
    completion->visitor(completion->capture, frame, needed_by, stream, completion->data);
}

static void take_parts(Completion *completion)
{
    const GArray *parts = completion->links->parts;

    /* From the end: a part may have parts itself, and those stand before it. */
    for (guint i = parts->len; i-- > 0;) {
        const Pair *pair = &g_array_index(parts, Pair, i);

        if (is_in(completion, pair->frame)) {
            take(completion, pair->other, pair->frame, false);
        }
    }
}

/* Everything up to the last frame of each stream that is in the set. */
static void take_streams(Completion *completion)
{
    const GArray *streams = completion->links->streams;
    g_autoptr(GHashTable) last = g_hash_table_new(NULL, NULL); /* stream -> frame */

    for (guint i = streams->len; i-- > 0;) {
        const Pair *pair = &g_array_index(streams, Pair, i);
        gpointer stream = GUINT_TO_POINTER(pair->other);
        guint32 until = GPOINTER_TO_UINT(g_hash_table_lookup(last, stream));

        if (until) {
            take(completion, pair->frame, until, true);
        } else if (is_in(completion, pair->frame)) {
            g_hash_table_insert(last, stream, GUINT_TO_POINTER(pair->frame));
        }
    }
}

void frame_links_complete(const FrameLinks *links, guint32 capture, GHashTable *frames,
                          FrameLinksVisitor visitor, gpointer data)
{
    Completion completion = {
        .links = g_hash_table_lookup(links->captures, GUINT_TO_POINTER(capture)),
        .capture = capture,
        .frames = frames,
        .visitor = visitor,
        .data = data,
    };

    if (!completion.links) {
        return;
    }
    do {
        completion.grown = false;
        take_streams(&completion);
        take_parts(&completion);
    } while (completion.grown);
}

static GVariant *pairs_variant(const GArray *pairs)
{
    return g_variant_new_fixed_array((const GVariantType *)"(uu)", pairs ? pairs->data : NULL,
                                     pairs ? pairs->len : 0, sizeof(Pair));
}

GVariant *frame_links_variant(const FrameLinks *links, guint32 capture)
{
    const CaptureLinks *known =
        links ? g_hash_table_lookup(links->captures, GUINT_TO_POINTER(capture)) : NULL;

    return g_variant_new("(@a(uu)@a(uu))", pairs_variant(known ? known->parts : NULL),
                         pairs_variant(known ? known->streams : NULL));
}

static void take_pairs(GArray *pairs, GVariant *variant, gsize place)
{
    g_autoptr(GVariant) child = g_variant_get_child_value(variant, place);
    gsize count;
    const Pair *more = g_variant_get_fixed_array(child, &count, sizeof(Pair));

    if (count > 0) {
        g_array_append_vals(pairs, more, (guint)count);
    }
}

void frame_links_take(FrameLinks *links, guint32 capture, GVariant *variant)
{
    CaptureLinks *known = links_of(links, capture);

    take_pairs(known->parts, variant, 0);
    take_pairs(known->streams, variant, 1);
}
