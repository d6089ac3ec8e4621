/* report-json.h
 * The report for programs: one JSON object, as report.schema.json describes it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** Writes all of it. */
void report_json(const Report *report, const ReportStyle *style, Output *out);

#endif
