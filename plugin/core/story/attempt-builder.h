/* attempt-builder.h
 * From legs, offers and KRRs to attempts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ATTEMPT_BUILDER_H
#define ATTEMPT_BUILDER_H

#include "core/story/attempt.h"

/** What attempts and negotiations are made of. */
typedef struct StorySources {
    const GPtrArray *krrs;   /**< of StoryKrr, by number */
    const GPtrArray *offers; /**< of StoryOffer, in order, with their legs in order of time */
    const GPtrArray *legs;   /**< of StoryLeg, in order of time */
    const KmsPolicy *policy;
    gint64 end_ns; /**< the time of the last event */
} StorySources;

/** The two users of an attempt: the best that is known of each, interned: a URI without "sip:", or
 *  "uid:" and a UID; "" where nothing is known. */
typedef struct UserPair {
    GRefString *idri;
    GRefString *idrr;
} UserPair;

/** An attempt, and what only the making of negotiations asks. */
typedef struct AttemptDraft {
    StoryAttempt *attempt; /**< settled; owned until a negotiation takes it, then NULL */
    UserPair users;
    bool unasked; /**< its request was seen and held no offer: it continues no negotiation */
} AttemptDraft;

static inline AttemptDraft *attempt_draft_at(const GPtrArray *drafts, guint place)
{
    return (AttemptDraft *)g_ptr_array_index(drafts, place);
}

/** Makes an attempt of each offer with all legs that carried it, more where the offer was tried anew; and
 *  attempts of KRRs whose offers were not captured. Offers that cannot be in any negotiation are left
 *  out.
 *  @return of AttemptDraft, in order of time; owned by the caller */
GPtrArray *attempt_builder_run(const StorySources *sources);

#endif
