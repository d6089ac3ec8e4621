/* page.h
 * The page of the text report: labels, paragraphs beside them, colours
 *
 * Written for 80 columns. All that came from a capture goes through text_safe() before it comes
 * here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PAGE_H
#define PAGE_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"
#include "analyzer/report/selection.h"

#define PAGE_WIDTH       79
#define PAGE_HEAD_COLUMN 12 /**< where the texts beside the labels of a header stand */

#define PAGE_PAINT_NONE   ""
#define PAGE_PAINT_HEADER "\033[1m"
#define PAGE_PAINT_ID     "\033[36m"
#define PAGE_PAINT_END    "\033[0m"

typedef struct Page {
    const Report *report;
    const ReportStyle *style;
    const Selection *selection; /**< which negotiations are drawn in full */
    Output *output;
    GString *out; /**< the output's text */
} Page;

/** The colour of a severity; OFF is that of a clean result. Static. */
const char *page_severity_paint(KrrSeverity severity);

/** Appends a text, coloured where the style wants that. @param code  PAGE_PAINT_... */
void page_paint(Page *page, const char *code, const char *text);

/** A blank line and a heading. */
void page_heading(Page *page, const char *text);

/** A label at one column, and a text folded beside it at another.
 *  @param code  colour of the label */
void page_row(Page *page, gsize indent, gsize column, const char *code, const char *label,
              const char *safe);

/** The same without a colour; what is formatted must be safe already. */
void page_rowf(Page *page, gsize indent, gsize column, const char *label, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

#endif
