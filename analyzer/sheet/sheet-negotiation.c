/* sheet-negotiation.c
 * Negotiations on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-negotiation.h"

#include "analyzer/process/text.h"
#include "analyzer/report/negotiation-ladder.h"
#include "analyzer/report/words.h"
#include "analyzer/sheet/sheet-box.h"
#include "analyzer/sheet/sheet-finding.h"
#include "analyzer/sheet/sheet-ladder.h"

#define MAX_LEGS 100 /* of an attempt; the JSON report has them all */

/* ---- attempts ---- */

/* "192.0.2.1:5060" or "[2001:db8::1]:5060" */
static void address_cell(Sheet *sheet, const char *address, guint16 port)
{
    g_autofree char *safe = words_name(address, "?");
    g_autofree char *text = g_strdup_printf(strchr(safe, ':') ? "[%s]:%u" : "%s:%u", safe, port);

    sheet_cell(sheet, text);
}

static void frame_cell(Sheet *sheet, bool seen, const StoryFrame *frame)
{
    g_autofree char *text = seen ? report_frame(sheet->report, frame) : g_strdup("not seen");

    sheet_cell(sheet, text);
}

static void write_leg(Sheet *sheet, const StoryAttempt *attempt, guint place)
{
    const StoryLeg *leg = g_ptr_array_index(attempt->legs, place);
    g_autofree char *status = leg->status ? g_strdup_printf("%u", leg->status) : g_strdup("none");

    html_open(sheet->html, "tr", NULL);
    frame_cell(sheet, leg->has_request, &leg->request);
    frame_cell(sheet, leg->has_response, &leg->response);
    address_cell(sheet, leg->source, leg->source_port);
    address_cell(sheet, leg->destination, leg->destination_port);
    sheet_name_cell(sheet, leg->method);
    sheet_cell(sheet, status);
    sheet_name_cell(sheet, leg->call_id);
    sheet_cell(sheet, words_link(story_attempt_leg_link(attempt, place)));
    html_close(sheet->html);
}

static void write_legs(Sheet *sheet, const StoryAttempt *attempt)
{
    static const char *const columns[] = {"Request",     "Response",  "Source",
                                          "Destination", "Method",    "Status",
                                          "Call-ID",     "Linked by", NULL};
    g_autofree char *count = text_count(attempt->legs->len, "leg");
    g_autofree char *summary = g_strdup_printf("%s, and how they were linked", count);

    if (!attempt->legs->len) {
        return;
    }
    sheet_open_details(sheet, summary);
    sheet_open_table(sheet, "Legs", columns);
    for (guint i = 0; i < attempt->legs->len && i < MAX_LEGS; i++) {
        write_leg(sheet, attempt, i);
    }
    sheet_close_table(sheet);
    if (attempt->legs->len > MAX_LEGS) {
        sheet_paragraph(sheet, "%u more legs; the JSON report has them all.",
                        attempt->legs->len - MAX_LEGS);
    }
    html_close(sheet->html);
}

/* Those that others of the attempt embed stand within these. */
static void write_krrs(Sheet *sheet, const GPtrArray *krrs)
{
    g_autoptr(GHashTable) embedded = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < krrs->len; i++) {
        g_hash_table_add(embedded, ((const StoryKrr *)g_ptr_array_index(krrs, i))->embeds);
    }
    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);

        if (!g_hash_table_contains(embedded, krr)) {
            sheet_krr(sheet, krr);
        }
        html_flow(sheet->html);
    }
}

static void write_attempt(Sheet *sheet, const StoryAttempt *attempt, guint number)
{
    g_autofree char *clock = text_clock(report_shown_ns(sheet->report, attempt->started));
    Html *html = sheet->html;

    sheet_open_heading(sheet);
    sheet->level++;
    html_textf(html, "Attempt %u, %s", number, clock);
    html_close(html);
    if (number > 1 || !attempt->offer) {
        sheet_paragraph(sheet, "Linked by: %s", words_link(attempt->linked_by));
    }
    html_open(html, "div", "boxes");
    if (attempt->offer) {
        sheet_offer(sheet, attempt->offer);
    }
    write_krrs(sheet, attempt->krrs);
    html_close(html);
    write_legs(sheet, attempt);
    sheet->level--;
    html_flow(html);
}

