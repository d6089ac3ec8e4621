/* report-text.c
 * The report for people: what happened, in its order, and what was wrong with it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "report.h"

#include <string.h>

#include "capture.h"
#include "finding-index.h"
#include "options.h"
#include "page-finding.h"
#include "page-negotiation.h"
#include "text.h"

#define REASON_COLUMN 4

/* How many frames passed the filter, and how many of them were dissected; empty where all were. Caller
 * frees. */
static char *shares_text(const Capture *capture)
{
    guint64 passed = capture->frames - capture->filtered;
    GString *text = g_string_new(NULL);

    if (capture->filtered)
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " passed the capture filter", passed);
    if (capture->dissected != passed)
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " dissected", text->len ? ", " : "",
                               capture->dissected);
    if (text->len) {
        g_string_prepend(text, " (");
        g_string_append_c(text, ')');
    }
    return g_string_free(text, FALSE);
}

/* Where Wireshark was let forget, which is worth knowing where something was left unfinished. */
static void renewals_row(Page *page, const GArray *renewals)
{
    g_autofree char *times = NULL, *lost = NULL;
    guint64 unfinished = 0;

    if (!renewals || !renewals->len)
        return;
    for (guint i = 0; i < renewals->len; i++)
        unfinished += g_array_index(renewals, EngineRenewal, i).unfinished;
    times = text_count(renewals->len, "time");
    lost = g_strdup_printf(
        "%" G_GUINT64_FORMAT " unfinished connections and fragments were given up", unfinished);
    page_rowf(page, 0, PAGE_HEAD_COLUMN, "", "session renewed %s, first before frame %u; %s", times,
              g_array_index(renewals, EngineRenewal, 0).frame,
              unfinished ? lost : "nothing was left unfinished");
}

static void write_capture(Page *page, const Capture *capture)
{
    g_autofree char *label = page->report->captures->len == 1
                                 ? g_strdup("capture")
                                 : g_strdup_printf("capture %u", capture->index);
    g_autofree char *path = text_safe(capture->path, 0);
    g_autofree char *frames = text_count(capture->frames, "frame");
    g_autofree char *length =
        capture->has_time ? text_duration(capture->last_ns - capture->first_ns) : NULL;
    g_autofree char *shares = shares_text(capture);

    page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, path);
    page_rowf(page, 0, PAGE_HEAD_COLUMN, "", "%s%s%s%s%s%s, %s",
              capture->format ? capture->format : "", capture->format ? ", " : "", frames,
              length ? " in " : "", length ? length : "", shares,
              capture->complete ? "read to its end" : "INCOMPLETE, see below");
    if (capture->has_time) {
        g_autofree char *first = text_date(capture->first_ns);
        g_autofree char *last = text_date(capture->last_ns);

        page_rowf(page, 0, PAGE_HEAD_COLUMN, "", "%s to %s UTC", first, last);
    }
    renewals_row(page, capture->renewals);
    if (capture->sha256)
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "  sha256", capture->sha256);
}

static void option_row(Page *page, const char *label, const char *raw)
{
    g_autofree char *text = raw ? text_safe(raw, 0) : NULL;

    if (text)
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, text);
}

static void rules_row(Page *page, const char *label, char **rules)
{
    g_autofree char *text = rules ? g_strjoinv(", ", rules) : NULL;

    if (text)
        page_row(page, 0, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, text);
}

static void write_header(Page *page)
{
    const Report *report = page->report;
    const Options *options = report->options;

    g_string_append_printf(page->out, "krraudit %s, Wireshark %s\n\n", KRR_VERSION,
                           report->wireshark);
    for (guint i = 0; i < report->captures->len; i++)
        write_capture(page, g_ptr_array_index(report->captures, i));
    option_row(page, "policy", options->policy ? options->policy : "none");
    option_row(page, "vocabulary", options->vocabulary);
    option_row(page, "filter", options->capture_filter);
    rules_row(page, "rules only", options->only);
    rules_row(page, "rules not", options->skip);
}

/* "2 errors, 1 warning"; caller frees. */
static char *counts_text(const Audit *audit)
{
    static const struct {
        KrrSeverity severity;
        const char *noun;
    } kinds[] = {{KRR_SEVERITY_ERROR, "error"},
                 {KRR_SEVERITY_WARNING, "warning"},
                 {KRR_SEVERITY_NOTE, "note"}};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        guint n = audit->count[kinds[i].severity];
        g_autofree char *count = n ? text_count(n, kinds[i].noun) : NULL;

        if (count)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", count);
    }
    return g_string_free(text, FALSE);
}

/* How many negotiations have findings. */
static guint troubled_negotiations(const Audit *audit)
{
    g_autoptr(GHashTable) troubled = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);

        if (finding->negotiation)
            g_hash_table_add(troubled, (gpointer)finding->negotiation);
    }
    return g_hash_table_size(troubled);
}

