/* rules-selection.c
 * The rules on the KMSs that the initiator chooses after a KRR (clause 7.2.1.3.2.5)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-frames.h"
#include "core/octets/kms-uri.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* Users and KMSs of first offers that are told apart. */
#define MAX_GROUPS 256

/* ---- what the lists allow ---- */

static void say_outside_list(StoryJudge *judge, const StoryRetry *retry)
{
    GString *expected = g_string_new(NULL);
    GString *observed = g_string_new(NULL);

    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (!story_krr_forbids(retry->krr, retry->after, side)) {
            continue;
        }
        rule_words_append(expected, "%s%s from the %s list of krr-%u: %pL.",
                          expected->len ? " " : "", rule_side_identity(side), krr_side_name(side),
                          retry->krr->number, &retry->krr->krr->lists[side]);
        rule_words_append(observed, "%sThe next offer uses %pQ as %s.", observed->len ? " " : "",
                          story_offered(retry->after, side), rule_side_identity(side));
    }
    audit_add_finding(judge, KRR_RULE_RETRY_OUTSIDE_LIST, retry_subject(retry), retry_frames(retry),
                      g_string_free(expected, FALSE), g_string_free(observed, FALSE));
}

/* Clause 7.2.1.3.2.5, steps 1 and 2: the initiator selects its KMS from the initiator list of
 * the KRR, and the receiver's from the receiver list. Silent where: another KRR that reached it
 * allows the pair, or the list or the KMS is not known. */
void rule_retry_outside_list(StoryJudge *judge, const StoryRetry *retry)
{
    if (story_krr_forbids_pair(retry->krr, retry->after) &&
        !retry_another_krr_allows(retry, NULL, NULL)) {
        say_outside_list(judge, retry);
    }
}

/* Clause 7.2.1.3.2.5, steps 1d and 2d, and 7.2.1.3.2.4: where a list leaves no KMS, the
 * communication fails. Silent where: the initiator had to ignore the KRR, and offered the same
 * again. */
void rule_retry_after_empty_list(StoryJudge *judge, const StoryRetry *retry)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (retry->krr->krr->lists[side].kind == KRR_LIST_EMPTY) {
            audit_add_finding(judge, KRR_RULE_RETRY_AFTER_EMPTY_LIST, retry_subject(retry),
                              retry_frames(retry),
                              rule_words("The %s list of krr-%u is empty: the communication fails.",
                                         krr_side_name(side), retry->krr->number),
                              rule_words("The initiator sent a new offer."));
            return;
        }
    }
}

/* Clause 7.2.1.3.2.5: a KRR leads to a new selection, so that the pair which it does not allow
 * is not offered again. Silent where: another KRR that reached the initiator allows it. */
void rule_retry_same_pair(StoryJudge *judge, const StoryRetry *retry)
{
    if (!story_same_pair(retry->before, retry->after) ||
        !story_krr_forbids_pair(retry->krr, retry->after) ||
        retry_another_krr_allows(retry, NULL, NULL)) {
        return;
    }
    audit_add_finding(judge, KRR_RULE_RETRY_SAME_PAIR, retry_subject(retry), retry_frames(retry),
                      rule_words("Another pair of KMSs than the one that krr-%u does not allow.",
                                 retry->krr->number),
                      rule_words("The next offer repeats it: initiator KMS %pQ, receiver KMS %pQ.",
                                 story_offered(retry->after, KRR_INITIATOR),
                                 story_offered(retry->after, KRR_RECEIVER)));
}

/* ---- what the initiator has ---- */

/* What a KMS must be to the initiator, by side. */
static const char *const allowed_roles[KRR_N_SIDES] = {
    [KRR_INITIATOR] = "home or secondary",
    [KRR_RECEIVER] = "home, secondary or external",
};

/* May the initiator use a KMS on that side: keyed by it, or with its certificate? */
static bool provisioned(const KmsUser *user, KrrSide side, const char *kms)
{
    KmsRole role = kms_user_role(user, kms);

    return role == KMS_ROLE_HOME || role == KMS_ROLE_SECONDARY ||
           (role == KMS_ROLE_EXTERNAL && side == KRR_RECEIVER);
}

