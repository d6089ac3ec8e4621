/* page-negotiation.h
 * Negotiations and KRRs on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PAGE_NEGOTIATION_H
#define PAGE_NEGOTIATION_H

#include "analyzer/forms/page.h"
#include "analyzer/report/finding-index.h"

/** All negotiations: who, the ladder, what is to say of offers and KRRs, the findings. */
void page_negotiations(Page *page, const FindingIndex *findings);

/** The KRRs that belong to no negotiation. */
void page_other_krrs(Page *page);

#endif
