/* selection.h
 * Which negotiations a report for people draws in full
 *
 * Nobody reads ten thousand drawings. Where there are more than fit, those with the gravest findings are
 * drawn; of the others a report tells what a line can hold. JSON and CSV have all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SELECTION_H
#define SELECTION_H

#include "analyzer/report/finding-index.h"
#include "analyzer/report/report.h"

/** Drawn in full where nobody says otherwise. */
#define SELECTION_DEFAULT 500

typedef struct Selection Selection;

/** Chooses all where they are not more than @p most; else the first of those with the gravest findings,
 *  and none without a finding.
 *  @param findings  must outlive the selection, as the report must
 *  @param most      0: no limit */
Selection *selection_new(const Report *report, const FindingIndex *findings, guint most);
void selection_free(Selection *selection);

/** Is it drawn in full? */
bool selection_has(const Selection *selection, const StoryNegotiation *negotiation);

/** How many are not drawn. */
guint selection_left(const Selection *selection);

/** Does a negotiation that is not drawn show this offer or KRR, and no finding that is shown cite it? It
 *  has no place in the report then. @param thing  StoryOffer or StoryKrr */
bool selection_hides(const Selection *selection, gconstpointer thing);

/** Stands the finding in full in the report: with a negotiation that is drawn, or with none? */
bool selection_shows(const Selection *selection, const AuditFinding *finding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selection, selection_free)

#endif
