/* negotiation.c
 * The redirect chains: attempt, redirect, attempt ... outcome
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation.h"

const char *story_outcome_name(StoryOutcome outcome)
{
    static const char *const names[] = {
        [STORY_OUTCOME_ESTABLISHED] = "established",
        [STORY_OUTCOME_REFUSED] = "refused",
        [STORY_OUTCOME_NO_ACCEPTABLE_KMS] = "no-acceptable-kms",
        [STORY_OUTCOME_ABANDONED] = "abandoned",
        [STORY_OUTCOME_OPEN] = "open",
    };

    return names[outcome];
}

StoryNegotiation *story_negotiation_new(void)
{
    StoryNegotiation *negotiation = g_new0(StoryNegotiation, 1);

    negotiation->attempts = g_ptr_array_new_with_free_func(story_attempt_free);
    negotiation->purpose = STORY_PURPOSE_UNKNOWN;
    return negotiation;
}

void story_negotiation_free(gpointer data)
{
    StoryNegotiation *negotiation = data;

    g_ptr_array_unref(negotiation->attempts);
    g_free(negotiation);
}

static bool leaves_no_kms(const Krr *krr)
{
    return krr->lists[KRR_INITIATOR].kind == KRR_LIST_EMPTY ||
           krr->lists[KRR_RECEIVER].kind == KRR_LIST_EMPTY;
}

static StoryOutcome outcome_after(const StoryAttempt *last, gint64 window_ns, gint64 end_ns)
{
    if (story_is_success(last->status)) {
        return STORY_OUTCOME_ESTABLISHED;
    }
    if (!last->received) {
        return last->status >= 300 && !story_asks_for_credentials(last->status)
                   ? STORY_OUTCOME_REFUSED
                   : STORY_OUTCOME_OPEN;
    }
    if (leaves_no_kms(last->received->krr)) {
        return STORY_OUTCOME_NO_ACCEPTABLE_KMS;
    }
    return end_ns - last->ended.time_ns > window_ns ? STORY_OUTCOME_ABANDONED : STORY_OUTCOME_OPEN;
}

/* The first identity of a user that an attempt or the KRR which answered it names. */
static const char *known_identity(const StoryNegotiation *negotiation, KrrElement user)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, i);
        const char *identity = NULL;
        if (attempt->offer) {
            identity = user == KRR_ELEMENT_IDRI ? attempt->offer->idri : attempt->offer->idrr;
        }
        if (!identity && attempt->received) {
            identity = krr_text(attempt->received->krr, user);
        }
        if (identity) {
            return identity;
        }
    }
    return NULL;
}

void story_negotiation_settle(StoryNegotiation *negotiation, gint64 window_ns, gint64 end_ns)
{
    const GPtrArray *attempts = negotiation->attempts;
    const StoryAttempt *last = story_attempt_at(attempts, attempts->len - 1);

    negotiation->idri = known_identity(negotiation, KRR_ELEMENT_IDRI);
    negotiation->idrr = known_identity(negotiation, KRR_ELEMENT_IDRR);
    negotiation->started = story_attempt_at(attempts, 0)->started;
    negotiation->ended = last->ended;
    negotiation->outcome = outcome_after(last, window_ns, end_ns);
}

bool story_negotiation_has_krr(const StoryNegotiation *negotiation)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        if (story_attempt_at(negotiation->attempts, i)->krrs->len > 0) {
            return true;
        }
    }
    return false;
}

bool story_negotiation_lost_offer(const StoryNegotiation *negotiation, const StoryLeg *leg)
{
    for (guint i = 0; negotiation && i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, i);
        if (story_attempt_lost_offer(attempt, leg) && g_ptr_array_find(attempt->legs, leg, NULL)) {
            return true;
        }
    }
    return false;
}
