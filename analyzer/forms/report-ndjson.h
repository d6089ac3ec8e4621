/* report-ndjson.h
 * The findings as a line of JSON each, for whoever collects events
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_NDJSON_H
#define REPORT_NDJSON_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** An object a line: each finding, then each capture with how far it was read. Names are those of
 *  Elastic's common schema where it has one; what it does not know stands in "krraudit". */
void report_ndjson(const Report *report, const ReportStyle *style, Output *out);

#endif
