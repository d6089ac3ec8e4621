/* page-negotiation.c
 * Negotiations and KRRs on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "page-negotiation.h"

#include <string.h>

#include "core/document/krr-signature.h"
#include "negotiation-ladder.h"
#include "page-finding.h"
#include "text.h"

#define MAX_KMS 20 /* of a list; the JSON report has them all */

/* Where things stand on a line. */
#define LABEL_COLUMN   2
#define DETAIL_COLUMN  PAGE_HEAD_COLUMN
#define LIST_COLUMN    (DETAIL_COLUMN + 17)
#define FINDING_INDENT 2

/* For people; in the report's own words these are story_link_name(). */
static const char *const link_texts[] = {
    [STORY_LINK_TRANSACTION] = "answers the same SIP transaction",
    [STORY_LINK_IDENTITIES] = "same initiator, receiver and key purpose, within the window",
    [STORY_LINK_UID] = "same initiator, receiver and key purpose, recomputed from their UIDs",
    [STORY_LINK_KRR_IDENTITIES] = "the KRR's own identities: its offer is not in the capture",
};

static const char *const source_texts[] = {
    [STORY_IDENTITY_SIP] = "its UID matches an identity of the SIP message",
    [STORY_IDENTITY_KRR] = "its UID matches an identity of a KRR",
    [STORY_IDENTITY_POLICY] = "its UID matches an identity of the policy",
};

/* What the keys are for (TS 33.180); the rest is not assigned. */
static const char *const key_texts[MIKEY_N_PURPOSES] = {
    [MIKEY_PURPOSE_GMK] = "group master key",
    [MIKEY_PURPOSE_PCK] = "private call key",
    [MIKEY_PURPOSE_CSK] = "client-server key",
    [MIKEY_PURPOSE_SPK] = "signalling protection key",
    [MIKEY_PURPOSE_MKFC] = "multicast key for floor control",
    [MIKEY_PURPOSE_MSCCK] = "MBMS subchannel control key",
    [MIKEY_PURPOSE_MUSIK] = "multicast signalling key",
};

/* "ANY", "empty", "missing", "a, b and 3 more"; caller frees. */
static char *list_text(const KrrList *list)
{
    GString *text;

    if (list->kind != KRR_LIST_LISTED)
        return krr_list_to_text(list);
    text = g_string_new(NULL);
    for (guint i = 0; i < list->kms->len && i < MAX_KMS; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        g_autofree char *name = page_name(kms->text, "(no name)");

        g_string_append_printf(text, "%s%s", i ? ", " : "", name);
    }
    if (list->kms->len > MAX_KMS)
        g_string_append_printf(text, " and %u more", list->kms->len - MAX_KMS);
    return g_string_free(text, FALSE);
}

/* Who a party is; hidden ones are shown by their UID. */
static void write_party(Page *page, const char *label, const char *identity, const char *uid,
                        StoryIdentitySource source)
{
    const char *how = source < G_N_ELEMENTS(source_texts) ? source_texts[source] : NULL;
    g_autofree char *name = NULL;

    if (identity)
        name = text_safe(identity, TEXT_MAX_WORD);
    else
        name = uid ? g_strdup_printf("hidden, UID %s", uid) : g_strdup("not known");
    page_rowf(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, label, "%s%s%s%s", name, how ? " (" : "",
              how ? how : "", how ? ")" : "");
}

static void write_parties(Page *page, const StoryNegotiation *negotiation)
{
    const StoryAttempt *first = g_ptr_array_index(negotiation->attempts, 0);
    const StoryOffer *offer = first->offer;

    write_party(page, "from", negotiation->idri, offer ? offer->facts->uidi : NULL,
                offer ? offer->idri_source : STORY_IDENTITY_UNKNOWN);
    write_party(page, "to", negotiation->idrr, offer ? offer->facts->uidr : NULL,
                offer ? offer->idrr_source : STORY_IDENTITY_UNKNOWN);
    if (negotiation->purpose < MIKEY_N_PURPOSES)
        page_rowf(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, "key", "%s, %s",
                  mikey_purpose_name(negotiation->purpose), key_texts[negotiation->purpose]);
    else if (negotiation->purpose != STORY_PURPOSE_UNKNOWN)
        page_row(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, PAGE_PAINT_NONE, "key",
                 mikey_purpose_name(negotiation->purpose));
}

