/* report-html.c
 * The report to be handed on: one file that any browser shows, and that asks nothing of anybody
 *
 * No script, nothing from elsewhere: the policy in its head forbids both, should anything from a
 * capture ever pass for markup.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/report-html.h"

#include "analyzer/capture/capture.h"
#include "analyzer/engine/engine-options.h"
#include "analyzer/process/text.h"
#include "analyzer/report/unread-words.h"
#include "analyzer/report/words.h"
#include "analyzer/sheet/sheet-finding.h"
#include "analyzer/sheet/sheet-index.h"
#include "analyzer/sheet/sheet-ladder.h"
#include "analyzer/sheet/sheet-negotiation.h"
#include "analyzer/sheet/sheet-steering.h"
#include "analyzer/sheet/sheet-style.h"

/* "Audit of trace.pcap and 2 more": by this name browsers know the page. Caller frees. */
static char *title_text(const Report *report)
{
    const Capture *first = g_ptr_array_index(report->captures, 0);
    g_autofree char *base = g_path_get_basename(first->path);
    g_autofree char *name = words_name(base, "");
    guint others = report->captures->len - 1;

    return others ? g_strdup_printf("Audit of %s and %u more", name, others)
                  : g_strdup_printf("Audit of %s", name);
}

static void write_head(Sheet *sheet)
{
    Html *html = sheet->html;
    g_autofree char *title = title_text(sheet->report);

    html_open(html, "head", NULL);
    html_meta(html, "charset", "utf-8", NULL);
    html_meta(html, "http-equiv", "Content-Security-Policy",
              "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    html_meta(html, "name", "viewport", "width=device-width, initial-scale=1");
    html_meta(html, "name", "referrer", "no-referrer");
    html_element(html, "title", NULL, title);
    html_style(html, sheet_style);
    html_close(html);
}

static void write_navigation(Sheet *sheet)
{
    static const struct {
        const char *id;
        const char *text;
    } places[] = {{"verdict", "Verdict"},
                  {"steering", "Who steers whom"},
                  {"audited", "What was audited"},
                  {"findings", "Findings"},
                  {"negotiations", "Negotiations"},
                  {"not-evaluated", "Not evaluated"},
                  {"glossary", "What the rules mean"}};
    Html *html = sheet->html;

    html_open(html, "nav", NULL);
    html_attribute(html, "aria-label", "Parts of the report");
    html_open(html, "ul", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        html_open(html, "li", NULL);
        html_link(html, places[i].id, places[i].text);
        html_close(html);
    }
    html_close(html);
    html_close(html);
}

/* ---- what was audited ---- */

static void time_term(Sheet *sheet, const Capture *capture)
{
    g_autofree char *first = text_date(capture->result.first_ns);
    g_autofree char *last = text_date(capture->result.last_ns);
    g_autofree char *length = text_duration(capture->result.last_ns - capture->result.first_ns);
    g_autofree char *span = g_strdup_printf("%s to %s UTC (%s)", first, last, length);

    sheet_term(sheet, "time", capture->result.has_time ? span : NULL);
}

static void write_capture(Sheet *sheet, const Capture *capture)
{
    g_autofree char *path = text_safe(capture->path, 0);
    g_autofree char *title = sheet->report->captures->len == 1
                                 ? g_strdup(path)
                                 : g_strdup_printf("%u: %s", capture->index, path);
    g_autofree char *frames = text_count(capture->result.frames, "frame");
    g_autofree char *shares = words_shares(capture);
    g_autofree char *count = g_strconcat(frames, shares, NULL);
    g_autofree char *renewals = words_renewals(capture);
    g_autofree char *clock = words_clock(capture);
    g_autofree char *error =
        text_safe(capture->result.error ? capture->result.error : "", TEXT_MAX_SENTENCE);
    g_autofree char *incomplete = g_strconcat("INCOMPLETE: ", error, NULL);
    guint64 cut = ledger_cut_bodies(sheet->report->ledger, capture->index);
    g_autofree char *bodies =
        g_strdup_printf("%" G_GUINT64_FORMAT " were cut short by the capture, and not judged", cut);

    html_element(sheet->html, "h3", NULL, title);
    html_open(sheet->html, "dl", NULL);
    sheet_term(sheet, "SHA-256", capture->result.sha256);
    sheet_term(sheet, "format", words_capture_format(capture->result.format));
    sheet_term(sheet, "frames", count);
    time_term(sheet, capture);
    sheet_term(sheet, "read", capture->result.complete ? "to its end" : incomplete);
    sheet_term(sheet, "bodies", cut ? bodies : NULL);
    sheet_term(sheet, "clock", clock);
    sheet_term(sheet, "Wireshark", renewals);
    html_close(sheet->html);
    html_flow(sheet->html);
}

static void option_term(Sheet *sheet, const char *term, const char *raw)
{
    g_autofree char *text = raw ? text_safe(raw, 0) : NULL;

    sheet_term(sheet, term, text);
}

static void options_term(Sheet *sheet, const char *term, char **raw)
{
    g_autofree char *text = raw ? g_strjoinv(", ", raw) : NULL;

    option_term(sheet, term, text);
}

/* What somebody must repeat to get the same report. */
static void write_options(Sheet *sheet)
{
    const ReportOptions *options = sheet->report->options;

    html_element(sheet->html, "h3", NULL, "Options");
    html_open(sheet->html, "dl", NULL);
    option_term(sheet, "policy", options->policy ? options->policy : "none");
    options_term(sheet, "trust anchors", options->trust_anchors);
    option_term(sheet, "vocabulary", options->vocabulary);
    option_term(sheet, "TLS keys", options->tls_keys);
    options_term(sheet, "decode as", options->decode_as);
    option_term(sheet, "capture filter", options->capture_filter);
    options_term(sheet, "rules only", options->only);
    options_term(sheet, "rules not", options->skip);
    html_close(sheet->html);
}

static void write_policy_value(const char *group, const char *key, const char *const *values,
                               bool is_list, gpointer data)
{
    Sheet *sheet = data;
    g_autofree char *joined = is_list ? g_strjoinv("; ", (char **)values) : g_strdup(values[0]);
    g_autofree char *safe = text_safe(joined, TEXT_MAX_SENTENCE);
    g_autofree char *safe_group = words_name(group, "");

    html_open(sheet->html, "tr", NULL);
    sheet_cell(sheet, safe_group);
    sheet_cell(sheet, key);
    sheet_cell(sheet, safe);
    html_close(sheet->html);
    html_flow(sheet->html);
}

static void write_policy(Sheet *sheet)
{
    static const char *const columns[] = {"Group", "Key", "Value", NULL};

    sheet_open_details(sheet, "The policy, defaults included");
    sheet_open_table(sheet, "The policy", columns);
    kms_policy_visit(sheet->report->policy, write_policy_value, sheet);
    sheet_close_table(sheet);
    html_close(sheet->html);
}

static void write_preferences(Sheet *sheet)
{
    static const char *const columns[] = {"Preference", "Value", NULL};
    const GPtrArray *preferences = sheet->report->preferences;

    sheet_open_details(sheet, "Wireshark's preferences that were set");
    sheet_open_table(sheet, "Preferences", columns);
    for (guint i = 0; i < preferences->len; i++) {
        const EnginePreference *preference = g_ptr_array_index(preferences, i);
        g_autofree char *name = words_name(preference->name, "");
        g_autofree char *value = text_safe(preference->value, TEXT_MAX_SENTENCE);

        html_open(sheet->html, "tr", NULL);
        sheet_cell(sheet, name);
        sheet_cell(sheet, value);
        html_close(sheet->html);
    }
    sheet_close_table(sheet);
    html_close(sheet->html);
}

static void write_audited(Sheet *sheet)
{
    const GPtrArray *captures = sheet->report->captures;

    sheet_heading(sheet, "h2", "audited", "What was audited");
    for (guint i = 0; i < captures->len; i++) {
        write_capture(sheet, g_ptr_array_index(captures, i));
    }
    write_options(sheet);
    write_policy(sheet);
    write_preferences(sheet);
}

/* ---- the verdict ---- */

static void write_count(Sheet *sheet, guint64 count, const char *noun)
{
    html_open(sheet->html, "li", NULL);
    html_open(sheet->html, "strong", NULL);
    html_textf(sheet->html, "%" G_GUINT64_FORMAT, count);
    html_close(sheet->html);
    html_textf(sheet->html, "%s%s", noun, count == 1 ? "" : "s");
    html_close(sheet->html);
}

static void write_verdict(Sheet *sheet)
{
    static const char *const classes[] = {
        [KRR_SEVERITY_OFF] = "verdict clean",
        [KRR_SEVERITY_NOTE] = "verdict note",
        [KRR_SEVERITY_WARNING] = "verdict warning",
        [KRR_SEVERITY_ERROR] = "verdict error",
    };
    const Report *report = sheet->report;
    g_autofree char *verdict = words_verdict(report);
    g_autofree char *since = words_since(report);

    sheet_heading(sheet, "h2", "verdict", "Verdict");
    html_element(sheet->html, "p", classes[audit_gravest(report->audit)], verdict);
    if (since) {
        html_element(sheet->html, "p", NULL, since);
    }
    html_open(sheet->html, "ul", "counts");
    write_count(sheet, report->audit->count[KRR_SEVERITY_ERROR], "error");
    write_count(sheet, report->audit->count[KRR_SEVERITY_WARNING], "warning");
    write_count(sheet, report->audit->count[KRR_SEVERITY_NOTE], "note");
    write_count(sheet, ledger_negotiations(report->ledger)->len, "negotiation");
    write_count(sheet, ledger_krrs(report->ledger)->len, "KRR");
    write_count(sheet, ledger_offers_seen(report->ledger), "offer");
    html_close(sheet->html);
}

/* Beside the verdict: what it does not speak of. */
static void write_unread(Sheet *sheet)
{
    const GPtrArray *captures = sheet->report->captures;
    const Unread *unread;

    if (!report_has_unread(sheet->report)) {
        return;
    }
    sheet_heading(sheet, "h3", "not-read", "Not read");
    html_open(sheet->html, "ul", NULL);
    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);
        for (guint k = 0; (unread = report_unread_at(capture, k)); k++) {
            g_autofree char *words = words_unread(unread);
            g_autofree char *where =
                captures->len > 1 ? g_strdup_printf("Capture %u: ", i + 1) : g_strdup("");
            html_open(sheet->html, "li", NULL);
            html_textf(sheet->html, "%s%s. %s", where, words, words_unread_help(unread->kind));
            html_close(sheet->html);
        }
    }
    html_close(sheet->html);
}

