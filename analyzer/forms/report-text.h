/* report-text.h
 * The report for people: what happened, in its order, and what was wrong with it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** Writes all of it. */
void report_text(const Report *report, const ReportStyle *style, Output *out);

#endif