/* "by X, in frames 3, 5, unsigned, embeds krr-1"; caller frees. */
static char *krr_text_for_people(const Page *page, const StoryKrr *story)
{
    const Krr *krr = story->krr;
    bool embedded = story->carrier == STORY_CARRIER_EMBEDDED;
    g_autofree char *creator = page_name(krr_text(krr, KRR_ELEMENT_CREATOR), "an unnamed creator");
    g_autofree char *frames = page_frames(page, story->frames);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "by %s, %s %s", creator,
                           embedded ? "only inside another KRR in" : "in", frames);
    if (!krr->signature.present)
        g_string_append(text, ", unsigned");
    if (story->carrier != STORY_CARRIER_SIP_488 && !embedded)
        g_string_append_printf(text, ", carried by %s", story_carrier_name(story->carrier));
    if (story->embeds)
        g_string_append_printf(text, ", embeds krr-%u", story->embeds->number);
    return g_string_free(text, FALSE);
}

/* "valid, by sip:a@b, whose certificate has expired since" */
static void write_signature(Page *page, const StoryKrr *story)
{
    const KrrVerdict *verdict = &story->krr->signature.verdict;
    g_autofree char *signer = page_name(verdict->signer, "nobody");
    g_autofree char *reason =
        verdict->reason ? text_safe(verdict->reason, TEXT_MAX_SENTENCE) : NULL;
    GString *text = g_string_new(krr_signature_status_name(verdict->status));

    if (verdict->signer)
        g_string_append_printf(text, ", by %s", signer);
    if (verdict->signer && report_signer_expired(story))
        g_string_append(text, ", whose certificate had expired when this was captured");
    if (reason)
        g_string_append_printf(text, ": %s", reason);
    page_row(page, DETAIL_COLUMN, LIST_COLUMN, PAGE_PAINT_NONE, "signature:", text->str);
    g_string_free(text, TRUE);
}

static void write_krr(Page *page, const StoryKrr *story)
{
    g_autofree char *label = g_strdup_printf("krr-%u", story->number);
    g_autofree char *text = krr_text_for_people(page, story);
    g_autofree char *initiator = list_text(&story->krr->lists[KRR_INITIATOR]);
    g_autofree char *receiver = list_text(&story->krr->lists[KRR_RECEIVER]);

    page_row(page, LABEL_COLUMN, DETAIL_COLUMN, PAGE_PAINT_ID, label, text);
    page_row(page, DETAIL_COLUMN, LIST_COLUMN, PAGE_PAINT_NONE, "initiator's KMS:", initiator);
    page_row(page, DETAIL_COLUMN, LIST_COLUMN, PAGE_PAINT_NONE, "receiver's KMS:", receiver);
    if (story->krr->signature.present)
        write_signature(page, story);
}

/* A KRR, and those in it that were never seen by themselves. */
static void write_krr_chain(Page *page, const StoryKrr *krr)
{
    write_krr(page, krr);
    for (krr = krr->embeds; krr && krr->carrier == STORY_CARRIER_EMBEDDED; krr = krr->embeds)
        write_krr(page, krr);
}

/* Said where keys are known: without any, that nothing was verified stands among the rules. */
static void write_offer_signature(Page *page, const MikeyOffer *facts)
{
    const MikeySignature *signature = &facts->signature;
    const char *convention = mikey_signature_convention_text(signature);
    const char *certificate = mikey_signature_certificate(signature);
    g_autofree char *kms = page_name(facts->idrkmsi, "not stated");
    g_autofree char *state = NULL;

    if (!kms_policy_has_certificates(page->report->policy))
        return;
    if (signature->certificate != KMS_CERTIFICATE_CURRENT && certificate)
        state = g_strdup_printf(", whose KMS certificate is %s", certificate);
    if (signature->status >= MIKEY_SIGNATURE_INVALID)
        page_rowf(page, DETAIL_COLUMN, DETAIL_COLUMN, "", "signature: %s under %s of %s%s%s%s",
                  mikey_signature_status_name(signature->status),
                  convention ? "a key" : "every known key", kms, state ? state : "",
                  convention ? ", " : "", convention ? convention : "");
    else
        page_rowf(page, DETAIL_COLUMN, DETAIL_COLUMN, "", "signature: %s",
                  mikey_signature_status_name(signature->status));
}