static void write_left_out(Sheet *sheet)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    if (!report_omissions(sheet->report, omissions)) {
        return;
    }
    sheet_heading(sheet, "h3", "left-out", "Left out");
    html_open(sheet->html, "ul", NULL);
    for (guint i = 0; i < REPORT_N_OMISSIONS; i++) {
        if (!omissions[i].count) {
            continue;
        }
        html_open(sheet->html, "li", NULL);
        html_textf(sheet->html, "%" G_GUINT64_FORMAT " %s", omissions[i].count, omissions[i].what);
        html_close(sheet->html);
    }
    html_close(sheet->html);
}

/* ---- what follows from it ---- */

static void write_findings(Sheet *sheet)
{
    sheet_heading(sheet, "h2", "findings", "Findings");
    if (!sheet->report->audit->findings->len) {
        html_element(sheet->html, "p", NULL, "No rule fired.");
        sheet_gone(sheet);
        return;
    }
    sheet_tallies(sheet);
    sheet_groups(sheet);
    sheet_gone(sheet);
    html_element(sheet->html, "p", NULL,
                 "A clause 3.x is clause 7.2.1.3.x of TR 33.880. Each finding stands with its "
                 "negotiation, where that is drawn; JSON and CSV have all of them.");
}

static void write_negotiations(Sheet *sheet)
{
    sheet_heading(sheet, "h2", "negotiations", "Negotiations");
    if (!ledger_negotiations(sheet->report->ledger)->len) {
        html_element(sheet->html, "p", NULL, "None was seen.");
        return;
    }
    sheet_negotiation_index(sheet);
    sheet_ladder_legend(sheet);
    sheet_negotiations(sheet);
}

