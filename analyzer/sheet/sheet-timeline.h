/* sheet-timeline.h
 * When KRRs came and what was found in them, over the whole capture: a picture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_TIMELINE_H
#define SHEET_TIMELINE_H

#include "analyzer/sheet/sheet.h"

/** Draws bars over time, KRRs above and findings by severity below; nothing where all came at once. */
void sheet_timeline(Sheet *sheet);

#endif
