/* rules-selection.c
 * The rules on the KMSs that the initiator chooses after a KRR (clause 7.2.1.3.2.5)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules-private.h"

/* A KRR that was answered by a further offer. */
typedef struct Retry {
    const StoryNegotiation *negotiation;
    const StoryAttempt *before;
    const StoryAttempt *after;
    const StoryKrr *krr; /* that reached the initiator */
} Retry;

/** The KMSs that an attempt offered, by side. */
static const char *offered(const StoryAttempt *attempt, KrrSide side)
{
    return side == KRR_INITIATOR ? story_attempt_idrkmsi(attempt) : story_attempt_idrkmsr(attempt);
}

static const char *side_identity(KrrSide side)
{
    return side == KRR_INITIATOR ? "IDRkmsi" : "IDRkmsr";
}

/** Does the KRR forbid that KMS there? Where the list or the KMS is not known it does not. */
static bool forbids(const StoryKrr *krr, KrrSide side, const char *kms)
{
    const KrrList *list = &krr->krr->lists[side];

    return kms && list->kind != KRR_LIST_MISSING && !krr_list_allows(list, kms);
}

static bool forbids_pair(const StoryKrr *krr, const StoryAttempt *attempt)
{
    return forbids(krr, KRR_INITIATOR, offered(attempt, KRR_INITIATOR)) ||
           forbids(krr, KRR_RECEIVER, offered(attempt, KRR_RECEIVER));
}

static bool same_pair(const StoryAttempt *a, const StoryAttempt *b)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *first = offered(a, side);
        if (!first || g_strcmp0(first, offered(b, side)) != 0) {
            return false;
        }
    }
    return true;
}

/** The answer on the leg nearest to the initiator, and the retry. */
static GArray *retry_frames(const Retry *retry)
{
    GArray *frames = evidence_new();

    evidence_add(frames, retry->before->started);
    evidence_add(frames, retry->before->ended);
    evidence_add(frames, retry->after->started);
    return frames;
}

static StorySubject retry_subject(const Retry *retry)
{
    return (StorySubject){retry->negotiation, retry->krr, retry->after->offer};
}

/** Where two KRRs compete, the initiator may have acted on either. */
static bool another_krr_allows(const Retry *retry)
{
    const StoryLeg *leg = retry->before->legs->len > 0 ? retry->before->legs->pdata[0] : NULL;

    for (guint i = 0; leg && i < leg->krrs->len; i++) {
        if (leg->krrs->pdata[i] != retry->krr && !forbids_pair(leg->krrs->pdata[i], retry->after)) {
            return true;
        }
    }
    return false;
}

static void rule_retry_outside_list(StoryJudge *judge, const Retry *retry)
{
    if (!forbids_pair(retry->krr, retry->after) || another_krr_allows(retry)) {
        return;
    }
    GString *expected = g_string_new(NULL);
    GString *observed = g_string_new(NULL);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (!forbids(retry->krr, side, offered(retry->after, side))) {
            continue;
        }
        g_autofree char *list = krr_list_to_text(&retry->krr->krr->lists[side]);
        g_autofree char *quoted_list = rules_quote(list);
        g_autofree char *kms = rules_quote(offered(retry->after, side));
        g_string_append_printf(expected, "%s%s from the %s list of krr-%u: %s.",
                               expected->len ? " " : "", side_identity(side), krr_side_name(side),
                               retry->krr->number, quoted_list);
        g_string_append_printf(observed, "%sThe next offer uses %s as %s.",
                               observed->len ? " " : "", kms, side_identity(side));
    }
    story_fire(judge, KRR_RULE_RETRY_OUTSIDE_LIST, retry_subject(retry), retry_frames(retry),
               g_string_free(expected, FALSE), g_string_free(observed, FALSE));
}

static void rule_retry_after_empty_list(StoryJudge *judge, const Retry *retry)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (retry->krr->krr->lists[side].kind == KRR_LIST_EMPTY) {
            story_fire(judge, KRR_RULE_RETRY_AFTER_EMPTY_LIST, retry_subject(retry),
                       retry_frames(retry),
                       g_strdup_printf("The %s list of krr-%u is empty: the communication fails.",
                                       krr_side_name(side), retry->krr->number),
                       g_strdup("The initiator sent a new offer."));
            return;
        }
    }
}

