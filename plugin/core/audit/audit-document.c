/* audit-document.c
 * All rules that one KRR, its sub-KRRs and the policy can decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/audit/audit-document.h"

#include "core/rules/rule-functions.h"

/* Each row of a kind becomes a call of its function. */
/* clang-format off */

static void judge_body(DocumentJudge *judge)
{
#define BODY_RULE(id, name, ...) rule_##name(judge);
#include "core/rules/krr-rules.def"
}

static void judge_krr(DocumentJudge *judge, const Krr *krr)
{
#define KRR_RULE(id, name, ...) rule_##name(judge, krr);
#include "core/rules/krr-rules.def"
}

/* clang-format on */

/* The depth is bounded by KRR_MAX_DEPTH. */
static void judge_krr_and_sub_krrs(DocumentJudge *judge, const Krr *krr)
{
    judge_krr(judge, krr);
    for (guint i = 0; i < krr->embedded->len; i++) {
        judge_krr_and_sub_krrs(judge, g_ptr_array_index(krr->embedded, i));
    }
}

static GPtrArray *judge_document(const KrrDocument *document, const KmsPolicy *policy,
                                 KrrPeople people)
{
    DocumentJudge judge = {
        .document = document,
        .policy = policy,
        .people = people,
        .findings = g_ptr_array_new_with_free_func((GDestroyNotify)krr_finding_free),
    };

    judge_body(&judge);
    for (guint i = 0; i < document->krrs->len; i++) {
        judge_krr_and_sub_krrs(&judge, g_ptr_array_index(document->krrs, i));
    }
    return judge.findings;
}

GPtrArray *audit_document(const KrrDocument *document, const KmsPolicy *policy)
{
    return judge_document(document, policy, (KrrPeople){0});
}

GPtrArray *audit_document_of(const StoryKrr *krr, const KmsPolicy *policy)
{
    return judge_document(krr->document, policy, (KrrPeople){krr->krr, krr->idri, krr->idrr});
}
