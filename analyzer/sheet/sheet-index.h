/* sheet-index.h
 * The lists of all negotiations on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_INDEX_H
#define SHEET_INDEX_H

#include "analyzer/sheet/sheet.h"

/** All negotiations in tables: those that are drawn with links, the others folded and short. */
void sheet_negotiation_index(Sheet *sheet);

#endif
