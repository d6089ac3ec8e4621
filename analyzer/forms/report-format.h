/* report-format.h
 * The forms in which a report can be written
 *
 * Each lets its text out as it is made: what a report takes does not grow with its length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** A form of the report. */
typedef struct ReportFormat {
    const char *name;      /**< as given to --format */
    const char *extension; /**< of a file that holds it: ".json" */
    void (*write)(const Report *report, const ReportStyle *style, Output *out);
} ReportFormat;

/** The format that --format names; "text" is the one that nobody needs to name.
 *  @return NULL: there is none with that name */
const ReportFormat *report_format_lookup(const char *name);

/** The format that the name of a file ends with: ".txt", ".json", ".html" or ".csv"; else, and for no
 *  file (NULL), text. */
const ReportFormat *report_format_of_file(const char *path);

/** The form that --draft-policy asks for: a policy file instead of a report. */
const ReportFormat *report_format_draft(void);

#endif
