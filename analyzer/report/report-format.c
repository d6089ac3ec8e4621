/* report-format.c
 * The forms in which a report can be written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/report-format.h"

#include <string.h>

#include "analyzer/report/report-csv.h"
#include "analyzer/report/report-html.h"
#include "analyzer/report/report-json.h"
#include "analyzer/report/report-text.h"

const ReportFormat *report_format_lookup(const char *name)
{
    static const ReportFormat formats[] = {
        {"text", report_text},
        {"json", report_json},
        {"html", report_html},
        {"csv", report_csv},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}
