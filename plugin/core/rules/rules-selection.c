/* rules-selection.c
 * The rules on the KMSs that the initiator chooses after a KRR (clause 7.2.1.3.2.5)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rules-private.h"

const char *story_offered(const StoryAttempt *attempt, KrrSide side)
{
    return side == KRR_INITIATOR ? story_attempt_idrkmsi(attempt) : story_attempt_idrkmsr(attempt);
}

static const char *side_identity(KrrSide side)
{
    return side == KRR_INITIATOR ? "IDRkmsi" : "IDRkmsr";
}

/* Does the KRR forbid that KMS there? Where the list or the KMS is not known it does not. */
static bool forbids(const StoryKrr *krr, KrrSide side, const char *kms)
{
    const KrrList *list = &krr->krr->lists[side];

    return kms && list->kind != KRR_LIST_MISSING && !krr_list_allows(list, kms);
}

static bool forbids_pair(const StoryKrr *krr, const StoryAttempt *attempt)
{
    return forbids(krr, KRR_INITIATOR, story_offered(attempt, KRR_INITIATOR)) ||
           forbids(krr, KRR_RECEIVER, story_offered(attempt, KRR_RECEIVER));
}

static bool same_pair(const StoryAttempt *a, const StoryAttempt *b)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *first = story_offered(a, side);
        if (!first || g_strcmp0(first, story_offered(b, side)) != 0) {
            return false;
        }
    }
    return true;
}

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

static bool is_signed(const StoryKrr *krr, gpointer data)
{
    (void)data;
    return krr->krr->signature.present;
}

bool retry_another_krr_allows(const StoryRetry *retry, RetryFits fits, gpointer data)
{
    const GPtrArray *legs = retry->before->legs;

    for (guint i = 0; i < legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(legs, i);
        if (!g_str_equal(leg->source, ((const StoryLeg *)legs->pdata[0])->source)) {
            continue;
        }
        for (guint k = 0; k < leg->krrs->len; k++) {
            const StoryKrr *krr = g_ptr_array_index(leg->krrs, k);
            if (krr != retry->krr && !forbids_pair(krr, retry->after) &&
                (!fits || fits(krr, data))) {
                return true;
            }
        }
    }
    return false;
}

static void rule_retry_outside_list(StoryJudge *judge, const StoryRetry *retry)
{
    if (!forbids_pair(retry->krr, retry->after) || retry_another_krr_allows(retry, NULL, NULL)) {
        return;
    }
    GString *expected = g_string_new(NULL);
    GString *observed = g_string_new(NULL);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (!forbids(retry->krr, side, story_offered(retry->after, side))) {
            continue;
        }
        g_autofree char *list = krr_list_to_text(&retry->krr->krr->lists[side]);
        g_autofree char *quoted_list = rules_quote(list);
        g_autofree char *kms = rules_quote(story_offered(retry->after, side));
        g_string_append_printf(expected, "%s%s from the %s list of krr-%u: %s.",
                               expected->len ? " " : "", side_identity(side), krr_side_name(side),
                               retry->krr->number, quoted_list);
        g_string_append_printf(observed, "%sThe next offer uses %s as %s.",
                               observed->len ? " " : "", kms, side_identity(side));
    }
    story_fire(judge, KRR_RULE_RETRY_OUTSIDE_LIST, retry_subject(retry), retry_frames(retry),
               g_string_free(expected, FALSE), g_string_free(observed, FALSE));
}

static void rule_retry_after_empty_list(StoryJudge *judge, const StoryRetry *retry)
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

static void rule_retry_same_pair(StoryJudge *judge, const StoryRetry *retry)
{
    if (!same_pair(retry->before, retry->after) || !forbids_pair(retry->krr, retry->after) ||
        retry_another_krr_allows(retry, NULL, NULL)) {
        return;
    }
    g_autofree char *kmsi = rules_quote(story_offered(retry->after, KRR_INITIATOR));
    g_autofree char *kmsr = rules_quote(story_offered(retry->after, KRR_RECEIVER));
    story_fire(judge, KRR_RULE_RETRY_SAME_PAIR, retry_subject(retry), retry_frames(retry),
               g_strdup_printf("Another pair of KMSs than the one that krr-%u does not allow.",
                               retry->krr->number),
               g_strdup_printf("The next offer repeats it: initiator KMS %s, receiver KMS %s.",
                               kmsi, kmsr));
}

