/* sheet-steering.c
 * Who steers whom, on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-steering.h"

#include "analyzer/process/text.h"
#include "analyzer/report/steering-words.h"
#include "analyzer/report/words.h"
#include "analyzer/sheet/sheet-timeline.h"

/* Rows of each table; the JSON report has more. */
#define MAX_ROWS 20

static void names_cell(Sheet *sheet, GHashTable *names)
{
    g_autofree char *text = steering_count_text(names);

    html_element(sheet->html, "td", "number", text);
}

static void name_head(Sheet *sheet, const char *raw, const char *otherwise)
{
    g_autofree char *name = words_name(raw, otherwise);

    sheet_row_head(sheet, name);
}

static void sum_cells(Sheet *sheet, const SteeringSum *sum)
{
    KrrSeverity gravest = steering_gravest(sum);
    g_autofree char *findings = words_severity_counts(sum->findings);

    sheet_number_cell(sheet, sum->krrs);
    html_open(sheet->html, "td", gravest ? krr_severity_name(gravest) : NULL);
    html_text(sheet->html, *findings ? findings : "none");
    html_close(sheet->html);
}

static void times_cell(Sheet *sheet, const SteeringSum *sum)
{
    g_autofree char *first = sum->krrs ? text_date(sum->first.time_ns) : g_strdup("");
    g_autofree char *last = sum->krrs ? text_date(sum->last.time_ns) : g_strdup("");

    sheet_cell(sheet, first);
    sheet_cell(sheet, last);
}

static void write_creator(Sheet *sheet, gconstpointer row)
{
    const SteeringRow *creator = row;
    g_autofree char *signatures = steering_signatures_text(creator->signatures);
    g_autofree char *kms = steering_names_text(creator->others);

    name_head(sheet, creator->name, "none stated");
    sum_cells(sheet, &creator->sum);
    sheet_cell(sheet, signatures);
    sheet_cell(sheet, kms);
    names_cell(sheet, creator->users);
    times_cell(sheet, &creator->sum);
}

static void write_kms(Sheet *sheet, gconstpointer row)
{
    const SteeringRow *kms = row;
    g_autofree char *creators = steering_names_text(kms->others);

    name_head(sheet, kms->name, "");
    sum_cells(sheet, &kms->sum);
    sheet_cell(sheet, creators);
    names_cell(sheet, kms->users);
    sheet_number_cell(sheet, kms->followed);
    times_cell(sheet, &kms->sum);
}

static void write_pair(Sheet *sheet, gconstpointer row)
{
    const SteeringPair *pair = row;
    g_autofree char *receiver = words_name(*pair->receiver ? pair->receiver : NULL, "not known");

    name_head(sheet, *pair->initiator ? pair->initiator : NULL, "not known");
    sheet_cell(sheet, receiver);
    sheet_number_cell(sheet, pair->negotiations);
    sum_cells(sheet, &pair->sum);
    times_cell(sheet, &pair->sum);
}

/* A table with its heading; rows beyond the limit are counted. */
static void write_rows(Sheet *sheet, const char *heading, const char *const *columns,
                       const GPtrArray *rows, void (*write)(Sheet *, gconstpointer))
{
    if (!rows->len) {
        return;
    }
    sheet_heading(sheet, "h3", NULL, heading);
    sheet_open_table(sheet, heading, columns);
    for (guint i = 0; i < rows->len && i < MAX_ROWS; i++) {
        html_open(sheet->html, "tr", NULL);
        write(sheet, g_ptr_array_index(rows, i));
        html_close(sheet->html);
    }
    sheet_close_table(sheet);
    if (rows->len > MAX_ROWS) {
        sheet_paragraph(sheet, "%u more, with less of that; the JSON report has them.",
                        rows->len - MAX_ROWS);
    }
}

void sheet_steering(Sheet *sheet)
{
    static const char *const creators[] = {
        "Creator", "KRRs",       "Findings", "Signatures", "KMSs that it offers",
        "Users",   "First, UTC", "Last",     NULL};
    static const char *const kms[] = {"KMS",   "KRRs that offer it", "Findings",   "Offered by",
                                      "Users", "Taken up",           "First, UTC", "Last",
                                      NULL};
    static const char *const pairs[] = {"From domain", "To domain",      "Negotiations", "KRRs",
                                        "Findings",    "First KRR, UTC", "Last",         NULL};
    g_autoptr(Steering) steering = steering_new(sheet->report);

    sheet_heading(sheet, "h2", "steering", "Who steers whom");
    if (!steering->creators->len) {
        html_element(sheet->html, "p", NULL, "No KRR was read.");
        return;
    }
    sheet_timeline(sheet);
    write_rows(sheet, "Creators of KRRs", creators, steering->creators, write_creator);
    write_rows(sheet, "KMSs that KRRs offer", kms, steering->kms, write_kms);
    write_rows(sheet, "Between which domains", pairs, steering->pairs, write_pair);
    if (steering->left_out) {
        sheet_paragraph(sheet, "%" G_GUINT64_FORMAT " mentions of further names are not counted.",
                        steering->left_out);
    }
}
