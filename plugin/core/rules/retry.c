/* retry.c
 * A KRR that reached its initiator, and the further offer that followed it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/retry.h"

#include "core/octets/kms-uri.h"

/* ---- pairs of KMSs ---- */

const char *story_offered(const StoryAttempt *attempt, KrrSide side)
{
    return side == KRR_INITIATOR ? story_attempt_idrkmsi(attempt) : story_attempt_idrkmsr(attempt);
}

bool story_same_pair(const StoryAttempt *a, const StoryAttempt *b)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *first = story_offered(a, side);
        const char *second = story_offered(b, side);
        if (!first || !second || !kms_uri_same(first, second)) {
            return false;
        }
    }
    return true;
}

bool story_krr_forbids(const StoryKrr *krr, const StoryAttempt *attempt, KrrSide side)
{
    const KrrList *list = &krr->krr->lists[side];
    const char *kms = story_offered(attempt, side);

    return kms && list->kind != KRR_LIST_MISSING && !krr_list_allows(list, kms);
}

bool story_krr_forbids_pair(const StoryKrr *krr, const StoryAttempt *attempt)
{
    return story_krr_forbids(krr, attempt, KRR_INITIATOR) ||
           story_krr_forbids(krr, attempt, KRR_RECEIVER);
}

/* ---- what a retry shows ---- */

GArray *retry_frames(const StoryRetry *retry)
{
    GArray *frames = evidence_new();

    evidence_add(frames, retry->before->started);
    evidence_add(frames, retry->before->ended);
    evidence_add(frames, retry->after->started);
    return frames;
}

StorySubject retry_subject(const StoryRetry *retry)
{
    return (StorySubject){retry->negotiation, retry->krr, retry->after->offer};
}

/* ---- other KRRs ---- */

bool story_krr_is_signed(const StoryKrr *krr, gpointer nothing)
{
    (void)nothing;
    return krr->krr->signature.present;
}

bool retry_another_krr_allows(const StoryRetry *retry, RetryFits fits, gpointer data)
{
    const GPtrArray *legs = retry->before->legs;

    for (guint i = 0; i < legs->len; i++) {
        const StoryLeg *leg = story_leg_at(legs, i);
        if (!story_attempt_is_from_initiator(retry->before, leg)) {
            continue;
        }
        for (guint k = 0; k < leg->krrs->len; k++) {
            const StoryKrr *krr = story_krr_at(leg->krrs, k);
            if (krr != retry->krr && !krr->unreadable &&
                !story_krr_forbids_pair(krr, retry->after) && (!fits || fits(krr, data))) {
                return true;
            }
        }
    }
    return false;
}

/* ---- whether there is something to judge ---- */

/* Does the policy have the initiator ignore the KRR? */
static bool shall_ignore(const StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    return !user.allow_krr || (user.require_signed_krr && !story_krr_is_signed(retry->krr, NULL));
}

bool retry_is_choice(const StoryJudge *judge, const StoryRetry *retry)
{
    return retry->krr && !(story_same_pair(retry->before, retry->after) &&
                           (!retry->after->offer || shall_ignore(judge, retry)));
}

/* Is an attempt one for a private call key: by its offer, or by the INVITE where that was not
 * captured? */
static bool is_for_call(const StoryAttempt *attempt)
{
    const StoryLeg *first = story_attempt_first_leg(attempt);

    if (attempt->offer) {
        return mikey_purpose(attempt->offer->facts->csb_id) == MIKEY_PURPOSE_PCK;
    }
    return first && g_strcmp0(first->method, "INVITE") == 0;
}

bool retry_is_for_same_key(const StoryRetry *retry)
{
    const StoryAttempt *before = retry->before;
    const StoryAttempt *after = retry->after;

    return (before->offer && after->offer) || (is_for_call(before) && is_for_call(after));
}

bool story_was_cancelled(const StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        if (leg->cancelled && leg->status == 487 && story_attempt_is_from_initiator(attempt, leg)) {
            return true;
        }
    }
    return false;
}

/* ---- all retries ---- */