KmsUser story_initiator(const StoryJudge *judge, const StoryNegotiation *negotiation)
{
    return negotiation->idri ? kms_policy_user(judge->policy, negotiation->idri, KMS_USER_INITIATOR)
                             : KMS_USER_NOBODY;
}

/* May the initiator use a KMS on that side: keyed by it, or with its certificate? */
static bool provisioned(const KmsUser *user, KrrSide side, const char *kms)
{
    KmsRole role = kms_user_role(user, kms);

    return role == KMS_ROLE_HOME || role == KMS_ROLE_SECONDARY ||
           (role == KMS_ROLE_EXTERNAL && side == KRR_RECEIVER);
}

static void rule_retry_unprovisioned_kms(StoryJudge *judge, const StoryRetry *retry)
{
    static const char *const allowed[KRR_N_SIDES] = {
        [KRR_INITIATOR] = "home or secondary",
        [KRR_RECEIVER] = "home, secondary or external",
    };
    const KmsUser user = story_initiator(judge, retry->negotiation);

    for (KrrSide side = 0; side < KRR_N_SIDES && user.knows_kms; side++) {
        const char *kms = story_offered(retry->after, side);
        if (!kms || provisioned(&user, side, kms)) {
            continue;
        }
        g_autofree char *initiator = rules_quote(retry->negotiation->idri);
        g_autofree char *quoted = rules_quote(kms);
        story_fire(judge, KRR_RULE_RETRY_UNPROVISIONED_KMS, retry_subject(retry),
                   retry_frames(retry),
                   g_strdup_printf("As %s a KMS that is %s for %s.", side_identity(side),
                                   allowed[side], initiator),
                   g_strdup_printf("The next offer uses %s, which is none of these.", quoted));
    }
}

/* The first KMS of a list that the initiator may use on that side, or NULL. */
static const char *first_usable(const KmsUser *user, KrrSide side, const KrrList *list)
{
    for (guint i = 0; i < list->kms->len; i++) {
        const char *kms = ((const KrrValue *)list->kms->pdata[i])->text;
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
    if (!kms || !provisioned(user, side, kms) || g_strcmp0(kms, user->home) == 0) {
        return NULL;
    }
    if (list->kind == KRR_LIST_ANY) {
        return user->home;
    }
    const char *first = first_usable(user, side, list);
    if (g_strcmp0(first, kms) == 0) {
        return NULL;
    }
    return user->home && krr_list_allows(list, user->home) ? user->home : first;
}

static void rule_retry_not_preferred(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    if (!user.knows_kms || forbids_pair(retry->krr, retry->after)) {
        return;
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *kms = story_offered(retry->after, side);
        const char *preferred = preferred_instead(&user, side, &retry->krr->krr->lists[side], kms);
        if (!preferred) {
            continue;
        }
        g_autofree char *quoted = rules_quote(kms);
        g_autofree char *quoted_preferred = rules_quote(preferred);
        story_fire(
            judge, KRR_RULE_RETRY_NOT_PREFERRED, retry_subject(retry), retry_frames(retry),
            g_strdup_printf("As %s the home KMS, or the first of the list that the initiator "
                            "may use: here %s.",
                            side_identity(side), quoted_preferred),
            g_strdup_printf("The next offer uses %s: allowed, but not preferred.", quoted));
    }
}

static void rule_acted_on_forbidden_krr(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    if (!user.allow_krr) {
        g_autofree char *initiator = rules_quote(retry->negotiation->idri);
        story_fire(
            judge, KRR_RULE_ACTED_ON_FORBIDDEN_KRR, retry_subject(retry), retry_frames(retry),
            g_strdup_printf("The policy for %s says that all KRRs shall be ignored.", initiator),
            g_strdup_printf("A new offer follows krr-%u.", retry->krr->number));
    }
}

/* That a signature is there is all that is asked for here; whether it holds is told elsewhere. */
static void rule_acted_on_unsigned_krr(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    if (user.require_signed_krr && !is_signed(retry->krr, NULL) &&
        !retry_another_krr_allows(retry, is_signed, NULL)) {
        g_autofree char *initiator = rules_quote(retry->negotiation->idri);
        story_fire(judge, KRR_RULE_ACTED_ON_UNSIGNED_KRR, retry_subject(retry), retry_frames(retry),
                   g_strdup_printf("The policy for %s says that unsigned KRRs shall be ignored.",
                                   initiator),
                   g_strdup_printf("A new offer follows krr-%u, which is not signed.",
                                   retry->krr->number));
    }
}

/* What is judged of a retry, and whether it must be known what reached the initiator. */
static const struct {
    KrrRuleId rule;
    void (*judge)(StoryJudge *judge, const StoryRetry *retry);
    bool needs_initiator;
} retry_rules[] = {
    {KRR_RULE_RETRY_OUTSIDE_LIST, rule_retry_outside_list, true},
    {KRR_RULE_RETRY_UNPROVISIONED_KMS, rule_retry_unprovisioned_kms, false},
    {KRR_RULE_RETRY_AFTER_EMPTY_LIST, rule_retry_after_empty_list, true},
    {KRR_RULE_RETRY_SAME_PAIR, rule_retry_same_pair, true},
    {KRR_RULE_RETRY_NOT_PREFERRED, rule_retry_not_preferred, true},
    {KRR_RULE_ACTED_ON_FORBIDDEN_KRR, rule_acted_on_forbidden_krr, true},
    {KRR_RULE_ACTED_ON_UNSIGNED_KRR, rule_acted_on_unsigned_krr, true},
    {KRR_RULE_ACTED_BEFORE_ACCEPTANCE, rule_acted_before_acceptance, true},
};

/* Attempts of one negotiation that are looked at for a return: an attacker may make very many. */
#define MAX_LOOK_BACK 64

/* Had the initiator given the attempt up before it was answered? What it offers next is no answer to
 *  the KRR that crossed its CANCEL. */
static bool was_cancelled(const StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (leg->cancelled &&
            g_str_equal(leg->source, ((const StoryLeg *)attempt->legs->pdata[0])->source)) {
            return true;
        }
    }
    return false;
}

