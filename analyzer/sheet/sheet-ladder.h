/* sheet-ladder.h
 * A ladder on the sheet of the HTML report: a picture, and the same as a table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_LADDER_H
#define SHEET_LADDER_H

#include "analyzer/report/ladder.h"
#include "analyzer/sheet/sheet.h"

/** Draws it, with a table behind it that says the same in words; where more entities take part than
 *  fit beside each other the table alone. @param of  whose messages these are, "negotiation-2" */
void sheet_ladder(Sheet *sheet, const Ladder *ladder, const char *of);

/** What the signs and colours of the pictures mean. */
void sheet_ladder_legend(Sheet *sheet);

#endif