static void rule_retry_same_pair(StoryJudge *judge, const Retry *retry)
{
    if (!same_pair(retry->before, retry->after) || !forbids_pair(retry->krr, retry->after) ||
        another_krr_allows(retry)) {
        return;
    }
    g_autofree char *kmsi = rules_quote(offered(retry->after, KRR_INITIATOR));
    g_autofree char *kmsr = rules_quote(offered(retry->after, KRR_RECEIVER));
    story_fire(judge, KRR_RULE_RETRY_SAME_PAIR, retry_subject(retry), retry_frames(retry),
               g_strdup_printf("Another pair of KMSs than the one that krr-%u does not allow.",
                               retry->krr->number),
               g_strdup_printf("The next offer repeats it: initiator KMS %s, receiver KMS %s.",
                               kmsi, kmsr));
}

typedef void (*JudgeRetry)(StoryJudge *judge, const Retry *retry);

static const JudgeRetry retry_rules[] = {
    rule_retry_outside_list,
    rule_retry_after_empty_list,
    rule_retry_same_pair,
};

/* Attempts of one negotiation that are looked at for a return: an attacker may make very many. */
#define MAX_LOOK_BACK 64

/** The earlier attempt with the same pair, with another pair in between; NULL where there is none. */
static const StoryAttempt *returned_to(const StoryNegotiation *negotiation, guint place)
{
    const StoryAttempt *attempt = negotiation->attempts->pdata[place];
    bool left = false;

    for (guint i = 1; i <= place && i <= MAX_LOOK_BACK; i++) {
        const StoryAttempt *earlier = negotiation->attempts->pdata[place - i];
        bool same = same_pair(earlier, attempt);
        if (same && left) {
            return earlier;
        }
        left = left || (!same && offered(earlier, KRR_INITIATOR) && offered(earlier, KRR_RECEIVER));
    }
    return NULL;
}

/** A KRR of an earlier attempt that does not allow the pair of this one, or NULL. */
static const StoryKrr *forbidden_before(const StoryNegotiation *negotiation, guint place)
{
    for (guint i = 1; i <= place && i <= MAX_LOOK_BACK; i++) {
        const StoryAttempt *earlier = negotiation->attempts->pdata[place - i];
        if (earlier->received &&
            forbids_pair(earlier->received, negotiation->attempts->pdata[place])) {
            return earlier->received;
        }
    }
    return NULL;
}

static void rule_redirect_loop(StoryJudge *judge, const StoryNegotiation *negotiation, guint place)
{
    const StoryAttempt *attempt = negotiation->attempts->pdata[place];
    const StoryAttempt *earlier = returned_to(negotiation, place);
    const StoryKrr *krr = earlier ? forbidden_before(negotiation, place) : NULL;

    if (!krr) {
        return;
    }
    GArray *frames = evidence_new();
    evidence_add(frames, earlier->started);
    evidence_add(frames, krr->first_alone);
    evidence_add(frames, attempt->started);
    g_autofree char *kmsi = rules_quote(offered(attempt, KRR_INITIATOR));
    g_autofree char *kmsr = rules_quote(offered(attempt, KRR_RECEIVER));
    StorySubject subject = {negotiation, krr, attempt->offer};
    story_fire(
        judge, KRR_RULE_REDIRECT_LOOP, subject, frames,
        g_strdup("Redirects lead on to a pair of KMSs that all accept, or to an end."),
        g_strdup_printf("After another pair, attempt %u returns to initiator KMS %s, receiver "
                        "KMS %s, which krr-%u did not allow.",
                        place + 1, kmsi, kmsr, krr->number));
}

static void judge_negotiation(StoryJudge *judge, const StoryNegotiation *negotiation)
{
    for (guint i = 1; i < negotiation->attempts->len; i++) {
        Retry retry = {
            .negotiation = negotiation,
            .before = negotiation->attempts->pdata[i - 1],
            .after = negotiation->attempts->pdata[i],
        };
        retry.krr = retry.before->received;
        for (guint k = 0; retry.krr && k < G_N_ELEMENTS(retry_rules); k++) {
            retry_rules[k](judge, &retry);
        }
        rule_redirect_loop(judge, negotiation, i);
    }
}

void rules_selection_judge(StoryJudge *judge)
{
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        judge_negotiation(judge, g_ptr_array_index(negotiations, i));
    }
}
