/* sheet-box.h
 * Offers and KRRs in boxes, on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_BOX_H
#define SHEET_BOX_H

#include "analyzer/sheet/sheet.h"

/** An offer: where it was seen and, the first time, all that it says. */
void sheet_offer(Sheet *sheet, const StoryOffer *offer);

/** A KRR with those within it in boxes within its box, and what each made of the one that it embeds. One
 *  that has its box already is only named: a chain of KRRs of which each embeds all before would have
 *  boxes without end. */
void sheet_krr(Sheet *sheet, const StoryKrr *krr);

#endif
