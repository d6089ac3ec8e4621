/* story-judge.c
 * How rules on the story say what they found, on what evidence, and what they could not judge
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/story-judge.h"

#include "core/event/story-frames.h"
#include "core/octets/mcx-identity.h"
#include "core/rules/rule-words.h"

/* ---- findings ---- */

StorySubject story_subject_krr(const StoryJudge *judge, const StoryKrr *krr)
{
    return (StorySubject){.krr = krr,
                          .negotiation = g_hash_table_lookup(judge->negotiation_of, krr)};
}

StorySubject story_subject_offer(const StoryJudge *judge, const StoryOffer *offer)
{
    return (StorySubject){.offer = offer,
                          .negotiation = g_hash_table_lookup(judge->negotiation_of, offer)};
}

/* Adds a finding of a severity; takes frames and texts. */
static void add(StoryJudge *judge, const AuditFinding *finding, char *expected, char *observed)
{
    if (finding->severity != KRR_SEVERITY_OFF) {
        finding_pile_add(judge->pile, finding, finding->frames->len * sizeof(StoryFrame), expected,
                         observed);
    }
    g_array_unref(finding->frames);
    g_free(expected);
    g_free(observed);
}

/* Of a rule about a subject; frames are borrowed. */
static AuditFinding finding_of(KrrRuleId rule, KrrSeverity severity, StorySubject subject,
                               GArray *frames)
{
    return (AuditFinding){
        .rule = rule,
        .severity = severity,
        .negotiation = subject.negotiation,
        .krr = subject.krr,
        .offer = subject.offer,
        .frames = frames,
    };
}

void audit_add_finding(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                       char *expected, char *observed)
{
    const AuditFinding finding = finding_of(rule, judge->severity[rule], subject, frames);

    add(judge, &finding, expected, observed);
}

void audit_add_error(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                     char *expected, char *observed)
{
    const KrrSeverity severity = judge->severity[rule] == KRR_SEVERITY_OFF
                                     ? KRR_SEVERITY_OFF
                                     : krr_rule_severity(judge->policy, rule, KRR_SEVERITY_ERROR);
    const AuditFinding finding = finding_of(rule, severity, subject, frames);

    add(judge, &finding, expected, observed);
}

void audit_add_doubt(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                     char *expected, char *observed)
{
    const KrrSeverity severity = MIN(judge->severity[rule], KRR_SEVERITY_NOTE);
    AuditFinding finding = finding_of(rule, severity, subject, frames);

    finding.doubt = true;
    add(judge, &finding, expected, observed);
}

/* ---- gaps ---- */

/* Sentences, each with one number in it: for one, and for several. */
static const struct {
    const char *one;
    const char *many;
} gap_sentences[AUDIT_N_GAP_KINDS] = {
    [AUDIT_GAP_OFFER_MISSING] = {"The capture does not show the offers that %u KRR answers.",
                                 "The capture does not show the offers that %u KRRs answer."},
    [AUDIT_GAP_REQUEST_MISSING] =
        {"The capture does not show, or not wholly, the requests that %u response with KRRs "
         "answers.",
         "The capture does not show, or not wholly, the requests that %u responses with KRRs "
         "answer."},
    [AUDIT_GAP_OFFER_UNVERIFIABLE] =
        {"The signature of %u offer is not ECCSI, or the offer does not say who signed it.",
         "The signatures of %u offers are not ECCSI, or the offer does not say who signed it."},
    [AUDIT_GAP_CAPTURE_ENDS] =
        {"The capture ends before %u server would have had to pass a KRR on.",
         "The capture ends before %u servers would have had to pass a KRR on."},
    [AUDIT_GAP_OTHER_BRANCH] = {"%u server may have answered as another branch of the call did, "
                                "which the capture does not show.",
                                "%u servers may have answered as another branch of the call did, "
                                "which the capture does not show."},
    [AUDIT_GAP_OTHER_KEY] = {"Of %u new offer the capture does not show whether it is for the key "
                             "of the KRR before.",
                             "Of %u new offers the capture does not show whether they are for the "
                             "key of the KRR before."},
    [AUDIT_GAP_BEHIND_SERVER] =
        {"Of %u new offer the capture shows only hops behind a server: what had reached the "
         "initiator is not known.",
         "Of %u new offers the capture shows only hops behind a server: what had reached the "
         "initiator is not known."},
    [AUDIT_GAP_KMS_NO_TRAFFIC] =
        {"Of %u KRR the capture shows no traffic of the initiator's device with its Home KMS.",
         "Of %u KRRs the capture shows no traffic of the initiator's device with its Home KMS."},
    [AUDIT_GAP_KMS_TOO_SHORT] =
        {"Of %u KRR the capture with the traffic of the KMS begins too late or ends too soon.",
         "Of %u KRRs the capture with the traffic of the KMS begins too late or ends too soon."},
    [AUDIT_GAP_KMS_HIDDEN] = {"Of %u KRR there is traffic with a KMS that cannot be read or told "
                              "apart, or was left out.",
                              "Of %u KRRs there is traffic with a KMS that cannot be read or told "
                              "apart, or was left out."},
};

void audit_count_gap(StoryJudge *judge, KrrRuleId rule, AuditGapKind kind)
{
    judge->gap_counts[rule][kind]++;
}

void audit_add_gap(StoryJudge *judge, KrrRuleId rule, char *reason)
{
    if (judge->severity[rule] == KRR_SEVERITY_OFF) {
        g_free(reason);
        return;
    }
    AuditGap *gap = g_new(AuditGap, 1);
    *gap = (AuditGap){.rule = rule, .reason = reason};
    g_ptr_array_add(judge->gaps, gap);
}

void audit_add_counted_gaps(StoryJudge *judge)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        for (AuditGapKind kind = 0; kind < AUDIT_N_GAP_KINDS; kind++) {
            const guint count = judge->gap_counts[rule][kind];
            const char *sentence = count == 1 ? gap_sentences[kind].one : gap_sentences[kind].many;
            if (count > 0) {
                audit_add_gap(judge, rule, rule_words(sentence, count));
            }
        }
    }
}

/* ---- evidence ---- */

GArray *evidence_new(void)
{
    return story_frames_new();
}

void evidence_add(GArray *frames, StoryFrame frame)
{
    story_frames_insert(frames, frame);
}

void evidence_add_answer(GArray *frames, const StoryLeg *leg, const StoryKrr *krr)
{
    if (leg->has_request) {
        evidence_add(frames, leg->request);
    }
    for (guint i = 0; i < leg->krrs->len; i++) {
        if (g_ptr_array_index(leg->krrs, i) == krr) {
            evidence_add(frames, *story_frame_at(leg->krr_frames, i));
        }
    }
}

/* ---- what many rules ask ---- */

KmsUser story_initiator(const StoryJudge *judge, const StoryNegotiation *negotiation)
{
    return negotiation->idri ? kms_policy_user(judge->policy, negotiation->idri, KMS_USER_INITIATOR)
                             : KMS_USER_NOBODY;
}

bool story_has_initiators_hop(const StoryJudge *judge, const StoryNegotiation *negotiation,
                              const StoryAttempt *attempt)
{
    const StoryLeg *first = story_attempt_first_leg(attempt);
    const KmsEntity *entity = first ? kms_policy_entity_at(judge->policy, first->source) : NULL;

    return !entity || entity->role == KMS_ENTITY_CLIENT || entity->role == KMS_ENTITY_GMS ||
           entity->role == KMS_ENTITY_ROLE_NOT_STATED ||
           (negotiation->idri && mcx_identity_same(entity->identity, negotiation->idri));
}
