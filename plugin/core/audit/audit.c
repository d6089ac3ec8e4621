/* audit.c
 * All rules over all that was seen: findings with their evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/audit/audit.h"

#include "core/audit/audit-document.h"
#include "core/audit/audit-knowledge.h"
#include "core/audit/audit-story.h"
#include "core/event/story-frames.h"

static void gap_free(gpointer data)
{
    AuditGap *gap = data;

    g_free(gap->reason);
    g_free(gap);
}

/* The offer and every KRR of every attempt, and those embedded in it, belong to the negotiation. */
static GHashTable *index_negotiations(const Ledger *ledger)
{
    GHashTable *index = g_hash_table_new(NULL, NULL);
    const GPtrArray *negotiations = ledger_negotiations(ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);
        for (guint k = 0; k < negotiation->attempts->len; k++) {
            const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, k);
            if (attempt->offer) {
                g_hash_table_insert(index, attempt->offer, negotiation);
            }
            for (guint n = 0; n < attempt->krrs->len; n++) {
                for (StoryKrr *krr = story_krr_at(attempt->krrs, n);
                     krr && !g_hash_table_contains(index, krr); krr = krr->embeds) {
                    g_hash_table_insert(index, krr, negotiation);
                }
            }
        }
    }
    return index;
}

/* ---- the rules on documents ---- */

/* The severity is the document's: it may depend on the policy for the very user. Its frames are the
 * ledger's, so that they take no room of ours. */
static void take_document_finding(StoryJudge *judge, const KrrFinding *finding,
                                  StorySubject subject, GArray *frames)
{
    const AuditFinding piled = {
        .rule = finding->rule,
        .severity = finding->severity,
        .negotiation = subject.negotiation,
        .krr = subject.krr,
        .frames = frames,
    };

    if (judge->severity[finding->rule] != KRR_SEVERITY_OFF) {
        finding_pile_add(judge->pile, &piled, 0, finding->expected, finding->observed);
    }
}

/* Judges each document once, and takes of it what is about KRRs that it was kept for: a KRR that is
 * embedded in several documents gives its findings once. */
static void judge_documents(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    g_autoptr(GHashTable) owner = g_hash_table_new(NULL, NULL); /* Krr -> StoryKrr */
    g_autoptr(GHashTable) judged = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = story_krr_at(krrs, i);
        g_hash_table_insert(owner, (gpointer)krr->krr, krr);
    }
    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);
        if (krr->unreadable || !g_hash_table_add(judged, krr->document)) {
            continue;
        }
        g_autoptr(GPtrArray) findings = audit_document_of(krr, judge->policy);
        for (guint k = 0; k < findings->len; k++) {
            const KrrFinding *finding = g_ptr_array_index(findings, k);
            const StoryKrr *about = g_hash_table_lookup(owner, finding->krr);
            if (about) {
                take_document_finding(judge, finding, story_subject_krr(judge, about),
                                      about->frames);
            }
        }
    }
}

static void judge_malformed(StoryJudge *judge)
{
    const GPtrArray *bodies = ledger_malformed(judge->ledger);

    for (guint i = 0; i < bodies->len; i++) {
        const StoryMalformed *malformed = g_ptr_array_index(bodies, i);
        const StorySubject subject =
            malformed->krr ? story_subject_krr(judge, malformed->krr) : (StorySubject){0};
        g_autoptr(GPtrArray) findings = audit_document(malformed->document, judge->policy);
        for (guint k = 0; k < findings->len; k++) {
            const KrrFinding *finding = g_ptr_array_index(findings, k);
            if (!finding->krr) {
                take_document_finding(judge, finding, subject, malformed->frames);
            }
        }
    }
}

static int compare_findings(gconstpointer a, gconstpointer b)
{
    const AuditFinding *first = *(const AuditFinding *const *)a;
    const AuditFinding *second = *(const AuditFinding *const *)b;
    int order =
        story_frame_compare(story_frame_at(first->frames, 0), story_frame_at(second->frames, 0));

    return order != 0 ? order : (int)first->rule - (int)second->rule;
}

static int compare_gaps(gconstpointer a, gconstpointer b)
{
    return (int)(*(const AuditGap *const *)a)->rule - (int)(*(const AuditGap *const *)b)->rule;
}

static void set_severities(StoryJudge *judge, const bool *wanted)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        judge->severity[rule] =
            !wanted || wanted[rule]
                ? krr_rule_severity(judge->policy, rule, krr_rules[rule].severity)
                : KRR_SEVERITY_OFF;
    }
}

Audit *audit_new(const Ledger *ledger, const KmsPolicy *policy, const bool wanted[KRR_N_RULES])
{
    g_autoptr(GHashTable) negotiation_of = index_negotiations(ledger);
    g_autoptr(KmsView) kms_view = kms_view_new(ledger, policy);
    g_autoptr(FindingPile) pile = finding_pile_new((gsize)AUDIT_MAX_MIB * 1024 * 1024);
    Audit *audit = g_new0(Audit, 1);
    StoryJudge judge = {
        .ledger = ledger,
        .policy = policy,
        .pile = pile,
        .gaps = g_ptr_array_new_with_free_func(gap_free),
        .negotiation_of = negotiation_of,
        .kms_view = kms_view,
    };

    set_severities(&judge, wanted);
    judge_malformed(&judge);
    judge_documents(&judge);
    audit_story(&judge);
    audit_note_unknown(&judge);
    audit_note_unverified(&judge);
    g_clear_pointer(&judge.offers_of_hop, g_hash_table_unref);
    g_clear_pointer(&judge.requests_with_offers, g_hash_table_unref);
    g_clear_pointer(&judge.request_answers, g_ptr_array_unref);

    finding_pile_finish(pile, audit);
    audit->not_evaluated = judge.gaps;
    g_ptr_array_sort(audit->findings, compare_findings);
    g_ptr_array_sort(audit->not_evaluated, compare_gaps);
    return audit;
}

void audit_free(Audit *audit)
{
    if (audit) {
        g_ptr_array_unref(audit->findings);
        g_ptr_array_unref(audit->not_evaluated);
        g_free(audit);
    }
}

KrrSeverity audit_gravest(const Audit *audit)
{
    KrrSeverity severity = KRR_SEVERITY_ERROR;

    while (severity > KRR_SEVERITY_OFF && audit->count[severity] == 0) {
        severity--;
    }
    return severity;
}
