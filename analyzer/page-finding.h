/* page-finding.h
 * Findings on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PAGE_FINDING_H
#define PAGE_FINDING_H

#include "page.h"

/** Findings, of AuditFinding, one below the other; NULL: none.
 *  @param indent  columns; the negotiation to which they belong is named where it is 0 */
void page_findings(Page *page, const GPtrArray *findings, gsize indent);

/** How often each rule fired and where, the gravest first. */
void page_finding_counts(Page *page);

#endif
