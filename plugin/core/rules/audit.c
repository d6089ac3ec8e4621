/* audit.c
 * All rules over all that was seen: findings with their evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/audit.h"

#include "core/rules/rules-private.h"
#include "core/story/story-frames.h"

static void gap_free(gpointer data)
{
    AuditGap *gap = data;

    g_free(gap->reason);
    g_free(gap);
}

GArray *evidence_new(void)
{
    return story_frames_new();
}

void evidence_add(GArray *frames, StoryFrame frame)
{
    story_frames_insert(frames, frame);
}

static AuditFinding subject_finding(StorySubject subject, KrrRuleId rule, KrrSeverity severity)
{
    return (AuditFinding){
        .rule = rule,
        .severity = severity,
        .negotiation = subject.negotiation,
        .krr = subject.krr,
        .offer = subject.offer,
    };
}

void story_fire(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                char *expected, char *observed)
{
    KrrSeverity severity = krr_rule_severity(judge->policy, rule, krr_rules[rule].severity);
    AuditFinding finding = subject_finding(subject, rule, severity);

    if (judge->wanted[rule] && severity != KRR_SEVERITY_OFF) {
        finding.frames = frames;
        finding_pile_add(judge->pile, &finding, frames->len * sizeof(StoryFrame), expected,
                         observed);
    }
    g_array_unref(frames);
    g_free(expected);
    g_free(observed);
}

void story_gap(StoryJudge *judge, KrrRuleId rule, char *reason)
{
    if (!judge->wanted[rule] ||
        krr_rule_severity(judge->policy, rule, krr_rules[rule].severity) == KRR_SEVERITY_OFF) {
        g_free(reason);
        return;
    }
    AuditGap *gap = g_new0(AuditGap, 1);
    gap->rule = rule;
    gap->reason = reason;
    g_ptr_array_add(judge->audit->not_evaluated, gap);
}

const StoryNegotiation *story_negotiation_of(const StoryJudge *judge, const StoryKrr *krr)
{
    return g_hash_table_lookup(judge->negotiation_of, krr);
}

const StoryNegotiation *story_negotiation_of_offer(const StoryJudge *judge, const StoryOffer *offer)
{
    return g_hash_table_lookup(judge->negotiation_of, offer);
}

/* The offer and every KRR of every attempt, and those embedded in it, belong to the negotiation. */
static GHashTable *index_negotiations(const Ledger *ledger)
{
    GHashTable *index = g_hash_table_new(NULL, NULL);
    const GPtrArray *negotiations = ledger_negotiations(ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);
        for (guint k = 0; k < negotiation->attempts->len; k++) {
            const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, k);
            if (attempt->offer) {
                g_hash_table_insert(index, attempt->offer, negotiation);
            }
            for (guint n = 0; n < attempt->krrs->len; n++) {
                for (StoryKrr *krr = attempt->krrs->pdata[n];
                     krr && !g_hash_table_contains(index, krr); krr = krr->embeds) {
                    g_hash_table_insert(index, krr, negotiation);
                }
            }
        }
    }
    return index;
}

/* ---- the rules on documents ---- */

/* The severity is the document's: it may depend on the policy for the very user. */
static void take_document_finding(StoryJudge *judge, const KrrFinding *finding, const StoryKrr *krr,
                                  GArray *frames)
{
    StorySubject subject = {.krr = krr,
                            .negotiation = krr ? story_negotiation_of(judge, krr) : NULL};
    AuditFinding piled = subject_finding(subject, finding->rule, finding->severity);

    if (judge->wanted[finding->rule] && finding->severity != KRR_SEVERITY_OFF) {
        piled.frames = frames; /* the ledger's: they take no room of ours */
        finding_pile_add(judge->pile, &piled, 0, finding->expected, finding->observed);
    }
}

/* Judges each document once, and takes of it what is about KRRs that it was kept for: a KRR that is
 *  embedded in several documents gives its findings once. */
static void judge_documents(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    g_autoptr(GHashTable) owner = g_hash_table_new(NULL, NULL); /* Krr -> StoryKrr */
    g_autoptr(GHashTable) judged = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = g_ptr_array_index(krrs, i);
        g_hash_table_insert(owner, (gpointer)krr->krr, krr);
    }
    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);
        if (!g_hash_table_add(judged, krr->document)) {
            continue;
        }
        g_autoptr(GPtrArray) findings = rules_document_judge(krr->document, judge->policy);
        for (guint k = 0; k < findings->len; k++) {
            const KrrFinding *finding = g_ptr_array_index(findings, k);
            const StoryKrr *about = g_hash_table_lookup(owner, finding->krr);
            if (about) {
                take_document_finding(judge, finding, about, about->frames);
            }
        }
    }
}

static void judge_malformed(StoryJudge *judge)
{
    const GPtrArray *bodies = ledger_malformed(judge->ledger);

    for (guint i = 0; i < bodies->len; i++) {
        const StoryMalformed *malformed = g_ptr_array_index(bodies, i);
        g_autoptr(GPtrArray) findings = rules_document_judge(malformed->document, judge->policy);
        for (guint k = 0; k < findings->len; k++) {
            const KrrFinding *finding = g_ptr_array_index(findings, k);
            if (finding->rule == KRR_RULE_MALFORMED_KRR) {
                take_document_finding(judge, finding, NULL, malformed->frames);
            }
        }
    }
}

static int compare_findings(gconstpointer a, gconstpointer b)
{
    const AuditFinding *first = *(const AuditFinding *const *)a;
    const AuditFinding *second = *(const AuditFinding *const *)b;
    int order = story_frame_compare(&g_array_index(first->frames, StoryFrame, 0),
                                    &g_array_index(second->frames, StoryFrame, 0));

    return order != 0 ? order : (int)first->rule - (int)second->rule;
}

static int compare_gaps(gconstpointer a, gconstpointer b)
{
    return (int)(*(const AuditGap *const *)a)->rule - (int)(*(const AuditGap *const *)b)->rule;
}

Audit *audit_new(const Ledger *ledger, const KmsPolicy *policy, const bool wanted[KRR_N_RULES])
{
    bool all[KRR_N_RULES];
    g_autoptr(GHashTable) negotiation_of = index_negotiations(ledger);
    g_autoptr(KmsView) kms_view = kms_view_new(ledger, policy);
    g_autoptr(FindingPile) pile = finding_pile_new((gsize)AUDIT_MAX_MIB * 1024 * 1024);
    Audit *audit = g_new0(Audit, 1);
    StoryJudge judge = {
        .ledger = ledger,
        .policy = policy,
        .audit = audit,
        .pile = pile,
        .wanted = wanted ? wanted : all,
        .negotiation_of = negotiation_of,
        .kms_view = kms_view,
    };

    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        all[rule] = true;
    }
    audit->not_evaluated = g_ptr_array_new_with_free_func(gap_free);
    judge_malformed(&judge);
    judge_documents(&judge);
    rules_sighting_judge(&judge);
    rules_offer_judge(&judge);
    rules_offer_signature_judge(&judge);
    rules_path_judge(&judge);
    rules_selection_judge(&judge);
    rules_kms_judge(&judge);
    rules_knowledge_note(&judge);
    note_unjudged_signatures(&judge);

    finding_pile_finish(pile, audit);
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
