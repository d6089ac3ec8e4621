/* sheet-box.c
 * Offers and KRRs in boxes, on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sheet/sheet-box.h"

#include "analyzer/process/text.h"
#include "analyzer/report/words.h"
#include "core/signature/krr-signature.h"

#define MAX_UNRECOGNISED 20 /* of a KRR; the JSON report has them all */

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

void sheet_offer(Sheet *sheet, const StoryOffer *offer)
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

/* A text and what it became; nothing where it is the same. */
static void change_term(Sheet *sheet, const char *term, const char *before, const char *after)
{
    g_autofree char *text = NULL;

    if (g_strcmp0(before, after) != 0) {
        text = g_strdup_printf("%s \342\206\222 %s", before, after); /* an arrow to the right */
        sheet_term(sheet, term, text);
    }
}

static void change_value(Sheet *sheet, const char *term, const Krr *inner, const Krr *outer,
                         KrrElement element)
{
    g_autofree char *before = words_name(krr_text(inner, element), "not stated");
    g_autofree char *after = words_name(krr_text(outer, element), "not stated");

    change_term(sheet, term, before, after);
}

static void change_list(Sheet *sheet, const char *term, const KrrList *inner, const KrrList *outer)
{
    g_autofree char *before = words_list(inner);
    g_autofree char *after = words_list(outer);

    change_term(sheet, term, before, after);
}

static const char *signature_text(const Krr *krr)
{
    return krr->signature.present ? krr_signature_status_name(krr->signature.verdict.status)
                                  : "unsigned";
}

/* What whoever embedded a KRR made of it. */
static void write_changes(Sheet *sheet, const StoryKrr *story)
{
    static const struct {
        const char *term;
        KrrElement element;
    } values[] = {{"creator", KRR_ELEMENT_CREATOR},
                  {"time", KRR_ELEMENT_TIME},
                  {"initiator (IDRi)", KRR_ELEMENT_IDRI},
                  {"receiver (IDRr)", KRR_ELEMENT_IDRR},
                  {"rejected initiator's KMS", KRR_ELEMENT_IDRKMSI},
                  {"rejected receiver's KMS", KRR_ELEMENT_IDRKMSR}};
    const Krr *outer = story->krr, *inner = story->embeds->krr;

    html_open(sheet->html, "p", "embeds");
    html_textf(sheet->html, "What changed from krr-%u, which it embeds:", story->embeds->number);
    html_close(sheet->html);
    html_open(sheet->html, "dl", "changes");
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        change_value(sheet, values[i].term, inner, outer, values[i].element);
    }
    change_list(sheet, "initiator list", &inner->lists[KRR_INITIATOR],
                &outer->lists[KRR_INITIATOR]);
    change_list(sheet, "receiver list", &inner->lists[KRR_RECEIVER], &outer->lists[KRR_RECEIVER]);
    change_term(sheet, "signature", signature_text(inner), signature_text(outer));
    html_close(sheet->html);
}

void sheet_krr(Sheet *sheet, const StoryKrr *krr)
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
            write_changes(sheet, krr);
            html_element(sheet->html, "p", "embeds", "embeds");
        }
    }
    while (open--) {
        html_close(sheet->html);
    }
}