static void write_other_findings(Sheet *sheet)
{
    const GPtrArray *findings = finding_index_of(sheet->findings, NULL);

    if (!findings) {
        return;
    }
    sheet_heading(sheet, "h2", "other-findings", "Other findings");
    sheet_findings(sheet, findings);
}

static void write_gap(Sheet *sheet, const ReportGap *gap)
{
    g_autofree char *reason = text_safe(gap->reason, TEXT_MAX_SENTENCE);

    sheet_open_term(sheet, reason);
    for (guint i = 0; i < gap->rules->len; i++) {
        html_textf(sheet->html, "%s%s", i ? ", " : "",
                   krr_rules[g_array_index(gap->rules, KrrRuleId, i)].name);
    }
    html_close(sheet->html);
}

static void write_gaps(Sheet *sheet)
{
    g_autoptr(GPtrArray) gaps = report_gaps(sheet->report);

    sheet_heading(sheet, "h2", "not-evaluated", "Not evaluated");
    if (!gaps->len) {
        html_element(sheet->html, "p", NULL, "Every rule was judged.");
        return;
    }
    html_open(sheet->html, "dl", "gaps");
    for (guint i = 0; i < gaps->len; i++) {
        write_gap(sheet, g_ptr_array_index(gaps, i));
    }
    html_close(sheet->html);
}

