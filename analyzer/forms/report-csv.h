/* report-csv.h
 * The report for spreadsheets and filters: a table, a row for each finding (RFC 4180)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** Writes all of it. */
void report_csv(const Report *report, const ReportStyle *style, Output *out);

#endif
