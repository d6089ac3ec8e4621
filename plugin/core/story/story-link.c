/* story-link.c
 * By what a leg was found to belong to an attempt
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation.h"

/* Legs of one attempt that a leg is compared with: an attacker may send very many. */
#define MAX_COMPARED 256

static bool carries(const StoryLeg *leg, const StoryOffer *offer)
{
    return offer && g_ptr_array_find(leg->offers, offer, NULL);
}

static bool share_krr(const StoryLeg *a, const StoryLeg *b)
{
    for (guint i = 0; i < a->krrs->len; i++) {
        if (g_ptr_array_find(b->krrs, a->krrs->pdata[i], NULL)) {
            return true;
        }
    }
    return false;
}

/* Is one KRR in the other, at whatever depth? That is bounded by KRR_MAX_DEPTH. */
static bool holds(const StoryKrr *krr, const StoryKrr *other)
{
    while (krr && krr != other) {
        krr = krr->embeds;
    }
    return krr != NULL;
}

static bool nest_krrs(const StoryLeg *a, const StoryLeg *b)
{
    for (guint i = 0; i < a->krrs->len; i++) {
        for (guint k = 0; k < b->krrs->len; k++) {
            if (holds(a->krrs->pdata[i], b->krrs->pdata[k]) ||
                holds(b->krrs->pdata[k], a->krrs->pdata[i])) {
                return true;
            }
        }
    }
    return false;
}

static bool any_other(const StoryAttempt *attempt, const StoryLeg *leg,
                      bool (*related)(const StoryLeg *a, const StoryLeg *b))
{
    for (guint i = 0; i < attempt->legs->len && i < MAX_COMPARED; i++) {
        const StoryLeg *other = g_ptr_array_index(attempt->legs, i);
        if (other != leg && related(leg, other)) {
            return true;
        }
    }
    return false;
}

StoryLink story_attempt_leg_link(const StoryAttempt *attempt, guint place)
{
    const StoryLeg *leg = g_ptr_array_index(attempt->legs, place);

    if (place == 0) {
        return STORY_LINK_TRANSACTION;
    }
    if (carries(leg, attempt->offer)) {
        return STORY_LINK_OFFER_DIGEST;
    }
    if (leg->offers->len > 0) {
        return STORY_LINK_CREDENTIALS;
    }
    if (any_other(attempt, leg, share_krr)) {
        return STORY_LINK_KRR_DIGEST;
    }
    return any_other(attempt, leg, nest_krrs) ? STORY_LINK_EMBEDDED : STORY_LINK_TRANSACTION;
}
