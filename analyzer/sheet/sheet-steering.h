/* sheet-steering.h
 * Who steers whom, on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_STEERING_H
#define SHEET_STEERING_H

#include "analyzer/sheet/sheet.h"

/** Creators, KMSs and domains by what they did, and when; nothing where there is no KRR. */
void sheet_steering(Sheet *sheet);

#endif
