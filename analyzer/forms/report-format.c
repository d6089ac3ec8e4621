/* report-format.c
 * The forms in which a report can be written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/report-format.h"

#include <string.h>

#include "analyzer/forms/report-csv.h"
#include "analyzer/forms/report-json.h"
#include "analyzer/forms/report-ndjson.h"
#include "analyzer/forms/report-text.h"
#include "analyzer/sheet/report-html.h"

const ReportFormat *report_format_lookup(const char *name)
{
    static const ReportFormat formats[] = {
        {"text", report_text}, {"json", report_json},     {"html", report_html},
        {"csv", report_csv},   {"ndjson", report_ndjson},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}
