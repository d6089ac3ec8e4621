/* report-html.h
 * The report to be handed on: one file that any browser shows, and that asks nothing of anybody
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** Writes all of it. */
void report_html(const Report *report, const ReportStyle *style, Output *out);

#endif
