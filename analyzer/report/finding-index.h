/* finding-index.h
 * Findings by what they are about: a negotiation, a frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FINDING_INDEX_H
#define FINDING_INDEX_H

#include "core/audit/audit.h"

typedef struct FindingIndex FindingIndex;

/** @param audit  must outlive the index */
FindingIndex *finding_index_new(const Audit *audit);
void finding_index_free(FindingIndex *index);

/** The findings of a negotiation, of AuditFinding, the gravest first, else in the audit's order;
 *  NULL: none. For NULL those that belong to no negotiation. */
const GPtrArray *finding_index_of(const FindingIndex *index, const StoryNegotiation *negotiation);

/** The number of a finding of the audit, "finding-N", from 1: the same in all forms of the
 *  report. */
guint finding_index_number(const FindingIndex *index, const AuditFinding *finding);

/** The gravest severity among the findings of a negotiation; OFF: it has none. */
KrrSeverity finding_index_gravest(const FindingIndex *index, const StoryNegotiation *negotiation);

/** The gravest severity among the findings that cite the frame; OFF: none does. */
KrrSeverity finding_index_severity(const FindingIndex *index, const StoryFrame *frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FindingIndex, finding_index_free)

#endif
