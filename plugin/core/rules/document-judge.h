/* document-judge.h
 * How rules on a document say what they found
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef DOCUMENT_JUDGE_H
#define DOCUMENT_JUDGE_H

#include "core/rules/krr-rules.h"

/** While one document is judged. */
typedef struct DocumentJudge {
    const KrrDocument *document;
    const KmsPolicy *policy;
    GPtrArray *findings; /**< of KrrFinding */
} DocumentJudge;

/** Where in a document it is to be seen that a rule fired. */
typedef struct FindingPlace {
    KrrElement element; /**< KRR_ELEMENT_KRR: the whole KRR */
    KrrRange range;     /**< octets; length 0: those of the element */
} FindingPlace;

/** The KRR as a whole. */
FindingPlace finding_in_krr(void);
/** An element as a whole. */
FindingPlace finding_in_element(KrrElement element);
/** A list as a whole. */
FindingPlace finding_in_list(KrrSide side);
/** A value alone, such as one KMS of a list. @param element  in which it stands */
FindingPlace finding_in_value(KrrElement element, const KrrValue *value);
/** Octets of the KRR that have no element of their own: its signature, or what is not
 *  recognised. */
FindingPlace finding_in_range(KrrRange range);

/**
 * Adds a finding, unless the policy turned the rule off.
 *
 * @param krr       the (sub-)KRR that it is about; NULL: the document
 * @param expected  what the clause demands, a sentence (rule-words.h); taken over
 * @param observed  what is there instead; taken over
 */
void document_add_finding(DocumentJudge *judge, KrrRuleId rule, const Krr *krr, FindingPlace place,
                          char *expected, char *observed);

/** The same with another severity than that of the catalogue; the policy's still comes first. */
void document_add_finding_as(DocumentJudge *judge, KrrRuleId rule, KrrSeverity severity,
                             const Krr *krr, FindingPlace place, char *expected, char *observed);

#endif
