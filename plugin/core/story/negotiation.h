/* negotiation.h
 * The redirect chains: attempt, redirect, attempt ... outcome
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NEGOTIATION_H
#define NEGOTIATION_H

#include "core/story/attempt.h"

/** How a negotiation ended, by its last attempt. */
typedef enum StoryOutcome {
    STORY_OUTCOME_ESTABLISHED,       /**< 2xx */
    STORY_OUTCOME_REFUSED,           /**< a final answer without a KRR */
    STORY_OUTCOME_NO_ACCEPTABLE_KMS, /**< its KRR has an empty list, and nothing followed */
    STORY_OUTCOME_ABANDONED,         /**< its KRR left a choice, nothing followed in the window */
    STORY_OUTCOME_OPEN               /**< the capture ends first, or no final answer was seen */
} StoryOutcome;

/** "established", "no-acceptable-kms", ... as in the report. */
const char *story_outcome_name(StoryOutcome outcome);

/** The attempts of one initiator towards one receiver for one key purpose, each begun within the window
 *  after the last was answered. Owned by the ledger. */
typedef struct StoryNegotiation {
    guint number;     /**< "negotiation-N", from 1, by first frame */
    const char *idri; /**< NULL: hidden in every attempt and every KRR */
    const char *idrr;
    guint purpose;       /**< MikeyKeyPurpose; STORY_PURPOSE_UNKNOWN: no offer seen */
    GPtrArray *attempts; /**< of StoryAttempt, in order of time; at least one */
    StoryOutcome outcome;
    StoryFrame started;
    StoryFrame ended;
} StoryNegotiation;

static inline StoryNegotiation *story_negotiation_at(const GPtrArray *negotiations, guint place)
{
    return (StoryNegotiation *)g_ptr_array_index(negotiations, place);
}

/** Was the offer taken out of the request of a leg on its way: see story_attempt_lost_offer().
 *  @param negotiation  NULL: false */
bool story_negotiation_lost_offer(const StoryNegotiation *negotiation, const StoryLeg *leg);

/* ---- for those who make negotiations ---- */

/** A negotiation without attempts, of an unknown purpose. */
StoryNegotiation *story_negotiation_new(void);

/** @param data  StoryNegotiation, which owns its attempts */
void story_negotiation_free(gpointer data);

/** Settles what follows from the attempts: identities, times and outcome.
 *  @param end_ns  until when the capture would have shown another attempt */
void story_negotiation_settle(StoryNegotiation *negotiation, gint64 window_ns, gint64 end_ns);

/** Did a KRR answer any of the attempts? */
bool story_negotiation_has_krr(const StoryNegotiation *negotiation);

#endif
