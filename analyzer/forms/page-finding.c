/* page-finding.c
 * Findings on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/page-finding.h"

#include <string.h>

#include "analyzer/process/text.h"
#include "analyzer/report/words.h"

/* Where things stand on a line, from the indent. */
#define FINDING_INDENT  2 /* where it stands with its negotiation */
#define FINDING_COLUMN  10
#define SENTENCE_COLUMN (FINDING_COLUMN + 10)

/* Where the columns of the counts are. */
#define COUNT_RULE_COLUMN  (PAGE_HEAD_COLUMN + 9)
#define COUNT_WHERE_COLUMN (COUNT_RULE_COLUMN + 38)
#define MAX_NEGOTIATIONS   3 /* named in the counts */

/* What a finding is about: "finding-4, negotiation-1, krr-2, frames 3, 5"; caller frees. */
static char *subject_text(const Page *page, const FindingIndex *index, const AuditFinding *finding,
                          bool negotiation)
{
    GString *text = g_string_new(NULL);
    g_autofree char *frames = words_frames(page->report, finding->frames);

    g_string_append_printf(text, "finding-%u, ", finding_index_number(index, finding));
    if (finding->negotiation && negotiation) {
        g_string_append_printf(text, "negotiation-%u, ", finding->negotiation->number);
    }
    if (finding->krr) {
        g_string_append_printf(text, "krr-%u, ", finding->krr->number);
    }
    if (finding->offer && finding->offer->number) {
        g_string_append_printf(text, "offer-%u, ", finding->offer->number);
    }
    g_string_append(text, frames);
    return g_string_free(text, FALSE);
}

static void sentence_row(Page *page, gsize indent, const char *label, const char *raw)
{
    g_autofree char *text = raw ? text_safe(raw, TEXT_MAX_SENTENCE) : NULL;

    if (text) {
        page_row(page, indent + FINDING_COLUMN, indent + SENTENCE_COLUMN, PAGE_PAINT_NONE, label,
                 text);
    }
}

static void write_finding(Page *page, const FindingIndex *index, const AuditFinding *finding,
                          gsize indent)
{
    const KrrRule *rule = &krr_rules[finding->rule];
    gsize column = indent + FINDING_COLUMN;
    const char *state = report_state(page->report, finding);
    g_autofree char *title = g_strdup_printf("%s (clause %s)%s%s", rule->name, rule->clause,
                                             state ? ", " : "", state ? state : "");
    g_autofree char *subject = subject_text(page, index, finding, indent == 0);

    g_string_append_c(page->out, '\n');
    page_row(page, indent, column, page_severity_paint(finding->severity),
             krr_severity_name(finding->severity), title);
    page_row(page, column, column, PAGE_PAINT_NONE, "", subject);
    page_row(page, column, column, PAGE_PAINT_NONE, "", rule->summary);
    sentence_row(page, indent, "expected", finding->expected);
    sentence_row(page, indent, "observed", finding->observed);
}

void page_findings(Page *page, const FindingIndex *index, const StoryNegotiation *negotiation)
{
    const GPtrArray *findings = finding_index_of(index, negotiation);

    for (guint i = 0; findings && i < findings->len; i++) {
        write_finding(page, index, g_ptr_array_index(findings, i),
                      negotiation ? FINDING_INDENT : 0);
    }
}

/* "negotiation-1, -2 and 7 more"; caller frees. */
static char *where_text(const Page *page, const ReportTally *tally)
{
    const GPtrArray *findings = page->report->audit->findings;
    g_autoptr(GHashTable) named = g_hash_table_new(NULL, NULL);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < tally->findings->len; i++) {
        guint place = g_array_index(tally->findings, guint, i);
        const AuditFinding *finding = g_ptr_array_index(findings, place);

        if (!finding->negotiation || !g_hash_table_add(named, (gpointer)finding->negotiation) ||
            g_hash_table_size(named) > MAX_NEGOTIATIONS) {
            continue;
        }
        g_string_append_printf(text, "%s-%u", text->len ? ", " : "negotiation",
                               finding->negotiation->number);
    }
    if (g_hash_table_size(named) > MAX_NEGOTIATIONS) {
        g_string_append_printf(text, " and %u more", g_hash_table_size(named) - MAX_NEGOTIATIONS);
    }
    return g_string_free(text, FALSE);
}

void page_finding_counts(Page *page)
{
    g_autoptr(GPtrArray) tallies = report_tallies(page->report);

    for (guint i = 0; i < tallies->len; i++) {
        const ReportTally *tally = g_ptr_array_index(tallies, i);
        g_autofree char *where = where_text(page, tally);
        g_autofree char *label =
            g_strdup_printf("%-8s %-30s %5u", krr_severity_name(tally->severity),
                            krr_rules[tally->rule].name, tally->findings->len);

        page_row(page, PAGE_HEAD_COLUMN, COUNT_WHERE_COLUMN, PAGE_PAINT_NONE, label, where);
    }
}
