/* report-text.c
 * The report for people: what happened, in its order, then what was wrong with it
 *
 * Written for 80 columns. All that came from a capture goes through text_safe().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "report.h"

#include <string.h>

#include "capture.h"
#include "core/document/krr-signature.h"
#include "options.h"
#include "text.h"

#define WIDTH      79
#define MAX_FRAMES 12 /* of a sighting; the JSON report has them all */
#define MAX_KMS    20 /* of a list; likewise */

/* Where things stand on a line. */
#define HEAD_COLUMN    12
#define ATTEMPT_COLUMN 5
#define DETAIL_COLUMN  17
#define LIST_COLUMN    (DETAIL_COLUMN + 17)
#define FINDING_COLUMN 10
#define REASON_COLUMN  4

#define PAINT_NONE   ""
#define PAINT_HEADER "\033[1m"
#define PAINT_ID     "\033[36m"
#define PAINT_END    "\033[0m"

typedef struct Writer {
    const Report *report;
    const ReportStyle *style;
    GString *out;
} Writer;

static const char *const severity_paint[] = {
    [KRR_SEVERITY_OFF] = "\033[32m",
    [KRR_SEVERITY_NOTE] = "\033[36m",
    [KRR_SEVERITY_WARNING] = "\033[33m",
    [KRR_SEVERITY_ERROR] = "\033[1;31m",
};

