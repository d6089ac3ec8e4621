/* report-format.c
 * The forms in which a report can be written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/report-format.h"

#include <string.h>

#include "analyzer/forms/policy-draft.h"
#include "analyzer/forms/report-csv.h"
#include "analyzer/forms/report-json.h"
#include "analyzer/forms/report-ndjson.h"
#include "analyzer/forms/report-text.h"
#include "analyzer/sheet/report-html.h"

static const ReportFormat formats[] = {
    {"text", ".txt", report_text},        {"json", ".json", report_json},
    {"html", ".html", report_html},       {"csv", ".csv", report_csv},
    {"ndjson", ".ndjson", report_ndjson},
};

const ReportFormat *report_format_lookup(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

const ReportFormat *report_format_of_file(const char *path)
{
    for (gsize i = 0; path && i < G_N_ELEMENTS(formats); i++) {
        const char *end = path + strlen(path) - MIN(strlen(path), strlen(formats[i].extension));
        if (g_ascii_strcasecmp(end, formats[i].extension) == 0) {
            return &formats[i];
        }
    }
    return &formats[0];
}

const ReportFormat *report_format_draft(void)
{
    static const ReportFormat draft = {"policy", ".ini", policy_draft};

    return &draft;
}
