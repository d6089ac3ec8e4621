/* story-attempt.c
 * One attempt: which of its KRRs reached the initiator, how it was answered and when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation-private.h"
#include "core/story/story-frames.h"

void story_attempt_free(gpointer data)
{
    StoryAttempt *attempt = data;

    if (attempt) {
        g_ptr_array_unref(attempt->legs);
        g_ptr_array_unref(attempt->krrs);
        g_free(attempt);
    }
}

static int compare_krrs(gconstpointer a, gconstpointer b)
{
    guint first = (*(const StoryKrr *const *)a)->number;
    guint second = (*(const StoryKrr *const *)b)->number;

    return (first > second) - (first < second);
}

/* The KRRs of an attempt that others embed, at some depth: they did not reach the initiator. */
static GHashTable *replaced_krrs(const StoryAttempt *attempt)
{
    GHashTable *replaced = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < attempt->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(attempt->krrs, i);
        for (StoryKrr *inner = krr->embeds; inner; inner = inner->embeds) {
            g_hash_table_add(replaced, inner);
        }
    }
    return replaced;
}

/* Did the initiator send that request, as far as was captured: whoever sent the first one? It may try
 *  several servers. */
static bool is_initiators(const StoryAttempt *attempt, const StoryLeg *leg)
{
    const StoryLeg *first = attempt->legs->pdata[0];

    return g_str_equal(first->source, leg->source);
}

/* The KRR of the attempt that came furthest towards the initiator, and that none replaced on the way:
 *  of the first leg of the path that has one. NULL where no leg has. */
static StoryKrr *nearest_krr(const StoryAttempt *attempt, GHashTable *replaced, bool to_initiator)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (to_initiator && !is_initiators(attempt, leg)) {
            continue;
        }
        for (guint k = 0; k < leg->krrs->len; k++) {
            if (!g_hash_table_contains(replaced, leg->krrs->pdata[k]) &&
                g_ptr_array_find(attempt->krrs, leg->krrs->pdata[k], NULL)) {
                return leg->krrs->pdata[k];
            }
        }
    }
    return NULL;
}

/* Does the capture show that the initiator was answered, and with no KRR? */
static bool was_answered_without_krr(const StoryAttempt *attempt)
{
    bool answered = false;

    for (guint i = 0; attempt->offer && i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (!is_initiators(attempt, leg)) {
            continue;
        }
        if (leg->krrs->len > 0 || leg->answer_unreadable) {
            return false;
        }
        answered = answered || (leg->status >= 200 && !story_asks_for_credentials(leg->status));
    }
    return answered;
}

static StoryKrr *received_krr(const StoryAttempt *attempt)
{
    g_autoptr(GHashTable) replaced = replaced_krrs(attempt);
    StoryKrr *received = nearest_krr(attempt, replaced, true);

    if (received || was_answered_without_krr(attempt)) {
        return received;
    }
    received = nearest_krr(attempt, replaced, false);
    return received || attempt->krrs->len == 0 ? received : attempt->krrs->pdata[0];
}

/* Which of several answers counts, the highest: a call that came about on one branch, a redirect, a
 *  refusal, a request for credentials, none. */
static guint answer_rank(const StoryLeg *leg)
{
    if (leg->status < 200) {
        return 0;
    }
    if (story_is_success(leg->status)) {
        return 4;
    }
    return leg->krrs->len > 0 ? 3 : story_asks_for_credentials(leg->status) ? 1 : 2;
}

/* The answer: the final one to the initiator; where none was captured there, the nearest to it. */
static void attempt_find_answer(StoryAttempt *attempt)
{
    const StoryLeg *answered = NULL;

    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (is_initiators(attempt, leg) &&
            answer_rank(leg) > (answered ? answer_rank(answered) : 0)) {
            answered = leg;
        }
    }
    for (guint i = 0; i < attempt->legs->len && !answered; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        answered = answer_rank(leg) > 0 ? leg : NULL;
    }
    if (answered) {
        attempt->status = answered->status;
        attempt->ended = answered->response;
    }
}

static void attempt_find_times(StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        StoryFrame last = leg->has_response ? leg->response : leg->request;
        if (story_frame_compare(&attempt->ended, &last) < 0 || i == 0) {
            attempt->ended = last;
        }
    }
    if (attempt->legs->len > 0) {
        attempt->started = story_leg_first_frame(attempt->legs->pdata[0]);
        return;
    }
    const StoryKrr *krr = attempt->krrs->pdata[0];
    attempt->started = krr->first_alone;
    attempt->ended = krr->first_alone;
}

void story_attempt_finish(StoryAttempt *attempt, const KmsPolicy *policy)
{
    story_attempt_order_legs(attempt, policy);
    g_ptr_array_sort(attempt->krrs, compare_krrs);
    attempt_find_times(attempt);
    attempt_find_answer(attempt);
    attempt->received = received_krr(attempt);
}

void story_attempt_absorb(StoryAttempt *attempt, const StoryAttempt *other, const KmsPolicy *policy)
{
    for (guint i = 0; i < other->legs->len; i++) {
        g_ptr_array_add(attempt->legs, other->legs->pdata[i]);
    }
    for (guint i = 0; i < other->krrs->len; i++) {
        g_ptr_array_add(attempt->krrs, other->krrs->pdata[i]);
    }
    attempt->status = 0;
    story_attempt_finish(attempt, policy);
}

static const char *offered_kms(const StoryAttempt *attempt, const char *in_offer,
                               KrrElement element)
{
    if (attempt->offer && (in_offer || attempt->offer->facts->whole)) {
        return in_offer;
    }
    return attempt->received ? krr_text(attempt->received->krr, element) : NULL;
}

const char *story_attempt_idrkmsi(const StoryAttempt *attempt)
{
    return offered_kms(attempt, attempt->offer ? attempt->offer->facts->idrkmsi : NULL,
                       KRR_ELEMENT_IDRKMSI);
}

const char *story_attempt_idrkmsr(const StoryAttempt *attempt)
{
    return offered_kms(attempt, attempt->offer ? attempt->offer->facts->idrkmsr : NULL,
                       KRR_ELEMENT_IDRKMSR);
}
