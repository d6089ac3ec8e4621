/* story-time.h
 * The times of a story: nanoseconds since 1970, within bounds in which they can be added and subtracted
 *
 * Captures state any time that their format has room for, and a policy any span up to 68 years. Times
 * beyond the bounds become the bounds, wherever they come in. So the difference of any two times, and
 * the sum of a time and all spans of a policy, is a number that 64 bits hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_TIME_H
#define STORY_TIME_H

#include <glib.h>

/** The latest time, in the year 2116; the earliest is as long before 1970. */
#define STORY_LAST_TIME (G_MAXINT64 / 2)

#define STORY_NS_PER_SECOND G_GINT64_CONSTANT(1000000000)

/** A time from anywhere, as one of a story. */
static inline gint64 story_time_bound(gint64 ns)
{
    return CLAMP(ns, -STORY_LAST_TIME, STORY_LAST_TIME);
}

/** The same of seconds since 1970, and nanoseconds that count upwards from there. */
static inline gint64 story_time_of(gint64 seconds, gint64 ns)
{
    gint64 time_ns;

    if (__builtin_mul_overflow(seconds, STORY_NS_PER_SECOND, &time_ns) ||
        __builtin_add_overflow(time_ns, ns, &time_ns)) {
        return seconds < 0 ? -STORY_LAST_TIME : STORY_LAST_TIME;
    }
    return story_time_bound(time_ns);
}

/** A time of a story, put right by a span from anywhere. */
static inline gint64 story_time_plus(gint64 ns, gint64 span)
{
    gint64 sum;

    if (__builtin_add_overflow(ns, span, &sum)) {
        return span < 0 ? -STORY_LAST_TIME : STORY_LAST_TIME;
    }
    return story_time_bound(sum);
}

/** How long after @p earlier is @p later? For times that come from elsewhere, of documents for example:
 *  what does not fit is as much as fits. */
static inline gint64 story_time_between(gint64 earlier, gint64 later)
{
    gint64 span;

    if (__builtin_sub_overflow(later, earlier, &span)) {
        return later < earlier ? G_MININT64 : G_MAXINT64;
    }
    return span;
}

#endif
