/* known-report.h
 * Reads the findings of an earlier JSON report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KNOWN_REPORT_H
#define KNOWN_REPORT_H

#include "analyzer/report/known.h"

/** The findings of the report in a file; it need not be one that krraudit wrote, and is not trusted.
 *  @param error  the end of a sentence
 *  @return NULL where that is no report, or one whose findings state no identities */
Known *known_report_load(const char *path, GError **error);

#endif
