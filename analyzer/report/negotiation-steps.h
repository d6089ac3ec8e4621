/* negotiation-steps.h
 * The messages of an attempt, as steps of a ladder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NEGOTIATION_STEPS_H
#define NEGOTIATION_STEPS_H

#include "analyzer/report/ladder.h"
#include "core/story/ledger.h"

/** A message that is to be drawn, or the place where one must have been. */
typedef struct NegotiationStep {
    guint rank; /**< goes before time */
    bool seen;
    StoryFrame frame; /**< where it was seen, else that of its neighbour */
    guint from;       /**< entities of the ladder */
    guint to;
    LadderKind kind;
    char *text;
    char *detail; /**< or NULL */
    char *target; /**< or NULL */
} NegotiationStep;

/** Steps, of NegotiationStep; to be freed with g_array_unref(). */
GArray *negotiation_steps_new(void);

/** The ends of a leg, as entities of a ladder, and its place in the path. */
typedef struct NegotiationPlace {
    guint from;
    guint to;
    guint rank;   /**< in the path */
    bool by_path; /**< messages stand in the order of the path, not in that of time */
} NegotiationPlace;

/** Adds the request of a leg and its answers. */
void negotiation_steps_add_leg(GArray *steps, const StoryLeg *leg, const NegotiationPlace *place);

/** Puts all in the order in which they are drawn. */
void negotiation_steps_sort(GArray *steps);

#endif
