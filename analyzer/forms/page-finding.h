/* page-finding.h
 * Findings on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PAGE_FINDING_H
#define PAGE_FINDING_H

#include "analyzer/forms/page.h"
#include "analyzer/report/finding-index.h"

/** The findings of a negotiation, one below the other, or those that belong to none for NULL. */
void page_findings(Page *page, const FindingIndex *index, const StoryNegotiation *negotiation);

/** How often each rule fired and where, the gravest first. */
void page_finding_counts(Page *page);

#endif
