/* krr-nstime.h
 * Wireshark's times and the story's: nanoseconds since 1970, or between two moments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_NSTIME_H
#define KRR_NSTIME_H

#include <glib.h>
#include <wsutil/nstime.h>

#include "core/event/story-event.h"
#include "core/event/story-time.h"

/** As one of a story: the times of a broken capture may be anything. */
static inline gint64 krr_nanoseconds(const nstime_t *time)
{
    return story_time_of((gint64)time->secs, time->nsecs);
}

/** In an nstime_t nanoseconds count upwards, before 1970 too. */
static inline nstime_t krr_nstime(gint64 nanoseconds)
{
    gint64 seconds = nanoseconds / STORY_SECOND;
    gint64 rest = nanoseconds % STORY_SECOND;

    if (rest < 0) {
        rest += STORY_SECOND;
        seconds--;
    }
    return (nstime_t){.secs = (time_t)seconds, .nsecs = (int)rest};
}

#endif