static void write_glossary(Sheet *sheet)
{
    sheet_heading(sheet, "h2", "glossary", "What the rules mean");
    if (!sheet->report->audit->findings->len) {
        html_element(sheet->html, "p", NULL, "No rule fired; krraudit --list-rules has them all.");
    }
    sheet_glossary(sheet);
}

static void write_body(Sheet *sheet)
{
    Html *html = sheet->html;

    html_open(html, "header", NULL);
    html_element(html, "h1", NULL, "Audit of KMS Redirect Responses");
    sheet_paragraph(sheet, "krraudit %s, Wireshark %s", KRR_VERSION, sheet->report->wireshark);
    write_navigation(sheet);
    html_close(html);
    html_open(html, "main", NULL);
    write_verdict(sheet);
    write_unread(sheet);
    write_left_out(sheet);
    sheet_steering(sheet);
    write_audited(sheet);
    write_findings(sheet);
    write_negotiations(sheet);
    sheet_others(sheet);
    write_other_findings(sheet);
    write_gaps(sheet);
    write_glossary(sheet);
    html_close(html);
    html_element(
        html, "footer", NULL,
        "What has no glyph is written \\n, \\x1b or \\u{202e}, a backslash of a capture as "
        "two. The same input gives the same report, octet for octet.");
}

void report_html(const Report *report, const ReportStyle *style, Output *out)
{
    g_autoptr(FindingIndex) findings = finding_index_new(report->audit);
    g_autoptr(GHashTable) shown = g_hash_table_new(NULL, NULL);
    g_autoptr(Html) html = html_new(out);
    g_autoptr(Selection) selection = selection_new(report, findings, style->most_negotiations);
    Sheet sheet = {.report = report,
                   .html = html,
                   .findings = findings,
                   .selection = selection,
                   .shown = shown,
                   .level = 2};

    html_open(html, "html", NULL);
    html_attribute(html, "xmlns", "http://www.w3.org/1999/xhtml");
    html_attribute(html, "lang", "en");
    write_head(&sheet);
    html_open(html, "body", NULL);
    write_body(&sheet);
}
