/* sheet.h
 * The sheet of the HTML report: what its parts share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_H
#define SHEET_H

#include "analyzer/report/finding-index.h"
#include "analyzer/report/report.h"
#include "analyzer/report/selection.h"
#include "analyzer/sheet/html.h"

typedef struct Sheet {
    const Report *report;
    Html *html;
    const FindingIndex *findings;
    const Selection *selection; /**< which negotiations are drawn in full */
    GHashTable *shown; /**< StoryKrr and StoryOffer that have their box: what else names them leads
                            there */
    guint level;       /**< of the heading beneath which things are written, 2: "h2" */
} Sheet;

/** A heading. @param id  to which links lead, or NULL. @param level  "h2", "h3" */
void sheet_heading(Sheet *sheet, const char *level, const char *id, const char *text);

/** Begins a heading one level below; html_close() ends it. */
void sheet_open_heading(Sheet *sheet);

/** The severity as a word with a colour; "no finding" for OFF. */
void sheet_severity(Sheet *sheet, KrrSeverity severity);

/** A term and what is to say of it, in a "dl" that is open; nothing for NULL. @param term  NULL:
 *  the one before */
void sheet_term(Sheet *sheet, const char *term, const char *safe);

/** Begins the same for more than a text; html_close() ends it. */
void sheet_open_term(Sheet *sheet, const char *term);

/** A link to what has that number: "krr-3". */
void sheet_link(Sheet *sheet, const char *kind, guint number);

/** Begins a part that is folded until somebody opens it; html_close() ends it. */
void sheet_open_details(Sheet *sheet, const char *summary);

/** Begins a table with these columns, up to its body, in a box that scrolls; sheet_close_table()
 *  ends it. @param label  what it is a table of. @param columns  NULL-terminated */
void sheet_open_table(Sheet *sheet, const char *label, const char *const *columns);
void sheet_close_table(Sheet *sheet);

/** A cell of a table. */
void sheet_cell(Sheet *sheet, const char *safe);

/** A cell with a name as it was captured; "not known" for NULL. */
void sheet_name_cell(Sheet *sheet, const char *raw);

/** A cell with a number. */
void sheet_number_cell(Sheet *sheet, guint number);

/** The first cell of a row, which names it. @param safe  or NULL: begins it for more than a text, and
 *  html_close() ends it */
void sheet_row_head(Sheet *sheet, const char *safe);

/** A paragraph; what is formatted must be safe already. */
void sheet_paragraph(Sheet *sheet, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
