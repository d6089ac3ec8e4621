/* page-negotiation.c
 * Negotiations and KRRs on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/page-negotiation.h"

#include <string.h>

#include "analyzer/forms/ladder-draw.h"
#include "analyzer/forms/page-finding.h"
#include "analyzer/process/text.h"
#include "analyzer/report/negotiation-ladder.h"
#include "analyzer/report/words.h"
#include "core/signature/krr-signature.h"

/* Where things stand on a line. */
#define LABEL_COLUMN  2
#define DETAIL_COLUMN PAGE_HEAD_COLUMN
#define LIST_COLUMN   (DETAIL_COLUMN + 17)

static void write_party(Page *page, const char *label, const char *identity, const char *uid,
                        StoryIdentitySource source)
{
    g_autofree char *party = words_party(identity, uid, source);

    page_row(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, label, party);
}

static void write_parties(Page *page, const StoryNegotiation *negotiation)
{
    const StoryAttempt *first = g_ptr_array_index(negotiation->attempts, 0);
    const StoryOffer *offer = first->offer;
    g_autofree char *key = words_key(negotiation->purpose);

    write_party(page, "from", negotiation->idri, offer ? offer->facts->uidi : NULL,
                offer ? offer->idri_source : STORY_IDENTITY_UNKNOWN);
    write_party(page, "to", negotiation->idrr, offer ? offer->facts->uidr : NULL,
                offer ? offer->idrr_source : STORY_IDENTITY_UNKNOWN);
    if (key) {
        page_row(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "key", key);
    }
}

/* "by X, in frames 3, 5, unsigned, embeds krr-1"; caller frees. */
static char *krr_text_for_people(const Page *page, const StoryKrr *story)
{
    const Krr *krr = story->krr;
    bool embedded = story->carrier == STORY_CARRIER_EMBEDDED;
    g_autofree char *creator = words_name(krr_text(krr, KRR_ELEMENT_CREATOR), "an unnamed creator");
    g_autofree char *frames = words_frames(page->report, story->frames);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "by %s, %s %s", creator,
                           embedded ? "only inside another KRR in" : "in", frames);
    if (!krr->signature.present) {
        g_string_append(text, ", unsigned");
    }
    if (story->carrier != STORY_CARRIER_SIP_488 && !embedded) {
        g_string_append_printf(text, ", carried by %s", story_carrier_name(story->carrier));
    }
    if (story->embeds) {
        g_string_append_printf(text, ", embeds krr-%u", story->embeds->number);
    }
    return g_string_free(text, FALSE);
}

/* A KRR of which nothing is known but its frames. */
static void write_unreadable(Page *page, const StoryKrr *story, const char *label)
{
    g_autofree char *frames = words_frames(page->report, story->frames);
    g_autofree char *why = text_safe(story->document->error, TEXT_MAX_SENTENCE);

    page_rowf(page, LABEL_COLUMN, DETAIL_COLUMN, label,
              "could not be read, its creator is unknown; in %s: %s", frames, why);
}

static void write_krr(Page *page, const StoryKrr *story)
{
    g_autofree char *label = g_strdup_printf("krr-%u", story->number);

    if (story->unreadable) {
        write_unreadable(page, story, label);
        return;
    }
    g_autofree char *text = krr_text_for_people(page, story);
    g_autofree char *initiator = words_list(&story->krr->lists[KRR_INITIATOR]);
    g_autofree char *receiver = words_list(&story->krr->lists[KRR_RECEIVER]);
    g_autofree char *signature = story->krr->signature.present ? words_krr_signature(story) : NULL;

    page_row(page, LABEL_COLUMN, DETAIL_COLUMN, PAGE_PAINT_ID, label, text);
    page_row(page, DETAIL_COLUMN, LIST_COLUMN, PAGE_PAINT_NONE, "initiator's KMS:", initiator);
    page_row(page, DETAIL_COLUMN, LIST_COLUMN, PAGE_PAINT_NONE, "receiver's KMS:", receiver);
    if (signature) {
        page_row(page, DETAIL_COLUMN, LIST_COLUMN, PAGE_PAINT_NONE, "signature:", signature);
    }
}

/* A KRR, and those in it that were never seen by themselves. */
static void write_krr_chain(Page *page, const StoryKrr *krr)
{
    write_krr(page, krr);
    for (krr = krr->embeds; krr && krr->carrier == STORY_CARRIER_EMBEDDED; krr = krr->embeds) {
        write_krr(page, krr);
    }
}