/* Clause 7.2.1.3.2.5, steps 1a, 1b, 2a and 2b: of a list the initiator uses what belongs to its
 * home and secondary KMSs, and for the receiver also to its external ones. Whether a KRR had
 * reached it does not matter. Silent where: the policy does not state the initiator's KMSs. */
void rule_retry_unprovisioned_kms(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    for (KrrSide side = 0; side < KRR_N_SIDES && user.knows_kms; side++) {
        const char *kms = story_offered(retry->after, side);
        if (!kms || provisioned(&user, side, kms)) {
            continue;
        }
        audit_add_finding(judge, KRR_RULE_RETRY_UNPROVISIONED_KMS, retry_subject(retry),
                          retry_frames(retry),
                          rule_words("As %s a KMS that is %s for %pQ.", rule_side_identity(side),
                                     allowed_roles[side], retry->negotiation->idri),
                          rule_words("The next offer uses %pQ, which is none of these.", kms));
    }
}

/* ---- offer-unprovisioned-kms ---- */

/* Offers that followed a KRR: these are judged as retries. A set of StoryOffer. */
static GHashTable *retried_offers(const Ledger *ledger)
{
    GHashTable *offers = g_hash_table_new(NULL, NULL);
    const GPtrArray *negotiations = ledger_negotiations(ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        const GPtrArray *attempts = story_negotiation_at(negotiations, i)->attempts;
        for (guint k = 1; k < attempts->len; k++) {
            StoryOffer *offer = story_attempt_at(attempts, k)->offer;
            if (offer) {
                g_hash_table_add(offers, offer);
            }
        }
    }
    return offers;
}

/* What offers of one user have in common with a KMS that the user may not use there. */
typedef struct Unprovisioned {
    const char *idri;
    const char *kms;
    KrrSide side;
    guint64 count;
    StoryFrame first, last;
} Unprovisioned;

/* Adds a use to those of the same user, KMS and side. More than MAX_GROUPS are not told apart: there a
 * group each would be a flood of its own. */
static void group_use(GArray *groups, const KmsUse *use, KrrSide side, const char *kms)
{
    for (guint i = 0; i < groups->len; i++) {
        Unprovisioned *group = &g_array_index(groups, Unprovisioned, i);
        if (group->side == side && g_str_equal(group->kms, kms) &&
            g_str_equal(group->idri, use->idri)) {
            group->count += use->count;
            group->first =
                story_frame_compare(&use->first, &group->first) < 0 ? use->first : group->first;
            group->last =
                story_frame_compare(&use->last, &group->last) > 0 ? use->last : group->last;
            return;
        }
    }
    if (groups->len < MAX_GROUPS) {
        const Unprovisioned fresh = {use->idri, kms, side, use->count, use->first, use->last};
        g_array_append_val(groups, fresh);
    }
}

static void say_unprovisioned(StoryJudge *judge, const Unprovisioned *group)
{
    GArray *frames = evidence_new();

    evidence_add(frames, group->first);
    evidence_add(frames, group->last);
    audit_add_finding(judge, KRR_RULE_OFFER_UNPROVISIONED_KMS, (StorySubject){0}, frames,
                      rule_words("As %s a KMS that is %s for %pQ.", rule_side_identity(group->side),
                                 allowed_roles[group->side], group->idri),
                      rule_words("%u first offer%s, which no KRR came before, use%s %pQ.",
                                 (guint)MIN(group->count, G_MAXUINT),
                                 rule_plural((guint)MIN(group->count, G_MAXUINT)),
                                 group->count == 1 ? "s" : "", group->kms));
}

/* Clause 7.2.1.3.2.5, steps 1a and 2a with ANY and ANY: a first offer too is made with KMSs that the
 * Home KMS has provisioned. Silent where: the policy does not state the initiator's KMSs, or the
 * initiator is none of the auditor's own users; or the offer hides its initiator. */
