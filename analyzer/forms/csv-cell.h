/* csv-cell.h
 * A cell of a CSV file that no spreadsheet takes for a formula
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CSV_CELL_H
#define CSV_CELL_H

#include <glib.h>

/** Appends a cell, quoted where it must be (RFC 4180 2). @param safe  as text_safe() makes it */
void csv_cell_append(GString *out, const char *safe);

#endif