/* ---- negotiations ---- */

static void write_parties(Sheet *sheet, const StoryNegotiation *negotiation)
{
    const StoryAttempt *first = g_ptr_array_index(negotiation->attempts, 0);
    const StoryOffer *offer = first->offer;
    g_autofree char *from = words_party(negotiation->idri, offer ? offer->facts->uidi : NULL,
                                        offer ? offer->idri_source : STORY_IDENTITY_UNKNOWN);
    g_autofree char *to = words_party(negotiation->idrr, offer ? offer->facts->uidr : NULL,
                                      offer ? offer->idrr_source : STORY_IDENTITY_UNKNOWN);
    g_autofree char *key = words_key(negotiation->purpose);
    g_autofree char *began = text_date(report_shown_ns(sheet->report, negotiation->started));
    g_autofree char *length =
        text_duration(MAX(negotiation->ended.time_ns - negotiation->started.time_ns, 0));
    g_autofree char *when = g_strdup_printf("%s UTC, lasted %s", began, length);
    g_autoptr(GPtrArray) places = words_places(sheet->report, negotiation);

    html_open(sheet->html, "dl", NULL);
    sheet_term(sheet, "from", from);
    sheet_term(sheet, "to", to);
    sheet_term(sheet, "key", key);
    sheet_term(sheet, "began", when);
    for (guint i = 0; i < places->len; i++) {
        sheet_term(sheet, i ? NULL : "where", g_ptr_array_index(places, i));
    }
    html_close(sheet->html);
}

static void write_negotiation(Sheet *sheet, const StoryNegotiation *negotiation)
{
    g_autofree char *id = g_strdup_printf("negotiation-%u", negotiation->number);
    g_autofree char *attempts = text_count(negotiation->attempts->len, "attempt");
    g_autoptr(Ladder) ladder = negotiation_ladder(sheet->report, sheet->findings, negotiation);
    const GPtrArray *findings = finding_index_of(sheet->findings, negotiation);

    html_open(sheet->html, "section", "negotiation");
    html_attribute(sheet->html, "id", id);
    sheet_open_heading(sheet);
    sheet->level++;
    html_textf(sheet->html, "%s: %s after %s ", id, story_outcome_name(negotiation->outcome),
               attempts);
    sheet_severity(sheet, finding_index_gravest(sheet->findings, negotiation));
    html_close(sheet->html);
    write_parties(sheet, negotiation);
    sheet_ladder(sheet, ladder, id);
    sheet_findings(sheet, findings);
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        write_attempt(sheet, g_ptr_array_index(negotiation->attempts, i), i + 1);
    }
    sheet->level--;
    html_close(sheet->html);
}

void sheet_negotiations(Sheet *sheet)
{
    const GPtrArray *negotiations = ledger_negotiations(sheet->report->ledger);

    for (guint i = 0; i < negotiations->len; i++) {
        if (selection_has(sheet->selection, story_negotiation_at(negotiations, i))) {
            write_negotiation(sheet, story_negotiation_at(negotiations, i));
        }
    }
}

/* ---- the others ---- */

static void write_others(Sheet *sheet, const char *heading, const char *id, const GPtrArray *things,
                         void (*write)(Sheet *sheet, gconstpointer thing))
{
    bool headed = false;

    for (guint i = 0; i < things->len; i++) {
        gpointer thing = g_ptr_array_index(things, i);
        if (g_hash_table_contains(sheet->shown, thing) ||
            selection_hides(sheet->selection, thing)) {
            continue;
        }
        if (!headed) {
            sheet_heading(sheet, "h2", id, heading);
        }
        headed = true;
        write(sheet, thing);
        html_flow(sheet->html);
    }
}

static void write_other_offer(Sheet *sheet, gconstpointer thing)
{
    sheet_offer(sheet, thing);
}

static void write_other_krr(Sheet *sheet, gconstpointer thing)
{
    sheet_krr(sheet, thing);
}

void sheet_others(Sheet *sheet)
{
    const Ledger *ledger = sheet->report->ledger;

    write_others(sheet, "Other offers", "other-offers", ledger_offers(ledger), write_other_offer);
    write_others(sheet, "Other KRRs", "other-krrs", ledger_krrs(ledger), write_other_krr);
}
