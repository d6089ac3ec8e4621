/* sheet-negotiation.h
 * Negotiations on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_NEGOTIATION_H
#define SHEET_NEGOTIATION_H

#include "analyzer/sheet/sheet.h"

/** The negotiations that are drawn: who, the ladder, the attempts with their offers and KRRs, the findings. */
void sheet_negotiations(Sheet *sheet);

/** The offers and the KRRs that no negotiation has shown; each with a heading, where there are
 *  any. */
void sheet_others(Sheet *sheet);

#endif
