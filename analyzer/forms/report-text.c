/* report-text.c
 * The report for people: what happened, in its order, and what was wrong with it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/report-text.h"

#include <string.h>

#include "analyzer/capture/capture.h"
#include "analyzer/forms/page-finding.h"
#include "analyzer/forms/page-negotiation.h"
#include "analyzer/forms/page-steering.h"
#include "analyzer/process/text.h"
#include "analyzer/report/finding-index.h"
#include "analyzer/report/unread-words.h"
#include "analyzer/report/words.h"

#define REASON_COLUMN 4
#define MAX_GONE      20 /* findings of the earlier report */

static void write_capture(Page *page, const Capture *capture)
{
    g_autofree char *label = page->report->captures->len == 1
                                 ? g_strdup("capture")
                                 : g_strdup_printf("capture %u", capture->index);
    g_autofree char *path = text_safe(capture->path, 0);
    g_autofree char *frames = text_count(capture->result.frames, "frame");
    g_autofree char *length =
        capture->result.has_time ? text_duration(capture->result.last_ns - capture->result.first_ns)
                                 : NULL;
    g_autofree char *shares = words_shares(capture);
    g_autofree char *renewals = words_renewals(capture);
    g_autofree char *clock = words_clock(capture);

    page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, path);
    page_rowf(page, 0, PAGE_HEAD_COLUMN, "", "%s%s%s%s%s%s, %s",
              capture->result.format ? words_capture_format(capture->result.format) : "",
              capture->result.format ? ", " : "", frames, length ? " in " : "",
              length ? length : "", shares,
              capture->result.complete ? "read to its end" : "INCOMPLETE, see below");
    if (capture->result.has_time) {
        g_autofree char *first = text_date(capture->result.first_ns);
        g_autofree char *last = text_date(capture->result.last_ns);

        page_rowf(page, 0, PAGE_HEAD_COLUMN, "", "%s to %s UTC", first, last);
    }
    if (clock) {
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "", clock);
    }
    if (renewals) {
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "", renewals);
    }
    if (capture->result.sha256) {
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "  sha256", capture->result.sha256);
    }
}

static void option_row(Page *page, const char *label, const char *raw)
{
    g_autofree char *text = raw ? text_safe(raw, 0) : NULL;

    if (text) {
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, text);
    }
}

static void rules_row(Page *page, const char *label, char **rules)
{
    g_autofree char *text = rules ? g_strjoinv(", ", rules) : NULL;

    if (text) {
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, text);
    }
}

static void write_header(Page *page)
{
    const Report *report = page->report;
    const ReportOptions *options = report->options;

    g_string_append_printf(page->out, "krraudit %s, Wireshark %s\n\n", KRR_VERSION,
                           report->wireshark);
    for (guint i = 0; i < report->captures->len; i++) {
        write_capture(page, g_ptr_array_index(report->captures, i));
    }
    option_row(page, "policy", options->policy ? options->policy : "none");
    option_row(page, "vocabulary", options->vocabulary);
    option_row(page, "filter", options->capture_filter);
    rules_row(page, "rules only", options->only);
    rules_row(page, "rules not", options->skip);
}

static void write_verdict(Page *page)
{
    KrrSeverity gravest = audit_gravest(page->report->audit);
    g_autofree char *verdict = words_verdict(page->report);
    g_autofree char *since = words_since(page->report);

    g_string_append_c(page->out, '\n');
    page_row(page, 0, PAGE_HEAD_COLUMN, page_severity_paint(gravest), "VERDICT", verdict);
    if (since) {
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "", since);
    }
}

/* Rules that share a reason stand in one paragraph. */
static void write_gap(Page *page, const ReportGap *gap)
{
    g_autofree char *reason = text_safe(gap->reason, TEXT_MAX_SENTENCE);
    g_autoptr(GString) rules = g_string_new(NULL);

    for (guint i = 0; i < gap->rules->len; i++) {
        g_string_append_printf(rules, "%s%s", i ? ", " : "",
                               krr_rules[g_array_index(gap->rules, KrrRuleId, i)].name);
    }
    page_row(page, 2, 2, PAGE_PAINT_NONE, "", reason);
    page_row(page, REASON_COLUMN, REASON_COLUMN, PAGE_PAINT_NONE, "", rules->str);
}

