/* audit-document.h
 * All rules that one KRR, its sub-KRRs and the policy can decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef AUDIT_DOCUMENT_H
#define AUDIT_DOCUMENT_H

#include "core/rules/krr-rules.h"
#include "core/stores/story.h"

/**
 * Judges a document, and every KRR of it, sub-KRRs included.
 *
 * @param policy  never NULL; what it does not know is not judged
 * @return of KrrFinding in the order of the document, then of the catalogue; rules whose severity
 *         is off are left out. The findings point into @p document.
 */
GPtrArray *audit_document(const KrrDocument *document, const KmsPolicy *policy);

/** The same, with what the story tells of those whom UIDs hide. @param krr  of the document */
GPtrArray *audit_document_of(const StoryKrr *krr, const KmsPolicy *policy);

#endif
