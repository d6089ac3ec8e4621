/* sheet-finding.c
 * Findings on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-finding.h"

#include "analyzer/process/text.h"
#include "analyzer/report/finding-groups.h"
#include "analyzer/report/words.h"

/* Links to findings of one rule; the others stand further down all the same. */
#define MAX_LINKS 24

#define MAX_GROUPS 100

/* Those that stand in full somewhere below come first; the others have no place to lead to. */
static void write_links(Sheet *sheet, const GArray *places)
{
    const GPtrArray *findings = sheet->report->audit->findings;
    guint links = 0;

    html_open(sheet->html, "td", "links");
    for (guint i = 0; i < places->len && links < MAX_LINKS; i++) {
        guint place = g_array_index(places, guint, i);

        if (selection_shows(sheet->selection, g_ptr_array_index(findings, place))) {
            html_text(sheet->html, links++ ? " " : "");
            sheet_link(sheet, "finding", place + 1);
        }
    }
    if (places->len > links) {
        html_textf(sheet->html, " and %u more", places->len - links);
    }
    html_close(sheet->html);
}

static void link_rule(Sheet *sheet, KrrRuleId rule)
{
    g_autofree char *id = g_strconcat("rule-", krr_rules[rule].name, NULL);

    html_link(sheet->html, id, krr_rules[rule].name);
}

/* Begins a row with its first cells: how grave, and which rule. */
static void open_rule_row(Sheet *sheet, KrrSeverity severity, KrrRuleId rule)
{
    html_open(sheet->html, "tr", NULL);
    html_open(sheet->html, "td", NULL);
    sheet_severity(sheet, severity);
    html_close(sheet->html);
    sheet_row_head(sheet, NULL);
    link_rule(sheet, rule);
    html_close(sheet->html);
}

static void write_tally(Sheet *sheet, const ReportTally *tally)
{
    const KrrRule *rule = &krr_rules[tally->rule];
    Html *html = sheet->html;

    open_rule_row(sheet, tally->severity, tally->rule);
    html_element(html, "td", "meaning", rule->summary);
    sheet_cell(sheet, rule->clause);
    sheet_number_cell(sheet, tally->findings->len);
    write_links(sheet, tally->findings);
    html_close(html);
}

void sheet_tallies(Sheet *sheet)
{
    static const char *const columns[] = {"Severity", "Rule", "What it means", "Clause", "Times",
                                          "Findings", NULL};
    g_autoptr(GPtrArray) tallies = report_tallies(sheet->report);

    sheet_open_table(sheet, "Rules that fired", columns);
    for (guint i = 0; i < tallies->len; i++) {
        write_tally(sheet, g_ptr_array_index(tallies, i));
    }
    sheet_close_table(sheet);
}

static void write_sample(Sheet *sheet, const FindingGroup *group)
{
    const GPtrArray *findings = sheet->report->audit->findings;

    html_open(sheet->html, "td", NULL);
    if (selection_shows(sheet->selection, g_ptr_array_index(findings, group->sample))) {
        sheet_link(sheet, "finding", group->sample + 1);
    } else {
        html_textf(sheet->html, "finding-%u", group->sample + 1);
    }
    html_close(sheet->html);
}

static void write_group(Sheet *sheet, const FindingGroup *group)
{
    g_autofree char *creator = words_name(group->creator, "");
    g_autofree char *first = text_date(group->first.time_ns);
    g_autofree char *last = text_date(group->last.time_ns);
    Html *html = sheet->html;

    open_rule_row(sheet, group->severity, group->rule);
    sheet_cell(sheet, creator);
    sheet_cell(sheet, group->kms ? group->kms : "");
    sheet_number_cell(sheet, group->count);
    sheet_cell(sheet, first);
    sheet_cell(sheet, last);
    write_sample(sheet, group);
    html_close(html);
}

void sheet_groups(Sheet *sheet)
{
    static const char *const columns[] = {
        "Severity", "Rule",   "Creator", "Lists: initiator's; receiver's", "Times", "First, UTC",
        "Last",     "Sample", NULL};
    g_autoptr(GPtrArray) groups = finding_groups(sheet->report);

    if (groups->len == sheet->report->audit->findings->len) {
        return; /* nothing was found twice */
    }
    sheet_heading(sheet, "h3", "groups", "The same of the same");
    sheet_open_table(sheet, "Findings by rule, creator and lists", columns);
    for (guint i = 0; i < groups->len && i < MAX_GROUPS; i++) {
        write_group(sheet, g_ptr_array_index(groups, i));
    }
    sheet_close_table(sheet);
    if (groups->len > MAX_GROUPS) {
        sheet_paragraph(sheet, "%u more groups, none of them graver.", groups->len - MAX_GROUPS);
    }
}

/* How to look at the first frame in Wireshark. */
static void write_command(Sheet *sheet, const AuditFinding *finding)
{
    g_autofree char *command = words_wireshark(sheet->report, story_frame_at(finding->frames, 0));

    if (command) {
        html_open(sheet->html, "p", "subject");
        html_element(sheet->html, "code", NULL, command);
        html_close(sheet->html);
    }
}

