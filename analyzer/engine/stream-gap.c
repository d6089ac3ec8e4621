/* stream-gap.c
 * What stands behind a segment that is missing in one direction of a TCP connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/stream-gap.h"

#include "analyzer/process/age.h"

/* Segments that networks disorder come sooner, and so do those that are sent again for the first time.
 * Less than the times of a capture may run back. */
#define GIVEN_UP_NS (G_GINT64_CONSTANT(5) * 1000 * 1000 * 1000)

void stream_gap_add(StreamGap *gap, const GappedFrame *kept, gint64 now_ns)
{
    if (!gap->behind) {
        gap->behind = g_array_new(FALSE, FALSE, sizeof(GappedFrame));
        gap->since_ns = now_ns;
    }
    g_array_append_val(gap->behind, *kept);
}

bool stream_gap_is_full(const StreamGap *gap)
{
    return gap->behind && gap->behind->len > STREAM_GAP_MAX_FRAMES;
}

bool stream_gap_is_given_up(const StreamGap *gap, gint64 now_ns)
{
    return gap->behind && (now_ns == G_MAXINT64 || stream_gap_is_full(gap) ||
                           !age_is_below(gap->since_ns, now_ns, GIVEN_UP_NS));
}

/* Numbers go around: the distance tells what comes before what. */
static gint compare(gconstpointer a, gconstpointer b)
{
    const GappedFrame *one = a, *other = b;
    const gint32 distance = (gint32)(one->sequence - other->sequence);

    if (distance != 0) {
        return distance < 0 ? -1 : 1;
    }
    return one->place.frame < other->place.frame ? -1 : one->place.frame > other->place.frame;
}

guint32 stream_gap_sort(StreamGap *gap)
{
    g_array_sort(gap->behind, compare);
    return g_array_index(gap->behind, GappedFrame, 0).sequence;
}

void stream_gap_clear(StreamGap *gap)
{
    g_clear_pointer(&gap->behind, g_array_unref);
}
