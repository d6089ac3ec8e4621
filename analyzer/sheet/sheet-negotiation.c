/* sheet-negotiation.c
 * Negotiations, offers and KRRs on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-negotiation.h"

#include "analyzer/process/text.h"
#include "analyzer/report/negotiation-ladder.h"
#include "analyzer/report/words.h"
#include "analyzer/sheet/sheet-finding.h"
#include "analyzer/sheet/sheet-ladder.h"
#include "core/signature/krr-signature.h"

#define MAX_LEGS         100 /* of an attempt; the JSON report has them all */
#define MAX_UNRECOGNISED 20  /* of a KRR; likewise */
#define MAX_ROWS         500 /* of one folded part of the index */

/* ---- all of them ---- */

static void name_cell(Sheet *sheet, const char *raw)
{
    g_autofree char *name = words_name(raw, "not known");

    sheet_cell(sheet, name);
}

static void write_index_row(Sheet *sheet, const StoryNegotiation *negotiation)
{
    const GPtrArray *findings = finding_index_of(sheet->findings, negotiation);
    g_autofree char *began = text_date(negotiation->started.time_ns);
    Html *html = sheet->html;

    html_open(html, "tr", NULL);
    html_open(html, "th", NULL);
    html_attribute(html, "scope", "row");
    sheet_link(sheet, "negotiation", negotiation->number);
    html_close(html);
    sheet_cell(sheet, began);
    name_cell(sheet, negotiation->idri);
    name_cell(sheet, negotiation->idrr);
    sheet_cell(sheet, story_outcome_name(negotiation->outcome));
    html_open(html, "td", "number");
    html_textf(html, "%u", negotiation->attempts->len);
    html_close(html);
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
    name_cell(sheet, negotiation->idri);
    name_cell(sheet, negotiation->idrr);
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
    html_open(sheet->html, "p", NULL);
    html_textf(sheet->html,
               "%u more negotiations have no drawing here, since none of their findings is graver "
               "than those of the negotiations above. All findings are counted above and stand in "
               "the JSON and CSV reports; --max-negotiations 0 draws all.",
               selection_left(sheet->selection));
    html_close(sheet->html);
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

/* ---- offers ---- */

static void name_term(Sheet *sheet, const char *term, const char *raw, const char *otherwise)
{
    g_autofree char *name = words_name(raw, otherwise);

    sheet_term(sheet, term, name);
}

static void time_term(Sheet *sheet, const char *term, bool known, gint64 ns)
{
    g_autofree char *time = known ? text_date(ns) : NULL;
    g_autofree char *text = time ? g_strconcat(time, " UTC", NULL) : NULL;

    sheet_term(sheet, term, text);
}

/* A box's name; the first box of its kind is where links lead. Returns whether this is it. */
static bool open_box(Sheet *sheet, const char *class, const char *kind, guint number,
                     gconstpointer thing)
{
    bool first = g_hash_table_add(sheet->shown, (gpointer)thing);

    html_open(sheet->html, "article", class);
    if (first && number) {
        html_attributef(sheet->html, "id", "%s-%u", kind, number);
    }
    sheet_open_heading(sheet);
    if (!first && number) {
        sheet_link(sheet, kind, number);
    } else if (number) {
        html_textf(sheet->html, "%s-%u", kind, number);
    } else {
        html_text(sheet->html, kind);
    }
    html_close(sheet->html);
    return first;
}

static void write_offer_terms(Sheet *sheet, const StoryOffer *offer)
{
    const MikeyOffer *facts = offer->facts;
    g_autofree char *from = words_party(offer->idri, facts->uidi, offer->idri_source);
    g_autofree char *to = words_party(offer->idrr, facts->uidr, offer->idrr_source);
    g_autofree char *key = words_key(mikey_purpose(facts->csb_id));
    g_autofree char *signature = words_offer_signature(sheet->report, facts);
    g_autofree char *csb_id = g_strdup_printf("0x%08x", facts->csb_id);

    html_open(sheet->html, "dl", NULL);
    sheet_term(sheet, "initiator (IDRi)", from);
    sheet_term(sheet, "receiver (IDRr)", to);
    name_term(sheet, "initiator's KMS (IDRkmsi)", facts->idrkmsi, "not stated");
    name_term(sheet, "receiver's KMS (IDRkmsr)", facts->idrkmsr, "not stated");
    sheet_term(sheet, "key", key);
    sheet_term(sheet, "CSB-ID", csb_id);
    sheet_term(sheet, "GMK-ID", facts->gmk_id);
    time_term(sheet, "time", facts->has_time, facts->time_ns);
    sheet_term(sheet, "signature", signature);
    sheet_term(sheet, "SHA-256", facts->digest);
    html_close(sheet->html);
}

static void write_offer(Sheet *sheet, const StoryOffer *offer)
{
    g_autofree char *frames = words_frames(sheet->report, offer->frames);
    bool first = open_box(sheet, "box offer", "offer", offer->number, offer);

    html_textf(sheet->html, "in %s", frames);
    if (first) {
        write_offer_terms(sheet, offer);
    }
    html_close(sheet->html);
}

/* ---- KRRs ---- */

/* How far one may believe who made it: a word in a frame, with a colour that only helps. */
static void write_signature_state(Sheet *sheet, const StoryKrr *krr)
{
    static const char *const classes[] = {
        [KRR_SIGNATURE_ABSENT] = "state doubtful",
        [KRR_SIGNATURE_VALID] = "state sound",
        [KRR_SIGNATURE_UNTRUSTED] = "state doubtful",
        [KRR_SIGNATURE_INVALID] = "state broken",
        [KRR_SIGNATURE_PARTIAL] = "state broken",
        [KRR_SIGNATURE_UNSUPPORTED] = "state doubtful",
    };
    KrrSignatureStatus status = krr->krr->signature.verdict.status;

    html_open(sheet->html, "span", classes[status]);
    if (krr->krr->signature.present) {
        html_textf(sheet->html, "signature %s", krr_signature_status_name(status));
    } else {
        html_text(sheet->html, "unsigned");
    }
    html_close(sheet->html);
}

static void list_term(Sheet *sheet, const char *term, const KrrList *list)
{
    g_autofree char *text = words_list(list);

    sheet_term(sheet, term, text);
}

static void write_missing(Sheet *sheet, const Krr *krr)
{
    g_autofree const char **missing = report_missing(krr);
    g_autofree char *names = *missing ? g_strjoinv(", ", (char **)missing) : NULL;

    sheet_term(sheet, "missing", names);
}

static void write_unrecognised(Sheet *sheet, const Krr *krr)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < krr->unrecognised->len && i < MAX_UNRECOGNISED; i++) {
        const KrrUnrecognised *unrecognised = g_ptr_array_index(krr->unrecognised, i);
        g_autofree char *name = words_name(unrecognised->name, "?");
        g_autofree char *reason = words_name(unrecognised->reason, "?");

        g_string_append_printf(text, "%s%s: %s", i ? "; " : "", name, reason);
    }
    if (krr->unrecognised->len > MAX_UNRECOGNISED) {
        g_string_append_printf(text, " and %u more", krr->unrecognised->len - MAX_UNRECOGNISED);
    }
    sheet_term(sheet, "unrecognised", text->len ? text->str : NULL);
}