/* Did an attempt end in a redirect to something else? A KRR that leaves nothing ends the matter, and so
 *  does an answer without one, such as 486: who offers again afterwards may well begin afresh. */
static bool leads_on(const StoryAttempt *attempt)
{
    const StoryKrr *krr = attempt->received;

    return krr && !was_cancelled(attempt) &&
           krr->krr->lists[KRR_INITIATOR].kind != KRR_LIST_EMPTY &&
           krr->krr->lists[KRR_RECEIVER].kind != KRR_LIST_EMPTY;
}

/* How many attempts before this one are of the same unbroken row of redirects. */
static guint redirects_before(const StoryNegotiation *negotiation, guint place)
{
    guint count = 0;

    while (count < place && count < MAX_LOOK_BACK &&
           leads_on(negotiation->attempts->pdata[place - 1 - count])) {
        count++;
    }
    return count;
}

/* The earlier attempt with the same pair, with another pair in between; NULL where there is none. */
static const StoryAttempt *returned_to(const StoryNegotiation *negotiation, guint place)
{
    const StoryAttempt *attempt = negotiation->attempts->pdata[place];
    guint redirects = redirects_before(negotiation, place);
    bool left = false;

    for (guint i = 1; i <= redirects; i++) {
        const StoryAttempt *earlier = negotiation->attempts->pdata[place - i];
        bool same = same_pair(earlier, attempt);
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
    guint redirects = redirects_before(negotiation, place);

    for (guint i = 1; i <= redirects; i++) {
        const StoryAttempt *earlier = negotiation->attempts->pdata[place - i];
        if (forbids_pair(earlier->received, negotiation->attempts->pdata[place])) {
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
    g_autofree char *kmsi = rules_quote(story_offered(attempt, KRR_INITIATOR));
    g_autofree char *kmsr = rules_quote(story_offered(attempt, KRR_RECEIVER));
    StorySubject subject = {negotiation, krr, attempt->offer};
    story_fire(
        judge, KRR_RULE_REDIRECT_LOOP, subject, frames,
        g_strdup("Redirects lead on to a pair of KMSs that all accept, or to an end."),
        g_strdup_printf("After another pair, attempt %u returns to initiator KMS %s, receiver "
                        "KMS %s, which krr-%u did not allow.",
                        place + 1, kmsi, kmsr, krr->number));
}

/* Does the policy have the initiator ignore the KRR? */
static bool shall_ignore(const StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);

    return !user.allow_krr || (user.require_signed_krr && !is_signed(retry->krr, NULL));
}

/* Is there a choice to judge? Not where the KRR was ignored, as the policy may demand, and the same
 *  tried again; nor where the next offer was not captured, and the KRR that seems to answer it may as
 *  well be another answer to this one. */
static bool is_choice(const StoryJudge *judge, const StoryRetry *retry)
{
    return retry->krr && !(same_pair(retry->before, retry->after) &&
                           (!retry->after->offer || shall_ignore(judge, retry)));
}

/* Is an attempt one for a private call key: by its offer, or by the INVITE where that was not captured? */
static bool is_for_call(const StoryAttempt *attempt)
{
    if (attempt->offer) {
        return mikey_purpose(attempt->offer->facts->csb_id) == MIKEY_PURPOSE_PCK;
    }
    return attempt->legs->len > 0 &&
           g_strcmp0(((const StoryLeg *)attempt->legs->pdata[0])->method, "INVITE") == 0;
}

/* Are two attempts of a negotiation certainly about the same key? Of several keys that the same people
 *  exchange at a time, one may be missing from the capture. */
static bool same_key(const StoryAttempt *a, const StoryAttempt *b)
{
    return (a->offer && b->offer) || (is_for_call(a) && is_for_call(b));
}

bool story_has_initiators_hop(const StoryJudge *judge, const StoryNegotiation *negotiation,
                              const StoryAttempt *attempt)
{
    const StoryLeg *first = attempt->legs->len > 0 ? attempt->legs->pdata[0] : NULL;
    const KmsEntity *entity = first ? kms_policy_entity_at(judge->policy, first->source) : NULL;

    return !entity || entity->role == KMS_ENTITY_CLIENT || entity->role == KMS_ENTITY_GMS ||
           entity->role == KMS_ENTITY_ROLE_NOT_STATED ||
           g_strcmp0(entity->identity, negotiation->idri) == 0;
}

/* Retries that could not be judged, counted. */
typedef struct SelectionGaps {
    guint behind_server; /* only hops behind a server were captured */
    guint other_key;     /* they may be about another key */
} SelectionGaps;

static void judge_retry(StoryJudge *judge, const StoryRetry *retry, bool knows_initiator,
                        SelectionGaps *gaps)
{
    if (!is_choice(judge, retry)) {
        return;
    }
    bool gave_up = was_cancelled(retry->before);
    if (!same_key(retry->before, retry->after)) {
        gaps->other_key++;
        return;
    }
    knows_initiator = knows_initiator && !gave_up;
    gaps->behind_server += knows_initiator || gave_up ? 0 : 1;
    for (guint i = 0; i < G_N_ELEMENTS(retry_rules); i++) {
        if (knows_initiator || !retry_rules[i].needs_initiator) {
            retry_rules[i].judge(judge, retry);
        }
    }
}

static void judge_negotiation(StoryJudge *judge, const StoryNegotiation *negotiation,
                              SelectionGaps *gaps)
{
    const StoryAttempt *first = negotiation->attempts->pdata[0];
    bool knew_initiator = story_has_initiators_hop(judge, negotiation, first);
    bool knows_all = knew_initiator;

    for (guint i = 1; i < negotiation->attempts->len; i++) {
        StoryRetry retry = {
            .negotiation = negotiation,
            .before = negotiation->attempts->pdata[i - 1],
            .after = negotiation->attempts->pdata[i],
        };
        bool knows_initiator = story_has_initiators_hop(judge, negotiation, retry.after);
        retry.krr = retry.before->received;
        judge_retry(judge, &retry, knew_initiator && knows_initiator, gaps);
        knows_all = knows_all && knows_initiator && same_key(retry.before, retry.after);
        if (knows_all) {
            rule_redirect_loop(judge, negotiation, i);
        }
        knew_initiator = knows_initiator;
    }
}

static void note_gaps(StoryJudge *judge, const SelectionGaps *gaps)
{
    guint behind_server = gaps->behind_server;
    guint other_key = gaps->other_key;

    for (guint i = 0; i < G_N_ELEMENTS(retry_rules); i++) {
        if (other_key > 0) {
            story_gap(judge, retry_rules[i].rule,
                      g_strdup_printf("Of %u new offer%s the capture does not show whether %s for "
                                      "the key of the KRR before.",
                                      other_key, other_key == 1 ? "" : "s",
                                      other_key == 1 ? "it is" : "they are"));
        }
        if (behind_server > 0 && retry_rules[i].needs_initiator) {
            story_gap(judge, retry_rules[i].rule,
                      g_strdup_printf("Of %u new offer%s the capture shows only hops behind a "
                                      "server: what had reached the initiator is not known.",
                                      behind_server, behind_server == 1 ? "" : "s"));
        }
    }
}

void rules_selection_judge(StoryJudge *judge)
{
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);
    SelectionGaps gaps = {0};

    for (guint i = 0; i < negotiations->len; i++) {
        judge_negotiation(judge, g_ptr_array_index(negotiations, i), &gaps);
    }
    note_gaps(judge, &gaps);
}
