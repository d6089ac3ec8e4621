/* age.h
 * How long something has waited, in the time of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef AGE_H
#define AGE_H

#include <stdbool.h>

#include <glib.h>

/** Has it waited for less than that long? All in nanoseconds. Times of a capture may run backwards:
 *  what is younger than now has no age. */
static inline bool age_is_below(gint64 since_ns, gint64 now_ns, gint64 age_ns)
{
    return now_ns < since_ns || now_ns - since_ns < age_ns;
}

#endif