static void write_krr_terms(Sheet *sheet, const StoryKrr *story)
{
    const Krr *krr = story->krr;
    g_autofree char *frames = words_frames(sheet->report, story->frames);
    g_autofree char *signature = krr->signature.present ? words_krr_signature(story) : NULL;

    if (story->unreadable) {
        g_autofree char *why = text_safe(story->document->error, TEXT_MAX_SENTENCE);
        sheet_term(sheet, "creator", "unknown");
        sheet_term(sheet, "not read", why);
        sheet_term(sheet, "seen in", frames);
        sheet_term(sheet, "SHA-256", krr->digest);
        return;
    }
    name_term(sheet, "creator", krr_text(krr, KRR_ELEMENT_CREATOR), "not stated");
    time_term(sheet, "time", krr->time_valid, krr->time_ns);
    name_term(sheet, "initiator (IDRi)", krr_text(krr, KRR_ELEMENT_IDRI), "not stated");
    name_term(sheet, "receiver (IDRr)", krr_text(krr, KRR_ELEMENT_IDRR), "not stated");
    name_term(sheet, "rejected initiator's KMS", krr_text(krr, KRR_ELEMENT_IDRKMSI), "not stated");
    name_term(sheet, "rejected receiver's KMS", krr_text(krr, KRR_ELEMENT_IDRKMSR), "not stated");
    list_term(sheet, "initiator list", &krr->lists[KRR_INITIATOR]);
    list_term(sheet, "receiver list", &krr->lists[KRR_RECEIVER]);
    sheet_term(sheet, "signature", signature);
    write_missing(sheet, krr);
    write_unrecognised(sheet, krr);
    sheet_term(sheet, "carrier", story_carrier_name(story->carrier));
    sheet_term(sheet, "seen in", frames);
    sheet_term(sheet, "SHA-256", krr->digest);
}