/* "krr-3, offer-4, frames 24, 28" with links; the negotiation where the finding is not with it. */
static void write_subject(Sheet *sheet, const AuditFinding *finding)
{
    g_autofree char *frames = words_frames(sheet->report, finding->frames);
    g_autofree char *began =
        text_date(report_shown_ns(sheet->report, g_array_index(finding->frames, StoryFrame, 0)));

    html_open(sheet->html, "p", "subject");
    if (finding->krr) {
        sheet_link(sheet, "krr", finding->krr->number);
        html_text(sheet->html, ", ");
    }
    if (finding->offer && finding->offer->number) {
        sheet_link(sheet, "offer", finding->offer->number);
        html_text(sheet->html, ", ");
    }
    html_textf(sheet->html, "%s, %s UTC", frames, began);
    html_close(sheet->html);
}

static void write_sentence(Sheet *sheet, const char *term, const char *raw)
{
    g_autofree char *sentence = raw ? text_safe(raw, TEXT_MAX_SENTENCE) : NULL;

    sheet_term(sheet, term, sentence);
}

static void write_finding(Sheet *sheet, const AuditFinding *finding)
{
    const KrrRule *rule = &krr_rules[finding->rule];
    Html *html = sheet->html;
    guint number = finding_index_number(sheet->findings, finding);
    const char *state = report_state(sheet->report, finding);
    g_autofree char *class = g_strconcat("finding ", krr_severity_name(finding->severity), NULL);

    html_open(html, "article", class);
    html_attributef(html, "id", "finding-%u", number);
    sheet_open_heading(sheet);
    sheet_severity(sheet, finding->severity);
    html_text(html, " ");
    link_rule(sheet, finding->rule);
    html_textf(html, " (clause %s)", rule->clause);
    if (state) {
        html_textf(html, ", %s", state);
    }
    html_open(html, "span", "id");
    html_textf(html, "finding-%u", number);
    html_close(html);
    html_close(html);
    html_element(html, "p", NULL, rule->summary);
    write_subject(sheet, finding);
    html_open(html, "dl", NULL);
    write_sentence(sheet, "expected", finding->expected);
    write_sentence(sheet, "observed", finding->observed);
    html_close(html);
    write_command(sheet, finding);
    html_close(html);
    html_flow(html);
}

void sheet_findings(Sheet *sheet, const GPtrArray *findings)
{
    for (guint i = 0; findings && i < findings->len; i++) {
        write_finding(sheet, g_ptr_array_index(findings, i));
    }
}

void sheet_gone(Sheet *sheet)
{
    static const char *const columns[] = {"Severity", "Rule", "Observed then", NULL};
    g_autoptr(GPtrArray) gone = sheet->report->known ? known_gone(sheet->report->known) : NULL;

    if (!gone || !gone->len) {
        return;
    }
    sheet_heading(sheet, "h3", "gone", "Gone since the earlier report");
    sheet_open_table(sheet, "Findings that are gone", columns);
    for (guint i = 0; i < gone->len && i < MAX_GROUPS; i++) {
        const KnownFinding *finding = g_ptr_array_index(gone, i);
        g_autofree char *severity = words_name(finding->severity, "");
        g_autofree char *rule = words_name(finding->rule, "");
        g_autofree char *observed = text_safe(finding->observed, TEXT_MAX_SENTENCE);

        html_open(sheet->html, "tr", NULL);
        sheet_cell(sheet, severity);
        sheet_cell(sheet, rule);
        sheet_cell(sheet, observed);
        html_close(sheet->html);
    }
    sheet_close_table(sheet);
    if (gone->len > MAX_GROUPS) {
        sheet_paragraph(sheet, "%u more; JSON and CSV have them.", gone->len - MAX_GROUPS);
    }
}

static void write_rule(Sheet *sheet, KrrRuleId id)
{
    const KrrRule *rule = &krr_rules[id];
    const KrrExplanation *explanation = &rule->explanation;
    Html *html = sheet->html;

    html_open(html, "section", "rule");
    html_attributef(html, "id", "rule-%s", rule->name);
    html_element(html, "h3", NULL, rule->name);
    html_element(html, "p", NULL, rule->summary);
    html_open(html, "dl", NULL);
    sheet_term(sheet, "clause", rule->clause);
    sheet_term(sheet, "what it means", explanation->meaning);
    sheet_term(sheet, "why it matters for fraud", explanation->fraud);
    sheet_term(sheet, "what innocent cause it may have", explanation->innocent);
    sheet_term(sheet, "what to check next", explanation->next);
    html_close(html);
    html_close(html);
}

void sheet_glossary(Sheet *sheet)
{
    g_autoptr(GPtrArray) tallies = report_tallies(sheet->report);
    bool fired[KRR_N_RULES] = {false};

    /* A rule may have fired with several severities. */
    for (guint i = 0; i < tallies->len; i++) {
        fired[((const ReportTally *)g_ptr_array_index(tallies, i))->rule] = true;
    }
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        if (fired[rule]) {
            write_rule(sheet, rule);
        }
    }
}