/* What was found, where there was anything to find. */
static char *verdict_text(const Report *report)
{
    guint negotiations = ledger_negotiations(report->ledger)->len;
    g_autofree char *all = text_count(negotiations, "negotiation");
    g_autofree char *counts = counts_text(report->audit);
    guint troubled = troubled_negotiations(report->audit);

    if (!*counts)
        return g_strdup_printf("no findings in %s", all);
    if (negotiations == 0)
        return g_strdup_printf("%s; no negotiation was seen", counts);
    if (troubled == 0)
        return g_strdup_printf("%s, in none of %u %s", counts, negotiations,
                               negotiations == 1 ? "negotiation" : "negotiations");
    return g_strdup_printf("%s in %u of %s", counts, troubled, all);
}

static bool all_complete(const Report *report)
{
    for (guint i = 0; i < report->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(report->captures, i);

        if (!capture->complete)
            return false;
    }
    return true;
}

static void write_verdict(Page *page)
{
    const Report *report = page->report;
    KrrSeverity gravest = audit_gravest(report->audit);
    g_autofree char *verdict = NULL;

    if (ledger_krrs(report->ledger)->len == 0 && gravest == KRR_SEVERITY_OFF) {
        g_autofree char *offers = text_count(ledger_offers_seen(report->ledger), "offer");

        verdict = g_strdup_printf("no KMS Redirect Response was seen (and %s)", offers);
    } else {
        verdict = verdict_text(report);
    }
    if (!all_complete(report)) {
        g_autofree char *part = g_steal_pointer(&verdict);

        verdict = g_strconcat(part, ", as far as the captures could be read", NULL);
    }
    g_string_append_c(page->out, '\n');
    page_row(page, 0, PAGE_HEAD_COLUMN, page_severity_paint(gravest), "VERDICT", verdict);
}

/* The rules from @p first on that share its reason, in one paragraph. */
static void write_reason(Page *page, guint first)
{
    const GPtrArray *gaps = page->report->audit->not_evaluated;
    const AuditGap *gap = g_ptr_array_index(gaps, first);
    g_autofree char *reason = text_safe(gap->reason, TEXT_MAX_SENTENCE);
    g_autoptr(GString) rules = g_string_new(NULL);

    for (guint i = first; i < gaps->len; i++) {
        const AuditGap *other = g_ptr_array_index(gaps, i);

        if (strcmp(other->reason, gap->reason) == 0)
            g_string_append_printf(rules, "%s%s", rules->len ? ", " : "",
                                   krr_rules[other->rule].name);
    }
    page_row(page, 2, 2, PAGE_PAINT_NONE, "", reason);
    page_row(page, REASON_COLUMN, REASON_COLUMN, PAGE_PAINT_NONE, "", rules->str);
}

static void write_gaps(Page *page)
{
    const GPtrArray *gaps = page->report->audit->not_evaluated;
    g_autoptr(GHashTable) reasons = g_hash_table_new(g_str_hash, g_str_equal);

    if (gaps->len == 0)
        return;
    page_heading(page, "NOT EVALUATED");
    for (guint i = 0; i < gaps->len; i++) {
        const AuditGap *gap = g_ptr_array_index(gaps, i);

        if (g_hash_table_add(reasons, gap->reason))
            write_reason(page, i);
    }
}

static void write_left_out(Page *page)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    if (!report_omissions(page->report, omissions))
        return;
    page_heading(page, "LEFT OUT");
    for (guint i = 0; i < REPORT_N_OMISSIONS; i++) {
        if (omissions[i].count > 0)
            page_rowf(page, 2, REASON_COLUMN, "", "%" G_GUINT64_FORMAT " %s", omissions[i].count,
                      omissions[i].what);
    }
}

static void write_incomplete(Page *page)
{
    const GPtrArray *captures = page->report->captures;

    if (all_complete(page->report))
        return;
    page_heading(page, "INCOMPLETE CAPTURES");
    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);
        g_autofree char *path = text_safe(capture->path, 0);
        g_autofree char *why = text_safe(capture->error ? capture->error : "", TEXT_MAX_SENTENCE);

        if (!capture->complete)
            page_rowf(page, 2, REASON_COLUMN, "", "%s: %s", path, why);
    }
}

/* How to read what follows. */
static void write_legend(Page *page)
{
    if (page->report->audit->findings->len == 0)
        return;
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
    const GPtrArray *findings = finding_index_of(index, NULL);

    if (!findings)
        return;
    page_heading(page, "OTHER FINDINGS");
    page_findings(page, findings, 0);
}

void report_text(const Report *report, const ReportStyle *style, Output *out)
{
    g_autoptr(FindingIndex) findings = finding_index_new(report->audit);
    Page page = {report, style, out, out->text};

    write_header(&page);
    write_verdict(&page);
    write_legend(&page);
    page_negotiations(&page, findings);
    page_other_krrs(&page);
    write_other_findings(&page, findings);
    write_gaps(&page);
    write_left_out(&page);
    write_incomplete(&page);
}