static void write_gaps(Page *page)
{
    g_autoptr(GPtrArray) gaps = report_gaps(page->report);

    if (gaps->len) {
        page_heading(page, "NOT EVALUATED");
    }
    for (guint i = 0; i < gaps->len; i++) {
        write_gap(page, g_ptr_array_index(gaps, i));
    }
}

static void write_left_out(Page *page)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    if (!report_omissions(page->report, omissions)) {
        return;
    }
    page_heading(page, "LEFT OUT");
    for (guint i = 0; i < REPORT_N_OMISSIONS; i++) {
        if (omissions[i].count > 0) {
            page_rowf(page, 2, REASON_COLUMN, "", "%" G_GUINT64_FORMAT " %s", omissions[i].count,
                      omissions[i].what);
        }
    }
}

static void write_incomplete(Page *page)
{
    const GPtrArray *captures = page->report->captures;

    if (report_complete(page->report)) {
        return;
    }
    page_heading(page, "INCOMPLETE CAPTURES");
    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);
        g_autofree char *path = text_safe(capture->path, 0);
        g_autofree char *why =
            text_safe(capture->result.error ? capture->result.error : "", TEXT_MAX_SENTENCE);

        if (!capture->result.complete) {
            page_rowf(page, 2, REASON_COLUMN, "", "%s: %s", path, why);
        }
    }
}

/* Beside the verdict: what it does not speak of. */
static void write_unread(Page *page)
{
    const GPtrArray *captures = page->report->captures;
    const Unread *unread;

    if (!report_has_unread(page->report)) {
        return;
    }
    g_string_append_c(page->out, '\n');
    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);
        for (guint k = 0; (unread = report_unread_at(capture, k)); k++) {
            g_autofree char *words = words_unread(unread);
            g_autofree char *where =
                captures->len > 1 ? g_strdup_printf("capture %u: ", i + 1) : g_strdup("");
            page_rowf(page, 0, PAGE_HEAD_COLUMN, k || i ? "" : "NOT READ", "%s%s. %s", where, words,
                      words_unread_help(unread->kind));
        }
    }
}

/* How to read what follows. */
static void write_legend(Page *page)
{
    if (page->report->audit->findings->len == 0) {
        return;
    }
    g_string_append_c(page->out, '\n');
    page_finding_counts(page);
    g_string_append_c(page->out, '\n');
    page_row(page, PAGE_HEAD_COLUMN, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "",
             "A clause 3.x is clause 7.2.1.3.x of TR 33.880.");
    page_row(page, PAGE_HEAD_COLUMN, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "",
             "E, W and n mark messages that errors, warnings and notes cite.");
}

/* What belongs to no negotiation. */
static void write_other_findings(Page *page, const FindingIndex *index)
{
    if (!finding_index_of(index, NULL)) {
        return;
    }
    page_heading(page, "OTHER FINDINGS");
    page_findings(page, index, NULL);
}

static void write_gone(Page *page)
{
    g_autoptr(GPtrArray) gone = page->report->known ? known_gone(page->report->known) : NULL;

    if (gone && gone->len) {
        page_heading(page, "GONE SINCE THE EARLIER REPORT");
    }
    for (guint i = 0; gone && i < gone->len && i < MAX_GONE; i++) {
        const KnownFinding *finding = g_ptr_array_index(gone, i);
        g_autofree char *rule = words_name(finding->rule, "");
        g_autofree char *severity = words_name(finding->severity, "");
        g_autofree char *observed = text_safe(finding->observed, TEXT_MAX_SENTENCE);

        page_rowf(page, 2, REASON_COLUMN, "", "%s %s: %s", severity, rule, observed);
    }
    if (gone && gone->len > MAX_GONE) {
        page_rowf(page, 2, REASON_COLUMN, "", "%u more; JSON and CSV have them",
                  gone->len - MAX_GONE);
    }
}

void report_text(const Report *report, const ReportStyle *style, Output *out)
{
    g_autoptr(FindingIndex) findings = finding_index_new(report->audit);
    g_autoptr(Selection) selection = selection_new(report, findings, style->most_negotiations);
    Page page = {report, style, selection, out, out->text};

    write_header(&page);
    write_verdict(&page);
    write_unread(&page);
    write_legend(&page);
    page_steering(&page);
    page_negotiations(&page, findings);
    page_other_krrs(&page);
    write_other_findings(&page, findings);
    write_gone(&page);
    write_gaps(&page);
    write_left_out(&page);
    write_incomplete(&page);
}
