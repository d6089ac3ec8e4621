/* page-steering.c
 * Who steers whom, on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/page-steering.h"

#include "analyzer/process/text.h"
#include "analyzer/report/steering-words.h"
#include "analyzer/report/words.h"

/* Rows of each part; the JSON report has more. */
#define MAX_ROWS    10
#define NAME_COLUMN 2
#define TEXT_COLUMN 6
#define SUM_COLUMN  40

/* "3 KRRs, 2 errors, 1 warning" beside the name, which has the colour of the gravest. */
static void sum_row(Page *page, const char *name, const SteeringSum *sum)
{
    g_autofree char *findings = words_severity_counts(sum->findings);
    g_autofree char *krrs = text_count(sum->krrs, "KRR");
    g_autofree char *text = g_strdup_printf("%s, %s", krrs, *findings ? findings : "no findings");

    page_row(page, NAME_COLUMN, SUM_COLUMN, page_severity_paint(steering_gravest(sum)), name, text);
}

static void write_creator(Page *page, const SteeringRow *creator)
{
    g_autofree char *name = words_name(creator->name, "no creator stated");
    g_autofree char *signatures = steering_signatures_text(creator->signatures);
    g_autofree char *kms = steering_names_text(creator->others);
    g_autofree char *users = steering_count_text(creator->users);

    sum_row(page, name, &creator->sum);
    page_rowf(page, TEXT_COLUMN, TEXT_COLUMN, "", "users: %s; offers %s; %s", users, kms,
              signatures);
}

static void write_kms(Page *page, const SteeringRow *kms)
{
    g_autofree char *name = words_name(kms->name, "");
    g_autofree char *creators = steering_names_text(kms->others);
    g_autofree char *users = steering_count_text(kms->users);

    sum_row(page, name, &kms->sum);
    page_rowf(page, TEXT_COLUMN, TEXT_COLUMN, "",
              "users: %s; offered by %s; attempts that took it up: %u", users, creators,
              kms->followed);
}

static void write_rest(Page *page, guint rows)
{
    if (rows > MAX_ROWS) {
        page_rowf(page, NAME_COLUMN, TEXT_COLUMN, "", "%u more; the JSON report has them",
                  rows - MAX_ROWS);
    }
}

void page_steering(Page *page)
{
    g_autoptr(Steering) steering = steering_new(page->report);

    if (!steering->creators->len) {
        return;
    }
    page_heading(page, "CREATORS OF KRRs");
    for (guint i = 0; i < steering->creators->len && i < MAX_ROWS; i++) {
        write_creator(page, g_ptr_array_index(steering->creators, i));
    }
    write_rest(page, steering->creators->len);
    if (steering->kms->len) {
        page_heading(page, "KMSs THAT KRRs OFFER");
    }
    for (guint i = 0; i < steering->kms->len && i < MAX_ROWS; i++) {
        write_kms(page, g_ptr_array_index(steering->kms, i));
    }
    write_rest(page, steering->kms->len);
    if (steering->left_out) {
        page_rowf(page, NAME_COLUMN, TEXT_COLUMN, "",
                  "%" G_GUINT64_FORMAT " mentions of further names are not counted",
                  steering->left_out);
    }
}