/* Attempts of one initiator that wait for their answer at a time: an attacker may send very many. */
#define MAX_WAITING 256

/* Which KRR binds, carried from attempt to attempt. */
typedef struct Binding {
    const StoryAttempt *last; /* that bound an attempt before; NULL: none */
    GPtrArray *waiting; /* of StoryAttempt: later ones with a KRR, which had not come by then */
} Binding;

/* Had an attempt been answered by a KRR before another one began? */
static bool binds(const StoryAttempt *attempt, const StoryAttempt *after)
{
    return attempt->ended.capture != after->started.capture ||
           attempt->ended.time_ns <= after->started.time_ns;
}

static void await_answer(Binding *binding, const StoryAttempt *attempt)
{
    if (!attempt->received) {
        return;
    }
    if (binding->waiting->len == MAX_WAITING) {
        g_ptr_array_remove_index(binding->waiting, 0);
    }
    g_ptr_array_add(binding->waiting, (gpointer)attempt);
}

/* The attempt whose KRR binds a later one: the last that was answered by one before it began, whatever
 * was tried in between; the one before it where none was. */
static const StoryAttempt *binding_attempt(Binding *binding, const StoryAttempt *before,
                                           const StoryAttempt *after)
{
    await_answer(binding, before);
    for (guint i = binding->waiting->len; i-- > 0;) {
        const StoryAttempt *attempt = story_attempt_at(binding->waiting, i);
        if (binds(attempt, after)) {
            binding->last = attempt;
            g_ptr_array_remove_range(binding->waiting, 0, i + 1);
            break;
        }
    }
    return binding->last && binds(binding->last, after) ? binding->last : before;
}

/* What cannot be read can be neither obeyed nor disobeyed. */
static const StoryKrr *krr_readable(const StoryKrr *krr)
{
    return krr && !krr->unreadable ? krr : NULL;
}

void story_each_retry(StoryJudge *judge, const StoryNegotiation *negotiation,
                      void (*visit)(StoryJudge *judge, const StoryRetry *retry))
{
    const StoryAttempt *first = story_attempt_at(negotiation->attempts, 0);
    bool knew_initiator = story_has_initiators_hop(judge, negotiation, first);
    bool knows_all = knew_initiator;
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    Binding binding = {.waiting = waiting};

    for (guint i = 1; i < negotiation->attempts->len; i++) {
        StoryRetry retry = {
            .negotiation = negotiation,
            .place = i,
            .after = story_attempt_at(negotiation->attempts, i),
        };
        retry.before =
            binding_attempt(&binding, story_attempt_at(negotiation->attempts, i - 1), retry.after);
        const bool knows_initiator = story_has_initiators_hop(judge, negotiation, retry.after);
        knows_all = knows_all && knows_initiator && retry_is_for_same_key(&retry);
        retry.krr = krr_readable(retry.before->received);
        retry.knows_initiator = knew_initiator && knows_initiator;
        retry.knows_all = knows_all;
        visit(judge, &retry);
        knew_initiator = knows_initiator;
    }
}

/* ---- the KRR that reached the initiator ---- */

/* On which of the initiator's own legs a KRR came; NULL: on none. */
static const StoryLeg *find_leg(const StoryAttempt *attempt, StoryFrame *frame)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        guint place;
        if (story_attempt_is_from_initiator(attempt, leg) &&
            g_ptr_array_find(leg->krrs, attempt->received, &place)) {
            *frame = *story_frame_at(leg->krr_frames, place);
            return leg;
        }
    }
    return NULL;
}

bool krr_find_receipt(const StoryJudge *judge, const StoryNegotiation *negotiation,
                      const StoryAttempt *attempt, KrrReceipt *receipt)
{
    if (!attempt->received || attempt->received->unreadable ||
        !story_has_initiators_hop(judge, negotiation, attempt)) {
        return false;
    }
    *receipt = (KrrReceipt){
        .negotiation = negotiation,
        .krr = attempt->received,
        .user = story_initiator(judge, negotiation),
        .idri = negotiation->idri,
    };
    receipt->leg = find_leg(attempt, &receipt->frame);
    return receipt->leg && receipt->idri;
}