static void write_offer(Page *page, const StoryAttempt *attempt)
{
    const StoryOffer *offer = attempt->offer;
    g_autofree char *frames = words_frames(page->report, offer->frames);
    g_autofree char *label =
        offer->number ? g_strdup_printf("offer-%u", offer->number) : g_strdup("offer");
    g_autofree char *signature = words_offer_signature(page->report, offer->facts);

    page_rowf(page, LABEL_COLUMN, DETAIL_COLUMN, label, "in %s", frames);
    if (signature) {
        page_rowf(page, DETAIL_COLUMN, DETAIL_COLUMN, "", "signature: %s", signature);
    }
}

static void write_attempt(Page *page, const StoryAttempt *attempt, bool first)
{
    if (attempt->offer) {
        write_offer(page, attempt);
    }
    if (!first || !attempt->offer) {
        page_rowf(page, DETAIL_COLUMN, DETAIL_COLUMN, "", "linked by: %s",
                  words_link(attempt->linked_by));
    }
    for (guint i = 0; i < attempt->krrs->len; i++) {
        write_krr_chain(page, g_ptr_array_index(attempt->krrs, i));
    }
}

/* What the policy knows of the addresses, whose columns it names. */
static void write_places(Page *page, const StoryNegotiation *negotiation)
{
    g_autoptr(GPtrArray) places = words_places(page->report, negotiation);

    for (guint i = 0; i < places->len; i++) {
        page_row(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, i ? "" : "where",
                 g_ptr_array_index(places, i));
    }
}

static void write_negotiation(Page *page, const StoryNegotiation *negotiation,
                              const FindingIndex *findings)
{
    g_autofree char *label = g_strdup_printf("negotiation-%u", negotiation->number);
    g_autofree char *began = text_date(report_shown_ns(page->report, negotiation->started));
    g_autofree char *length =
        text_duration(MAX(negotiation->ended.time_ns - negotiation->started.time_ns, 0));
    g_autofree char *attempts = text_count(negotiation->attempts->len, "attempt");
    g_autoptr(Ladder) ladder = negotiation_ladder(page->report, findings, negotiation);

    g_string_append_c(page->out, '\n');
    page_paint(page, PAGE_PAINT_ID, label);
    g_string_append_printf(page->out, ": %s after %s\n", story_outcome_name(negotiation->outcome),
                           attempts);
    write_parties(page, negotiation);
    page_rowf(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, "began", "%s UTC, lasted %s", began, length);
    write_places(page, negotiation);
    g_string_append_c(page->out, '\n');
    ladder_draw(ladder, PAGE_WIDTH, page->out);
    g_string_append_c(page->out, '\n');
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        write_attempt(page, g_ptr_array_index(negotiation->attempts, i), i == 0);
    }
    page_findings(page, findings, negotiation);
}

/* Of those that are not drawn the text says how many there are, by outcome and by gravest finding. */
static void write_others(Page *page, const GPtrArray *negotiations, const FindingIndex *findings)
{
    guint outcomes[STORY_OUTCOME_OPEN + 1] = {0}, gravest[KRR_SEVERITY_ERROR + 1] = {0};
    g_autoptr(GString) text = g_string_new(NULL);

    if (!selection_left(page->selection)) {
        return;
    }
    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = story_negotiation_at(negotiations, i);

        if (!selection_has(page->selection, negotiation)) {
            outcomes[negotiation->outcome]++;
            gravest[finding_index_gravest(findings, negotiation)]++;
        }
    }
    for (StoryOutcome outcome = 0; outcome <= STORY_OUTCOME_OPEN; outcome++) {
        if (outcomes[outcome]) {
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", outcomes[outcome],
                                   story_outcome_name(outcome));
        }
    }
    g_string_append_c(page->out, '\n');
    page_rowf(page, 0, PAGE_HEAD_COLUMN, "not drawn",
              "%u more negotiations: %s. %u of them have errors, %u warnings at most, %u notes at "
              "most. JSON and CSV have all of them; --max-negotiations 0 draws all.",
              selection_left(page->selection), text->str, gravest[KRR_SEVERITY_ERROR],
              gravest[KRR_SEVERITY_WARNING], gravest[KRR_SEVERITY_NOTE]);
}

void page_negotiations(Page *page, const FindingIndex *findings)
{
    const GPtrArray *negotiations = ledger_negotiations(page->report->ledger);

    if (negotiations->len == 0) {
        return;
    }
    page_heading(page, "NEGOTIATIONS");
    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = story_negotiation_at(negotiations, i);
        if (selection_has(page->selection, negotiation)) {
            write_negotiation(page, negotiation, findings);
        }
    }
    write_others(page, negotiations, findings);
}

void page_other_krrs(Page *page)
{
    g_autoptr(GPtrArray) krrs = report_other_krrs(page->report);

    if (krrs->len) {
        page_heading(page, "OTHER KRRS");
    }
    for (guint i = 0; i < krrs->len; i++) {
        write_krr(page, g_ptr_array_index(krrs, i));
    }
}
