/* clock-sighting.h
 * When the request with an offer and its answer passed a hop, by the clock of one capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLOCK_SIGHTING_H
#define CLOCK_SIGHTING_H

#include <stdbool.h>

#include <glib.h>

/** Stands for a time that is not known. */
#define CLOCK_NEVER G_MININT64

typedef struct ClockSighting {
    GRefString *offer; /**< its digest */
    GRefString *source;
    GRefString *destination;
    gint64 asked_ns;    /**< the first request */
    gint64 answered_ns; /**< the first final answer; CLOCK_NEVER: none was seen */
} ClockSighting;

/** An empty array of ClockSighting, which owns the texts. */
GArray *clock_sightings_new(void);

/**
 * Finds out what is to be added to the times of one capture so that they fit those of another.
 * @param base, other  of ClockSighting
 * @param offset_ns    out: 0 where the order of messages allows that
 * @return by how many sightings of the same offers; 0: there are none, and nothing is known
 */
guint clock_sightings_compare(const GArray *base, const GArray *other, gint64 *offset_ns);

#endif