/* For people; in the report's own words these are story_link_name(). */
static const char *const link_texts[] = {
    [STORY_LINK_TRANSACTION] = "answers the same SIP transaction",
    [STORY_LINK_OFFER_DIGEST] = "the same offer on another leg",
    [STORY_LINK_KRR_DIGEST] = "the same KRR on another leg",
    [STORY_LINK_EMBEDDED] = "one KRR embeds the other",
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

/* Room for text_fold() to be given a column that the paint does not take part in. */
static void paint(Writer *writer, const char *code, const char *text)
{
    if (writer->style->colour && *code)
        g_string_append_printf(writer->out, "%s%s" PAINT_END, code, text);
    else
        g_string_append(writer->out, text);
}

static void space(Writer *writer, gsize n)
{
    while (n--)
        g_string_append_c(writer->out, ' ');
}

static void heading(Writer *writer, const char *text)
{
    g_string_append_c(writer->out, '\n');
    paint(writer, PAINT_HEADER, text);
    g_string_append_c(writer->out, '\n');
}

/* A label at one column, and a text folded beside it at another. */
static void row(Writer *writer, gsize indent, gsize column, const char *code, const char *label,
                const char *safe)
{
    gsize used = indent + strlen(label);

    space(writer, indent);
    paint(writer, code, label);
    if (used > indent && used >= column)
        column = used + 1;
    space(writer, column - used);
    text_fold(writer->out, column, column, WIDTH, safe);
}

static void rowf(Writer *writer, gsize indent, gsize column, const char *label, const char *format,
                 ...) G_GNUC_PRINTF(5, 6);

/* What is formatted must be safe already. */
static void rowf(Writer *writer, gsize indent, gsize column, const char *label, const char *format,
                 ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    row(writer, indent, column, PAINT_NONE, label, text);
}

/* An identity or a KMS as people read it; caller frees. */
static char *name_of(const char *raw, const char *otherwise)
{
    return raw ? text_safe(raw, TEXT_MAX_WORD) : g_strdup(otherwise);
}

/* "frame 3", "frames 3, 5 and 12 more"; caller frees. */
static char *frames_text(const Writer *writer, const GArray *frames)
{
    GString *text = g_string_new(frames->len == 1 ? "frame" : "frames");

    for (guint i = 0; i < frames->len && i < MAX_FRAMES; i++) {
        g_autofree char *frame =
            report_frame(writer->report, &g_array_index(frames, StoryFrame, i));

        g_string_append_printf(text, "%s %s", i ? "," : "", frame);
    }
    if (frames->len > MAX_FRAMES)
        g_string_append_printf(text, " and %u more", frames->len - MAX_FRAMES);
    return g_string_free(text, FALSE);
}

/* "ANY", "empty", "missing", "a, b and 3 more"; caller frees. */
static char *list_text(const KrrList *list)
{
    GString *text;

    if (list->kind != KRR_LIST_LISTED)
        return krr_list_to_text(list);
    text = g_string_new(NULL);
    for (guint i = 0; i < list->kms->len && i < MAX_KMS; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        g_autofree char *name = name_of(kms->text, "(no name)");

        g_string_append_printf(text, "%s%s", i ? ", " : "", name);
    }
    if (list->kms->len > MAX_KMS)
        g_string_append_printf(text, " and %u more", list->kms->len - MAX_KMS);
    return g_string_free(text, FALSE);
}

static void write_capture(Writer *writer, const Capture *capture)
{
    g_autofree char *label = writer->report->captures->len == 1
                                 ? g_strdup("capture")
                                 : g_strdup_printf("capture %u", capture->index);
    g_autofree char *path = text_safe(capture->path, 0);
    g_autofree char *frames = text_count(capture->frames, "frame");
    g_autofree char *length =
        capture->has_time ? text_duration(capture->last_ns - capture->first_ns) : NULL;
    g_autofree char *left_out = NULL;

    row(writer, 0, HEAD_COLUMN, PAINT_NONE, label, path);
    if (capture->frames != capture->dissected)
        left_out = g_strdup_printf(" (%" G_GUINT64_FORMAT " passed the capture filter)",
                                   capture->dissected);
    rowf(writer, 0, HEAD_COLUMN, "", "%s%s%s%s%s%s, %s", capture->format ? capture->format : "",
         capture->format ? ", " : "", frames, length ? " in " : "", length ? length : "",
         left_out ? left_out : "", capture->complete ? "read to its end" : "INCOMPLETE, see below");
    if (capture->has_time) {
        g_autofree char *first = text_date(capture->first_ns);
        g_autofree char *last = text_date(capture->last_ns);

        rowf(writer, 0, HEAD_COLUMN, "", "%s to %s UTC", first, last);
    }
    if (capture->sha256)
        row(writer, 0, HEAD_COLUMN, PAINT_NONE, "  sha256", capture->sha256);
}

static void option_row(Writer *writer, const char *label, const char *raw)
{
    g_autofree char *text = raw ? text_safe(raw, 0) : NULL;

    if (text)
        row(writer, 0, HEAD_COLUMN, PAINT_NONE, label, text);
}

static void rules_row(Writer *writer, const char *label, char **rules)
{
    g_autofree char *text = rules ? g_strjoinv(", ", rules) : NULL;

    if (text)
        row(writer, 0, HEAD_COLUMN, PAINT_NONE, label, text);
}

static void write_header(Writer *writer)
{
    const Report *report = writer->report;
    const Options *options = report->options;

    g_string_append_printf(writer->out, "krraudit %s, Wireshark %s\n\n", KRR_VERSION,
                           report->wireshark);
    for (guint i = 0; i < report->captures->len; i++)
        write_capture(writer, g_ptr_array_index(report->captures, i));
    option_row(writer, "policy", options->policy ? options->policy : "none");
    option_row(writer, "vocabulary", options->vocabulary);
    option_row(writer, "filter", options->capture_filter);
    rules_row(writer, "rules only", options->only);
    rules_row(writer, "rules not", options->skip);
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

static void write_verdict(Writer *writer)
{
    const Report *report = writer->report;
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
    g_string_append_c(writer->out, '\n');
    row(writer, 0, HEAD_COLUMN, severity_paint[gravest], "VERDICT", verdict);
}

/* Who a party is; hidden ones are shown by their UID. */
static void write_party(Writer *writer, const char *label, const char *identity, const char *uid,
                        StoryIdentitySource source)
{
    const char *how = source < G_N_ELEMENTS(source_texts) ? source_texts[source] : NULL;
    g_autofree char *name = NULL;

    if (identity)
        name = text_safe(identity, TEXT_MAX_WORD);
    else
        name = uid ? g_strdup_printf("hidden, UID %s", uid) : g_strdup("not known");
    rowf(writer, 2, HEAD_COLUMN, label, "%s%s%s%s", name, how ? " (" : "", how ? how : "",
         how ? ")" : "");
}

static void write_parties(Writer *writer, const StoryNegotiation *negotiation)
{
    const StoryAttempt *first = g_ptr_array_index(negotiation->attempts, 0);
    const StoryOffer *offer = first->offer;

    write_party(writer, "from", negotiation->idri, offer ? offer->facts->uidi : NULL,
                offer ? offer->idri_source : STORY_IDENTITY_UNKNOWN);
    write_party(writer, "to", negotiation->idrr, offer ? offer->facts->uidr : NULL,
                offer ? offer->idrr_source : STORY_IDENTITY_UNKNOWN);
    if (negotiation->purpose < MIKEY_N_PURPOSES)
        rowf(writer, 2, HEAD_COLUMN, "key", "%s, %s", mikey_purpose_name(negotiation->purpose),
             key_texts[negotiation->purpose]);
    else if (negotiation->purpose != STORY_PURPOSE_UNKNOWN)
        row(writer, 2, HEAD_COLUMN, PAINT_NONE, "key", mikey_purpose_name(negotiation->purpose));
}

static void write_leg(Writer *writer, const StoryLeg *leg)
{
    g_autofree char *source = name_of(leg->source, "?");
    g_autofree char *destination = name_of(leg->destination, "?");
    g_autofree char *method = name_of(leg->method, "request");
    g_autofree char *request = report_frame(writer->report, &leg->request);
    g_autofree char *response = report_frame(writer->report, &leg->response);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s -> %s: %s ", source, destination, method);
    if (leg->has_request)
        g_string_append_printf(text, "in frame %s, ", request);
    else
        g_string_append(text, "not seen, ");
    if (leg->has_response)
        g_string_append_printf(text, "%u in frame %s", leg->status, response);
    else
        g_string_append(text, "no answer seen");
    row(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, PAINT_NONE, "leg", text->str);
    g_string_free(text, TRUE);
}

/* "by X, in frames 3, 5, unsigned, embeds krr-1"; caller frees. */
static char *krr_text_for_people(const Writer *writer, const StoryKrr *story)
{
    const Krr *krr = story->krr;
    bool embedded = story->carrier == STORY_CARRIER_EMBEDDED;
    g_autofree char *creator = name_of(krr_text(krr, KRR_ELEMENT_CREATOR), "an unnamed creator");
    g_autofree char *frames = frames_text(writer, story->frames);
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
static void write_signature(Writer *writer, const StoryKrr *story)
{
    const KrrVerdict *verdict = &story->krr->signature.verdict;
    g_autofree char *signer = name_of(verdict->signer, "nobody");
    g_autofree char *reason =
        verdict->reason ? text_safe(verdict->reason, TEXT_MAX_SENTENCE) : NULL;
    GString *text = g_string_new(krr_signature_status_name(verdict->status));

    if (verdict->signer)
        g_string_append_printf(text, ", by %s", signer);
    if (verdict->signer && report_signer_expired(story))
        g_string_append(text, ", whose certificate had expired when this was captured");
    if (reason)
        g_string_append_printf(text, ": %s", reason);
    row(writer, DETAIL_COLUMN, LIST_COLUMN, PAINT_NONE, "signature:", text->str);
    g_string_free(text, TRUE);
}

static void write_krr(Writer *writer, const StoryKrr *story)
{
    g_autofree char *label = g_strdup_printf("krr-%u", story->number);
    g_autofree char *text = krr_text_for_people(writer, story);
    g_autofree char *initiator = list_text(&story->krr->lists[KRR_INITIATOR]);
    g_autofree char *receiver = list_text(&story->krr->lists[KRR_RECEIVER]);

    row(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, PAINT_ID, label, text);
    row(writer, DETAIL_COLUMN, LIST_COLUMN, PAINT_NONE, "initiator's KMS:", initiator);
    row(writer, DETAIL_COLUMN, LIST_COLUMN, PAINT_NONE, "receiver's KMS:", receiver);
    if (story->krr->signature.present)
        write_signature(writer, story);
}

/* A KRR, and those in it that were never seen by themselves. */
static void write_krr_chain(Writer *writer, const StoryKrr *krr)
{
    write_krr(writer, krr);
    for (krr = krr->embeds; krr && krr->carrier == STORY_CARRIER_EMBEDDED; krr = krr->embeds)
        write_krr(writer, krr);
}

/* What came of an attempt that was followed by another, or of the last one. */
static char *outcome_text(const StoryNegotiation *negotiation, const StoryAttempt *attempt)
{
    g_autofree char *status =
        attempt->status ? g_strdup_printf("%u", attempt->status) : g_strdup("no final answer seen");
    g_autofree char *krr = attempt->received ? g_strdup_printf("krr-%u", attempt->received->number)
                                             : g_strdup("the KRR");
    guint last = negotiation->attempts->len - 1;

    if (attempt != g_ptr_array_index(negotiation->attempts, last)) {
        return attempt->krrs->len ? g_strdup_printf("%s: redirected by %s", status, krr)
                                  : g_strdup_printf("%s: without a KRR", status);
    }
    switch (negotiation->outcome) {
    case STORY_OUTCOME_ESTABLISHED:
        return g_strdup_printf("%s: established", status);
    case STORY_OUTCOME_REFUSED:
        return g_strdup_printf("%s: refused without a KRR", status);
    case STORY_OUTCOME_NO_ACCEPTABLE_KMS:
        return g_strdup_printf("%s: %s leaves no acceptable KMS, and nothing followed", status,
                               krr);
    case STORY_OUTCOME_ABANDONED:
        return g_strdup_printf("%s: %s left a choice, and nothing followed", status, krr);
    case STORY_OUTCOME_OPEN:
        break;
    }
    return g_strdup_printf("%s: open, the capture ends before more can be said", status);
}

static void write_offered(Writer *writer, const StoryAttempt *attempt)
{
    g_autofree char *initiator = name_of(story_attempt_idrkmsi(attempt), "not stated");
    g_autofree char *receiver = name_of(story_attempt_idrkmsr(attempt), "not stated");

    rowf(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, "offered", "initiator's KMS: %s", initiator);
    rowf(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, "", "receiver's KMS:  %s", receiver);
}

/* Said where keys are known: without any, that nothing was verified stands among the rules. */
static void write_offer_signature(Writer *writer, const MikeyOffer *facts)
{
    const MikeySignature *signature = &facts->signature;
    const char *convention = mikey_signature_convention_text(signature);
    const char *certificate = mikey_signature_certificate(signature);
    g_autofree char *kms = name_of(facts->idrkmsi, "not stated");
    g_autofree char *state = NULL;

    if (!kms_policy_has_certificates(writer->report->policy))
        return;
    if (signature->certificate != KMS_CERTIFICATE_CURRENT && certificate)
        state = g_strdup_printf(", whose KMS certificate is %s", certificate);
    if (signature->status >= MIKEY_SIGNATURE_INVALID)
        rowf(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, "signature", "%s under %s of %s%s%s%s",
             mikey_signature_status_name(signature->status),
             convention ? "a key" : "every known key", kms, state ? state : "",
             convention ? ", " : "", convention ? convention : "");
    else
        rowf(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, "signature", "%s",
             mikey_signature_status_name(signature->status));
}

static void write_attempt(Writer *writer, const StoryNegotiation *negotiation, guint index)
{
    const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, index);
    g_autofree char *clock = text_clock(attempt->started.time_ns);
    g_autofree char *frames = attempt->offer ? frames_text(writer, attempt->offer->frames) : NULL;
    g_autofree char *outcome = outcome_text(negotiation, attempt);
    g_autofree char *label = g_strdup_printf("%u.", index + 1);
    g_autofree char *offer = NULL;

    if (!attempt->offer)
        offer = g_strdup("its offer is not in the capture");
    else if (attempt->offer->number)
        offer = g_strdup_printf("offer-%u in %s", attempt->offer->number, frames);
    else
        offer = g_strdup_printf("offer in %s", frames);
    rowf(writer, 2, ATTEMPT_COLUMN, label, "%s  %s", clock, offer);
    write_offered(writer, attempt);
    if (attempt->offer)
        write_offer_signature(writer, attempt->offer->facts);
    if (link_texts[attempt->linked_by] && (index > 0 || !attempt->offer))
        row(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, PAINT_NONE, "linked by",
            link_texts[attempt->linked_by]);
    for (guint i = 0; i < attempt->legs->len; i++)
        write_leg(writer, g_ptr_array_index(attempt->legs, i));
    for (guint i = 0; i < attempt->krrs->len; i++)
        write_krr_chain(writer, g_ptr_array_index(attempt->krrs, i));
    row(writer, ATTEMPT_COLUMN, DETAIL_COLUMN, PAINT_NONE, "outcome", outcome);
}

static void write_negotiation(Writer *writer, const StoryNegotiation *negotiation)
{
    g_autofree char *label = g_strdup_printf("negotiation-%u", negotiation->number);
    g_autofree char *began = text_date(negotiation->started.time_ns);
    g_autofree char *length =
        text_duration(MAX(negotiation->ended.time_ns - negotiation->started.time_ns, 0));
    g_autofree char *attempts = text_count(negotiation->attempts->len, "attempt");

    g_string_append_c(writer->out, '\n');
    paint(writer, PAINT_ID, label);
    g_string_append_printf(writer->out, ": %s after %s\n", story_outcome_name(negotiation->outcome),
                           attempts);
    write_parties(writer, negotiation);
    rowf(writer, 2, HEAD_COLUMN, "began", "%s UTC, lasted %s", began, length);
    for (guint i = 0; i < negotiation->attempts->len; i++)
        write_attempt(writer, negotiation, i);
}

static void write_negotiations(Writer *writer)
{
    const GPtrArray *negotiations = ledger_negotiations(writer->report->ledger);

    if (negotiations->len == 0)
        return;
    heading(writer, "NEGOTIATIONS");
    for (guint i = 0; i < negotiations->len; i++)
        write_negotiation(writer, g_ptr_array_index(negotiations, i));
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

static void write_other_krrs(Writer *writer)
{
    const GPtrArray *krrs = ledger_krrs(writer->report->ledger);
    g_autoptr(GHashTable) shown = shown_krrs(writer->report);
    bool headed = false;

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);

        if (g_hash_table_contains(shown, krr))
            continue;
        if (!headed)
            heading(writer, "OTHER KRRS");
        headed = true;
        write_krr(writer, krr);
    }
}

/* What a finding is about: "negotiation-1, krr-2, frames 3, 5"; caller frees. */
static char *subject_text(const Writer *writer, const AuditFinding *finding)
{
    GString *text = g_string_new(NULL);
    g_autofree char *frames = frames_text(writer, finding->frames);

    if (finding->negotiation)
        g_string_append_printf(text, "negotiation-%u, ", finding->negotiation->number);
    if (finding->krr)
        g_string_append_printf(text, "krr-%u, ", finding->krr->number);
    if (finding->offer && finding->offer->number)
        g_string_append_printf(text, "offer-%u, ", finding->offer->number);
    g_string_append(text, frames);
    return g_string_free(text, FALSE);
}

static void sentence_row(Writer *writer, const char *label, const char *raw)
{
    g_autofree char *text = raw ? text_safe(raw, TEXT_MAX_SENTENCE) : NULL;

    if (text)
        row(writer, FINDING_COLUMN, FINDING_COLUMN + 10, PAINT_NONE, label, text);
}

static void write_finding(Writer *writer, const AuditFinding *finding)
{
    const KrrRule *rule = &krr_rules[finding->rule];
    g_autofree char *title = g_strdup_printf("%s (clause %s)", rule->name, rule->clause);
    g_autofree char *subject = subject_text(writer, finding);

    g_string_append_c(writer->out, '\n');
    row(writer, 0, FINDING_COLUMN, severity_paint[finding->severity],
        krr_severity_name(finding->severity), title);
    row(writer, FINDING_COLUMN, FINDING_COLUMN, PAINT_NONE, "", subject);
    row(writer, FINDING_COLUMN, FINDING_COLUMN, PAINT_NONE, "", rule->summary);
    sentence_row(writer, "expected", finding->expected);
    sentence_row(writer, "observed", finding->observed);
}

/* The gravest first; among equals the order is that of the audit. */
static void write_findings(Writer *writer)
{
    const GPtrArray *findings = writer->report->audit->findings;

    if (findings->len == 0)
        return;
    heading(writer, "FINDINGS");
    for (KrrSeverity severity = KRR_SEVERITY_ERROR; severity > KRR_SEVERITY_OFF; severity--) {
        for (guint i = 0; i < findings->len; i++) {
            const AuditFinding *finding = g_ptr_array_index(findings, i);

            if (finding->severity == severity)
                write_finding(writer, finding);
        }
    }
}

/* The rules from @p first on that share its reason, in one paragraph. */
static void write_reason(Writer *writer, guint first)
{
    const GPtrArray *gaps = writer->report->audit->not_evaluated;
    const AuditGap *gap = g_ptr_array_index(gaps, first);
    g_autofree char *reason = text_safe(gap->reason, TEXT_MAX_SENTENCE);
    g_autoptr(GString) rules = g_string_new(NULL);

    for (guint i = first; i < gaps->len; i++) {
        const AuditGap *other = g_ptr_array_index(gaps, i);

        if (strcmp(other->reason, gap->reason) == 0)
            g_string_append_printf(rules, "%s%s", rules->len ? ", " : "",
                                   krr_rules[other->rule].name);
    }
    row(writer, 2, 2, PAINT_NONE, "", reason);
    row(writer, REASON_COLUMN, REASON_COLUMN, PAINT_NONE, "", rules->str);
}

static void write_gaps(Writer *writer)
{
    const GPtrArray *gaps = writer->report->audit->not_evaluated;
    g_autoptr(GHashTable) reasons = g_hash_table_new(g_str_hash, g_str_equal);

    if (gaps->len == 0)
        return;
    heading(writer, "NOT EVALUATED");
    for (guint i = 0; i < gaps->len; i++) {
        const AuditGap *gap = g_ptr_array_index(gaps, i);

        if (g_hash_table_add(reasons, gap->reason))
            write_reason(writer, i);
    }
}

static void write_incomplete(Writer *writer)
{
    const GPtrArray *captures = writer->report->captures;

    if (all_complete(writer->report))
        return;
    heading(writer, "INCOMPLETE CAPTURES");
    for (guint i = 0; i < captures->len; i++) {
        const Capture *capture = g_ptr_array_index(captures, i);
        g_autofree char *path = text_safe(capture->path, 0);
        g_autofree char *why = text_safe(capture->error ? capture->error : "", TEXT_MAX_SENTENCE);

        if (!capture->complete)
            rowf(writer, 2, REASON_COLUMN, "", "%s: %s", path, why);
    }
}

void report_text(const Report *report, const ReportStyle *style, GString *out)
{
    Writer writer = {report, style, out};

    write_header(&writer);
    write_verdict(&writer);
    write_negotiations(&writer);
    write_other_krrs(&writer);
    write_findings(&writer);
    write_gaps(&writer);
    write_incomplete(&writer);
}
