/* story-frames.c
 * Sets of frames in the order of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-frames.h"

static int compare_numbers(gint64 a, gint64 b)
{
    return (a > b) - (a < b);
}

int story_frame_compare(const StoryFrame *a, const StoryFrame *b)
{
    int order = compare_numbers(a->time_ns, b->time_ns);

    if (order == 0) {
        order = compare_numbers(a->capture, b->capture);
    }
    return order != 0 ? order : compare_numbers((gint64)a->number, (gint64)b->number);
}

GArray *story_frames_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(StoryFrame));
}

void story_frames_append(GArray *frames, StoryFrame frame)
{
    if (frames->len == 0 ||
        story_frame_compare(&g_array_index(frames, StoryFrame, frames->len - 1), &frame) != 0) {
        g_array_append_val(frames, frame);
    }
}

void story_frames_insert(GArray *frames, StoryFrame frame)
{
    guint place = frames->len;

    /* Mostly they come in order, so look from the end. */
    while (place > 0) {
        int order = story_frame_compare(&g_array_index(frames, StoryFrame, place - 1), &frame);
        if (order == 0) {
            return;
        }
        if (order < 0) {
            break;
        }
        place--;
    }
    g_array_insert_val(frames, place, frame);
}