void rule_offer_unprovisioned_kms(StoryJudge *judge)
{
    g_autoptr(GHashTable) retried = retried_offers(judge->ledger);
    g_autoptr(KmsUseLog) log = kms_use_log_with(ledger_removed_uses(judge->ledger),
                                                ledger_all_offers(judge->ledger), retried);
    g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(Unprovisioned));
    const GPtrArray *uses = kms_use_log_uses(log);

    for (guint i = 0; i < uses->len; i++) {
        const KmsUse *use = g_ptr_array_index(uses, i);
        const char *const kms[KRR_N_SIDES] = {
            [KRR_INITIATOR] = use->idrkmsi, [KRR_RECEIVER] = use->idrkmsr};
        const KmsUser user = use->idri
                                 ? kms_policy_user(judge->policy, use->idri, KMS_USER_INITIATOR)
                                 : KMS_USER_NOBODY;
        for (KrrSide side = 0; side < KRR_N_SIDES && user.own && user.knows_kms; side++) {
            if (kms[side] && !provisioned(&user, side, kms[side])) {
                group_use(groups, use, side, kms[side]);
            }
        }
    }
    for (guint i = 0; i < groups->len; i++) {
        say_unprovisioned(judge, &g_array_index(groups, Unprovisioned, i));
    }
}

/* ---- retry-not-preferred ---- */

/* The first KMS of a list that the initiator may use on that side, or NULL. */
static const char *first_usable(const KmsUser *user, KrrSide side, const KrrList *list)
{
    for (guint i = 0; i < list->kms->len; i++) {
        const char *kms = krr_list_kms_at(list, i);
        if (provisioned(user, side, kms)) {
            return kms;
        }
    }
    return NULL;
}

/* What the initiator should have used in place of an allowed KMS; NULL where that was right. */
static const char *preferred_instead(const KmsUser *user, KrrSide side, const KrrList *list,
                                     const char *kms)
{
    if (!kms || !provisioned(user, side, kms) || (user->home && kms_uri_same(kms, user->home))) {
        return NULL;
    }
    if (list->kind == KRR_LIST_ANY) {
        return user->home;
    }
    const char *first = first_usable(user, side, list);
    if (first && kms_uri_same(first, kms)) {
        return NULL;
    }
    return user->home && krr_list_allows(list, user->home) ? user->home : first;
}

/* Clause 7.2.1.3.2.5, steps 1b and 2b, i to iii: the initiator uses the home KMS if the list
 * holds it, else the first that it may use; a local policy may choose otherwise, so that this is
 * a note. Silent where: the policy does not state the initiator's KMSs, or the KRR does not
 * allow the pair. */
void rule_retry_not_preferred(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    if (!user.knows_kms || story_krr_forbids_pair(retry->krr, retry->after)) {
        return;
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *kms = story_offered(retry->after, side);
        const char *preferred = preferred_instead(&user, side, &retry->krr->krr->lists[side], kms);
        if (!preferred) {
            continue;
        }
        audit_add_finding(
            judge, KRR_RULE_RETRY_NOT_PREFERRED, retry_subject(retry), retry_frames(retry),
            rule_words("As %s the home KMS, or the first of the list that the initiator may use: "
                       "here %pQ.",
                       rule_side_identity(side), preferred),
            rule_words("The next offer uses %pQ: allowed, but not preferred.", kms));
    }
}

/* ---- what the Home KMS orders ---- */

/* Clause 7.2.1.3.5, Allow KRRs: if no, all KRRs shall be ignored. Silent where: the same pair is
 * offered again, which is to ignore the KRR. */
void rule_acted_on_forbidden_krr(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    if (!user.allow_krr) {
        audit_add_finding(judge, KRR_RULE_ACTED_ON_FORBIDDEN_KRR, retry_subject(retry),
                          retry_frames(retry),
                          rule_words("The policy for %pQ says that all KRRs shall be ignored.",
                                     retry->negotiation->idri),
                          rule_words("A new offer follows krr-%u.", retry->krr->number));
    }
}

/* Clause 7.2.1.3.5, Require signed KRRs: all unsigned KRRs shall be ignored. That a signature is
 * there is all that is asked for here; whether it holds is told elsewhere. Silent where: a
 * signed KRR that also reached the initiator allows the pair, or the same pair is offered again. */
