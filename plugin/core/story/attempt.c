/* attempt.c
 * One attempt: an offer, the legs that carried it, the KRRs that answered it, how it ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/attempt.h"

#include "core/event/story-frames.h"
#include "core/story/leg-path.h"

/* Legs of one attempt that a leg is compared with: an attacker may send very many. */
#define MAX_COMPARED 256

const char *story_link_name(StoryLink link)
{
    static const char *const names[] = {
        [STORY_LINK_TRANSACTION] = "transaction",
        [STORY_LINK_OFFER_DIGEST] = "offer-digest",
        [STORY_LINK_CREDENTIALS] = "credentials",
        [STORY_LINK_KRR_DIGEST] = "krr-digest",
        [STORY_LINK_EMBEDDED] = "embedded",
        [STORY_LINK_IDENTITIES] = "identities",
        [STORY_LINK_UID] = "uid",
        [STORY_LINK_KRR_IDENTITIES] = "krr-identities",
    };

    return names[link];
}

StoryAttempt *story_attempt_new(StoryOffer *offer)
{
    StoryAttempt *attempt = g_new0(StoryAttempt, 1);

    attempt->offer = offer;
    attempt->legs = g_ptr_array_new();
    attempt->krrs = g_ptr_array_new();
    return attempt;
}

void story_attempt_free(gpointer data)
{
    StoryAttempt *attempt = data;

    if (attempt) {
        g_ptr_array_unref(attempt->legs);
        g_ptr_array_unref(attempt->krrs);
        g_free(attempt);
    }
}

/* ---- where a leg stands ---- */

const StoryLeg *story_attempt_first_leg(const StoryAttempt *attempt)
{
    return attempt->legs->len > 0 ? story_leg_at(attempt->legs, 0) : NULL;
}

bool story_attempt_is_from_initiator(const StoryAttempt *attempt, const StoryLeg *leg)
{
    return g_str_equal(story_leg_at(attempt->legs, 0)->source, leg->source);
}

bool story_attempt_is_first_hop(const StoryAttempt *attempt, const StoryLeg *leg)
{
    const StoryLeg *first = story_leg_at(attempt->legs, 0);

    return g_str_equal(first->source, leg->source) &&
           g_str_equal(first->destination, leg->destination);
}

/* ---- the KRR that reached the initiator ---- */

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
        const StoryKrr *krr = story_krr_at(attempt->krrs, i);
        for (StoryKrr *inner = krr->embeds; inner; inner = inner->embeds) {
            g_hash_table_add(replaced, inner);
        }
    }
    return replaced;
}

/* The KRR of the attempt that came furthest towards the initiator, and that none replaced on the way:
 *  of the first leg of the path that has one. NULL where no leg has. */
static StoryKrr *nearest_of(const StoryAttempt *attempt, GHashTable *replaced, bool to_initiator,
                            bool unreadable)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        if (to_initiator && !story_attempt_is_from_initiator(attempt, leg)) {
            continue;
        }
        for (guint k = 0; k < leg->krrs->len; k++) {
            StoryKrr *krr = story_krr_at(leg->krrs, k);
            if (krr->unreadable == unreadable && !g_hash_table_contains(replaced, krr) &&
                g_ptr_array_find(attempt->krrs, krr, NULL)) {
                return krr;
            }
        }
    }
    return NULL;
}

/* A broken body beside a KRR does not hide that one. */
static StoryKrr *nearest_krr(const StoryAttempt *attempt, GHashTable *replaced, bool to_initiator)
{
    StoryKrr *krr = nearest_of(attempt, replaced, to_initiator, false);

    return krr ? krr : nearest_of(attempt, replaced, to_initiator, true);
}

/* Does the capture show that the initiator was answered, and with no KRR? */
static bool was_answered_without_krr(const StoryAttempt *attempt)
{
    bool answered = false;

    for (guint i = 0; attempt->offer && i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        if (!story_attempt_is_from_initiator(attempt, leg)) {
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
    return received || attempt->krrs->len == 0 ? received : story_krr_at(attempt->krrs, 0);
}

/* ---- answer and times ---- */

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
static void find_answer(StoryAttempt *attempt)
{
    const StoryLeg *answered = NULL;

    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        if (story_attempt_is_from_initiator(attempt, leg) &&
            answer_rank(leg) > (answered ? answer_rank(answered) : 0)) {
            answered = leg;
        }
    }
    for (guint i = 0; i < attempt->legs->len && !answered; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        answered = answer_rank(leg) > 0 ? leg : NULL;
    }
    if (answered) {
        attempt->status = answered->status;
        attempt->ended = answered->response;
    }
}

static void find_times(StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        StoryFrame last = leg->has_response ? leg->response : leg->request;
        if (story_frame_compare(&attempt->ended, &last) < 0 || i == 0) {
            attempt->ended = last;
        }
    }
    if (attempt->legs->len > 0) {
        attempt->started = story_leg_first_frame(story_leg_at(attempt->legs, 0));
    } else {
        attempt->started = story_krr_at(attempt->krrs, 0)->first_alone;
        attempt->ended = attempt->started;
    }
}

/* ---- settling ---- */

void story_attempt_settle(StoryAttempt *attempt, const KmsPolicy *policy)
{
    leg_path_order(attempt->legs, policy);
    g_ptr_array_sort(attempt->krrs, compare_krrs);
    find_times(attempt);
    find_answer(attempt);
    attempt->received = received_krr(attempt);
}

void story_attempt_absorb(StoryAttempt *attempt, const StoryAttempt *other, const KmsPolicy *policy)
{
    g_ptr_array_extend(attempt->legs, other->legs, NULL, NULL);
    g_ptr_array_extend(attempt->krrs, other->krrs, NULL, NULL);
    attempt->status = 0;
    story_attempt_settle(attempt, policy);
}

/* ---- what was offered ---- */

guint story_attempt_purpose(const StoryAttempt *attempt)
{
    return attempt->offer ? mikey_purpose(attempt->offer->facts->csb_id) : STORY_PURPOSE_UNKNOWN;
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

/* ---- by what a leg was found to belong to it ---- */

static bool carries(const StoryLeg *leg, const StoryOffer *offer)
{
    return offer && g_ptr_array_find(leg->offers, offer, NULL);
}

bool story_attempt_lost_offer(const StoryAttempt *attempt, const StoryLeg *leg)
{
    return attempt->offer && leg->has_request && leg->request_readable && leg->offers->len == 0 &&
           leg->krrs->len > 0;
}

static bool share_krr(const StoryLeg *a, const StoryLeg *b)
{
    for (guint i = 0; i < a->krrs->len; i++) {
        if (g_ptr_array_find(b->krrs, story_krr_at(a->krrs, i), NULL)) {
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
            const StoryKrr *first = story_krr_at(a->krrs, i);
            const StoryKrr *second = story_krr_at(b->krrs, k);
            if (holds(first, second) || holds(second, first)) {
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
        const StoryLeg *other = story_leg_at(attempt->legs, i);
        if (other != leg && related(leg, other)) {
            return true;
        }
    }
    return false;
}

StoryLink story_attempt_leg_link(const StoryAttempt *attempt, guint place)
{
    const StoryLeg *leg = story_leg_at(attempt->legs, place);

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
    if (any_other(attempt, leg, nest_krrs)) {
        return STORY_LINK_EMBEDDED;
    }
    return story_attempt_lost_offer(attempt, leg) ? STORY_LINK_KRR_IDENTITIES
                                                  : STORY_LINK_TRANSACTION;
}
