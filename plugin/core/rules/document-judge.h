/* document-judge.h
 * How rules on a document say what they found
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef DOCUMENT_JUDGE_H
#define DOCUMENT_JUDGE_H

#include "core/rules/krr-rules.h"

/** Who is behind the UIDs of a document, as far as the story tells. */
typedef struct KrrPeople {
    const Krr *krr;   /**< that has the UIDs; those that it embeds repeat them */
    const char *idri; /**< NULL: nobody knows; likewise */
    const char *idrr;
} KrrPeople;

/** While one document is judged. */
typedef struct DocumentJudge {
    const KrrDocument *document;
    const KmsPolicy *policy;
    KrrPeople people;
    GPtrArray *findings; /**< of KrrFinding */
} DocumentJudge;

/** An identity of a KRR as the policy is to be asked for it: in clear, or the one behind its UID.
 *  @param element  KRR_ELEMENT_IDRI or KRR_ELEMENT_IDRR
 *  @return the UID where nobody knows whose it is; NULL where the KRR has no such identity */
const char *document_identity(const DocumentJudge *judge, const Krr *krr, KrrElement element);

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