/* A KRR with those within it in boxes within its box. One that has its box already is only named: a
 * chain of KRRs of which each embeds all before would have boxes without end. */
static void write_krr(Sheet *sheet, const StoryKrr *krr)
{
    guint open = 0;

    for (; krr; krr = krr->embeds) {
        bool first = open_box(sheet, "box krr", "krr", krr->number, krr);

        open++;
        if (!krr->unreadable) {
            write_signature_state(sheet, krr);
        }
        html_open(sheet->html, "dl", NULL);
        if (first) {
            write_krr_terms(sheet, krr);
        } else {
            name_term(sheet, "creator", krr_text(krr->krr, KRR_ELEMENT_CREATOR), "not stated");
            list_term(sheet, "initiator list", &krr->krr->lists[KRR_INITIATOR]);
            list_term(sheet, "receiver list", &krr->krr->lists[KRR_RECEIVER]);
        }
        html_close(sheet->html);
        if (!first) {
            break;
        }
        if (krr->embeds) {
            html_element(sheet->html, "p", "embeds", "embeds");
        }
    }
    while (open--) {
        html_close(sheet->html);
    }
}

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
    name_cell(sheet, leg->method);
    sheet_cell(sheet, status);
    name_cell(sheet, leg->call_id);
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
        html_open(sheet->html, "p", NULL);
        html_textf(sheet->html, "%u more legs; the JSON report has them all.",
                   attempt->legs->len - MAX_LEGS);
        html_close(sheet->html);
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
            write_krr(sheet, krr);
        }
        html_flow(sheet->html);
    }
}

static void write_attempt(Sheet *sheet, const StoryAttempt *attempt, guint number)
{
    g_autofree char *clock = text_clock(attempt->started.time_ns);
    Html *html = sheet->html;

    sheet_open_heading(sheet);
    sheet->level++;
    html_textf(html, "Attempt %u, %s", number, clock);
    html_close(html);
    if (number > 1 || !attempt->offer) {
        html_open(html, "p", NULL);
        html_textf(html, "Linked by: %s", words_link(attempt->linked_by));
        html_close(html);
    }
    html_open(html, "div", "boxes");
    if (attempt->offer) {
        write_offer(sheet, attempt->offer);
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
    g_autofree char *began = text_date(negotiation->started.time_ns);
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
    write_offer(sheet, thing);
}

static void write_other_krr(Sheet *sheet, gconstpointer thing)
{
    write_krr(sheet, thing);
}

void sheet_others(Sheet *sheet)
{
    const Ledger *ledger = sheet->report->ledger;

    write_others(sheet, "Other offers", "other-offers", ledger_offers(ledger), write_other_offer);
    write_others(sheet, "Other KRRs", "other-krrs", ledger_krrs(ledger), write_other_krr);
}