static void write_offer(Page *page, const StoryAttempt *attempt)
{
    const StoryOffer *offer = attempt->offer;
    g_autofree char *frames = page_frames(page, offer->frames);
    g_autofree char *label =
        offer->number ? g_strdup_printf("offer-%u", offer->number) : g_strdup("offer");

    page_rowf(page, LABEL_COLUMN, DETAIL_COLUMN, label, "in %s", frames);
    write_offer_signature(page, offer->facts);
}

static void write_attempt(Page *page, const StoryAttempt *attempt, bool first)
{
    const char *linked_by = link_texts[attempt->linked_by];

    if (attempt->offer)
        write_offer(page, attempt);
    if (linked_by && (!first || !attempt->offer))
        page_rowf(page, DETAIL_COLUMN, DETAIL_COLUMN, "", "linked by: %s", linked_by);
    for (guint i = 0; i < attempt->krrs->len; i++)
        write_krr_chain(page, g_ptr_array_index(attempt->krrs, i));
}

static void write_place(Page *page, GHashTable *told, const char *address)
{
    const KmsEntity *entity = kms_policy_entity_at(page->report->policy, address);
    g_autofree char *identity = NULL, *safe = NULL, *role = NULL;

    if (!entity || !g_hash_table_add(told, (gpointer)address))
        return;
    identity = page_name(entity->identity, "?");
    safe = page_name(address, "?");
    if (entity->role != KMS_ENTITY_ROLE_NOT_STATED)
        role = g_strdup_printf(", %s", kms_entity_role_name(entity->role));
    page_rowf(page, LABEL_COLUMN, PAGE_HEAD_COLUMN, g_hash_table_size(told) == 1 ? "where" : "",
              "%s is %s%s", safe, identity, role ? role : "");
}

/* What the policy knows of the addresses, whose columns it names. */
static void write_places(Page *page, const StoryNegotiation *negotiation)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);

    if (negotiation_ladder_shows_ports(negotiation))
        return;
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);

        for (guint k = 0; k < attempt->legs->len; k++) {
            const StoryLeg *leg = g_ptr_array_index(attempt->legs, k);

            write_place(page, told, leg->source);
            write_place(page, told, leg->destination);
        }
    }
}

static void write_negotiation(Page *page, const StoryNegotiation *negotiation,
                              const FindingIndex *findings)
{
    g_autofree char *label = g_strdup_printf("negotiation-%u", negotiation->number);
    g_autofree char *began = text_date(negotiation->started.time_ns);
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
    for (guint i = 0; i < negotiation->attempts->len; i++)
        write_attempt(page, g_ptr_array_index(negotiation->attempts, i), i == 0);
    page_findings(page, finding_index_of(findings, negotiation), FINDING_INDENT);
}

void page_negotiations(Page *page, const FindingIndex *findings)
{
    const GPtrArray *negotiations = ledger_negotiations(page->report->ledger);

    if (negotiations->len == 0)
        return;
    page_heading(page, "NEGOTIATIONS");
    for (guint i = 0; i < negotiations->len; i++)
        write_negotiation(page, g_ptr_array_index(negotiations, i), findings);
}

/* The KRRs that the negotiations have shown, with what they embed. */
static GHashTable *shown_krrs(const Report *report)
{
    const GPtrArray *negotiations = ledger_negotiations(report->ledger);
    GHashTable *shown = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);

        for (guint j = 0; j < negotiation->attempts->len; j++) {
            const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, j);

            for (guint k = 0; k < attempt->krrs->len; k++) {
                const StoryKrr *krr = g_ptr_array_index(attempt->krrs, k);

                for (; krr && g_hash_table_add(shown, (gpointer)krr); krr = krr->embeds)
                    ;
            }
        }
    }
    return shown;
}

void page_other_krrs(Page *page)
{
    const GPtrArray *krrs = ledger_krrs(page->report->ledger);
    g_autoptr(GHashTable) shown = shown_krrs(page->report);
    bool headed = false;

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);

        if (g_hash_table_contains(shown, krr))
            continue;
        if (!headed)
            page_heading(page, "OTHER KRRS");
        headed = true;
        write_krr(page, krr);
    }
}
