/* rules-document.h
 * The rules that one KRR, its sub-KRRs and the policy can decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RULES_DOCUMENT_H
#define RULES_DOCUMENT_H

#include "core/rules/krr-rules.h"

/**
 * Judges every KRR of a document, sub-KRRs included: malformed-krr to sub-krr-newer, the list
 * rules, unsigned-krr, unknown-kms and lookalike-kms.
 *
 * @param policy  never NULL; what it does not know is not judged
 * @return of KrrFinding in the order of the document, then of the catalogue; rules whose severity
 *         is off are left out. The findings point into @p document.
 */
GPtrArray *rules_document_judge(const KrrDocument *document, const KmsPolicy *policy);

#endif