void rule_acted_on_unsigned_krr(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    if (user.require_signed_krr && !story_krr_is_signed(retry->krr, NULL) &&
        !retry_another_krr_allows(retry, story_krr_is_signed, NULL)) {
        audit_add_finding(
            judge, KRR_RULE_ACTED_ON_UNSIGNED_KRR, retry_subject(retry), retry_frames(retry),
            rule_words("The policy for %pQ says that unsigned KRRs shall be ignored.",
                       retry->negotiation->idri),
            rule_words("A new offer follows krr-%u, which is not signed.", retry->krr->number));
    }
}

/* ---- redirect-loop ---- */

/* Attempts of one negotiation that are looked at for a return: an attacker may make very many. */
#define MAX_LOOK_BACK 64

/* Did an attempt end in a redirect to something else? A KRR that leaves nothing ends the matter,
 * and so does an answer without one, such as 486: who offers again afterwards may well begin
 * afresh. */
static bool leads_on(const StoryAttempt *attempt)
{
    const StoryKrr *krr = attempt->received;

    return krr && !story_was_cancelled(attempt) &&
           krr->krr->lists[KRR_INITIATOR].kind != KRR_LIST_EMPTY &&
           krr->krr->lists[KRR_RECEIVER].kind != KRR_LIST_EMPTY;
}

/* How many attempts before this one are of the same unbroken row of redirects. */
static guint redirects_before(const StoryNegotiation *negotiation, guint place)
{
    guint count = 0;

    while (count < place && count < MAX_LOOK_BACK &&
           leads_on(story_attempt_at(negotiation->attempts, place - 1 - count))) {
        count++;
    }
    return count;
}

/* The earlier attempt with the same pair, with another pair in between; NULL where there is
 * none. */
static const StoryAttempt *returned_to(const StoryNegotiation *negotiation, guint place)
{
    const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, place);
    guint redirects = redirects_before(negotiation, place);
    bool left = false;

    for (guint i = 1; i <= redirects; i++) {
        const StoryAttempt *earlier = story_attempt_at(negotiation->attempts, place - i);
        bool same = story_same_pair(earlier, attempt);
        if (same && left) {
            return earlier;
        }
        left = left || (!same && story_offered(earlier, KRR_INITIATOR) &&
                        story_offered(earlier, KRR_RECEIVER));
    }
    return NULL;
}

/* A KRR of an earlier attempt that does not allow the pair of this one, or NULL. */
static const StoryKrr *forbidden_before(const StoryNegotiation *negotiation, guint place)
{
    const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, place);
    guint redirects = redirects_before(negotiation, place);

    for (guint i = 1; i <= redirects; i++) {
        const StoryAttempt *earlier = story_attempt_at(negotiation->attempts, place - i);
        if (story_krr_forbids_pair(earlier->received, attempt)) {
            return earlier->received;
        }
    }
    return NULL;
}

/* Clause 7.2.1.3.2.1: the lists say which KMSs are acceptable, and redirects lead on to a pair
 * that all accept, or to an end (7.2.1.3.1.1). Silent where: the pair was never left, an answer
 * without a KRR, or one that leaves nothing, came between; or not all of the initiator's
 * attempts are known to be seen. */
void rule_redirect_loop(StoryJudge *judge, const StoryRetry *retry)
{
    const StoryNegotiation *negotiation = retry->negotiation;
    const StoryAttempt *earlier = returned_to(negotiation, retry->place);
    const StoryKrr *krr = earlier ? forbidden_before(negotiation, retry->place) : NULL;

    if (!krr) {
        return;
    }
    GArray *frames = evidence_new();
    evidence_add(frames, earlier->started);
    evidence_add(frames, krr->first_alone);
    evidence_add(frames, retry->after->started);
    StorySubject subject = {negotiation, krr, retry->after->offer};
    audit_add_finding(
        judge, KRR_RULE_REDIRECT_LOOP, subject, frames,
        rule_words("Redirects lead on to a pair of KMSs that all accept, or to an end."),
        rule_words("After another pair, attempt %u returns to initiator KMS %pQ, receiver KMS "
                   "%pQ, which krr-%u did not allow.",
                   retry->place + 1, story_offered(retry->after, KRR_INITIATOR),
                   story_offered(retry->after, KRR_RECEIVER), krr->number));
}
