/* sheet-index.c
 * The lists of all negotiations on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-index.h"

#include "analyzer/process/text.h"
#include "analyzer/report/words.h"

#define MAX_ROWS 500 /* of one folded part */

static void write_index_row(Sheet *sheet, const StoryNegotiation *negotiation)
{
    const GPtrArray *findings = finding_index_of(sheet->findings, negotiation);
    g_autofree char *began = text_date(negotiation->started.time_ns);
    Html *html = sheet->html;

    html_open(html, "tr", NULL);
    sheet_row_head(sheet, NULL);
    sheet_link(sheet, "negotiation", negotiation->number);
    html_close(html);
    sheet_cell(sheet, began);
    sheet_name_cell(sheet, negotiation->idri);
    sheet_name_cell(sheet, negotiation->idrr);
    sheet_cell(sheet, story_outcome_name(negotiation->outcome));
    sheet_number_cell(sheet, negotiation->attempts->len);
    html_open(html, "td", NULL);
    sheet_severity(sheet, finding_index_gravest(sheet->findings, negotiation));
    if (findings) {
        html_textf(html, " %u", findings->len);
    }
    html_close(html);
    html_close(html);
    html_flow(html);
}

static void write_drawn_index(Sheet *sheet, const GPtrArray *negotiations)
{
    static const char *const columns[] = {"Negotiation", "Began, UTC", "From",     "To",
                                          "Outcome",     "Attempts",   "Findings", NULL};

    sheet_open_table(sheet, "Negotiations that are drawn below", columns);
    for (guint i = 0; i < negotiations->len; i++) {
        if (selection_has(sheet->selection, story_negotiation_at(negotiations, i))) {
            write_index_row(sheet, story_negotiation_at(negotiations, i));
        }
    }
    sheet_close_table(sheet);
}

/* A row of those that are not drawn: without links, and short, since there may be very many. */
static void write_brief_row(Sheet *sheet, const StoryNegotiation *negotiation)
{
    const GPtrArray *findings = finding_index_of(sheet->findings, negotiation);
    g_autofree char *began = text_date(negotiation->started.time_ns);
    g_autofree char *first = report_frame(sheet->report, &negotiation->started);
    g_autofree char *last = report_frame(sheet->report, &negotiation->ended);
    Html *html = sheet->html;

    html_open(html, "tr", NULL);
    html_open(html, "td", NULL);
    html_textf(html, "%u", negotiation->number);
    html_close(html);
    sheet_cell(sheet, began);
    sheet_name_cell(sheet, negotiation->idri);
    sheet_name_cell(sheet, negotiation->idrr);
    sheet_cell(sheet, story_outcome_name(negotiation->outcome));
    html_open(html, "td", NULL);
    html_textf(html, "%s to %s", first, last);
    html_close(html);
    if (findings) {
        KrrSeverity gravest = finding_index_gravest(sheet->findings, negotiation);

        html_open(html, "td", krr_severity_name(gravest));
        html_textf(html, "%s, %u", krr_severity_name(gravest), findings->len);
        html_close(html);
    }
    html_close(html);
    html_flow(html);
}

/* One folded part: a browser lays out only what somebody opens. Returns where the next begins. */
static guint write_brief_part(Sheet *sheet, const GPtrArray *negotiations, guint from)
{
    static const char *const columns[] = {"Negotiation", "Began, UTC",        "From",     "To",
                                          "Outcome",     "First, last frame", "Findings", NULL};
    g_autofree char *began = text_date(story_negotiation_at(negotiations, from)->started.time_ns);
    g_autofree char *summary = g_strdup_printf(
        "From negotiation-%u, %s UTC", story_negotiation_at(negotiations, from)->number, began);
    guint rows = 0;

    sheet_open_details(sheet, summary);
    sheet_open_table(sheet, summary, columns);
    for (; from < negotiations->len && rows < MAX_ROWS; from++) {
        if (!selection_has(sheet->selection, story_negotiation_at(negotiations, from))) {
            write_brief_row(sheet, story_negotiation_at(negotiations, from));
            rows++;
        }
    }
    sheet_close_table(sheet);
    html_close(sheet->html);
    while (from < negotiations->len &&
           selection_has(sheet->selection, story_negotiation_at(negotiations, from))) {
        from++;
    }
    return from;
}

static void write_brief_index(Sheet *sheet, const GPtrArray *negotiations)
{
    guint from = 0;

    sheet_heading(sheet, "h3", "not-drawn", "Not drawn");
    sheet_paragraph(
        sheet,
        "%u more negotiations have no drawing here, since none of their findings is graver "
        "than those of the negotiations above. All findings are counted above and stand in "
        "the JSON and CSV reports; --max-negotiations 0 draws all.",
        selection_left(sheet->selection));
    while (from < negotiations->len &&
           selection_has(sheet->selection, story_negotiation_at(negotiations, from))) {
        from++;
    }
    while (from < negotiations->len) {
        from = write_brief_part(sheet, negotiations, from);
    }
}

void sheet_negotiation_index(Sheet *sheet)
{
    const GPtrArray *negotiations = ledger_negotiations(sheet->report->ledger);

    if (selection_left(sheet->selection) < negotiations->len) {
        write_drawn_index(sheet, negotiations);
    }
    if (selection_left(sheet->selection)) {
        write_brief_index(sheet, negotiations);
    }
}
