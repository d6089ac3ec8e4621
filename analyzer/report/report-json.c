/* report-json.c
 * The report for programs: one JSON object, as report.schema.json describes it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/report-json.h"

#include <wsutil/json_dumper.h>

#include "analyzer/capture/capture.h"
#include "analyzer/engine/engine-options.h"
#include "analyzer/engine/renewal-schedule.h"
#include "analyzer/process/text.h"
#include "analyzer/report/unread-words.h"
#include "core/signature/krr-signature.h"

/* Of one KRR. */
#define MAX_UPLOADS 100

#define REPORT_VERSION 1

/* What is written, and to where. */
typedef struct Writer {
    const Report *report;
    Output *out;
    json_dumper *json; /* appends to the output's text */
    guint findings;    /* written so far */
} Writer;

static void add_null(Writer *writer)
{
    json_dumper_value_anyf(writer->json, "null");
}

static void add_int(Writer *writer, gint64 value)
{
    json_dumper_value_anyf(writer->json, "%" G_GINT64_FORMAT, value);
}

/* Strings are a capture's or a user's octets: JSON wants UTF-8. */
static void add_text(Writer *writer, const char *text)
{
    if (text) {
        g_autofree char *valid = g_utf8_make_valid(text, -1);

        json_dumper_value_string(writer->json, valid);
    } else {
        add_null(writer);
    }
}

static void member(Writer *writer, const char *name)
{
    json_dumper_set_member_name(writer->json, name);
}

static void text_member(Writer *writer, const char *name, const char *text)
{
    member(writer, name);
    add_text(writer, text);
}

static void int_member(Writer *writer, const char *name, gint64 value)
{
    member(writer, name);
    add_int(writer, value);
}

static void bool_member(Writer *writer, const char *name, bool value)
{
    member(writer, name);
    json_dumper_value_anyf(writer->json, value ? "true" : "false");
}

static void time_member(Writer *writer, const char *name, bool known, gint64 ns)
{
    g_autofree char *text = known ? text_time(ns) : NULL;

    text_member(writer, name, text);
}

/* "krr-3"; null where the number is 0. */
static void id_member(Writer *writer, const char *name, const char *kind, guint number)
{
    g_autofree char *id = number ? g_strdup_printf("%s-%u", kind, number) : NULL;

    text_member(writer, name, id);
}

static void texts_member(Writer *writer, const char *name, const char *const *texts)
{
    member(writer, name);
    json_dumper_begin_array(writer->json);
    for (; texts && *texts; texts++) {
        add_text(writer, *texts);
    }
    json_dumper_end_array(writer->json);
}

static void add_frame(Writer *writer, const StoryFrame *frame)
{
    if (writer->report->captures->len == 1) {
        add_int(writer, (gint64)frame->number);
    } else {
        g_autofree char *text = report_frame(writer->report, frame);

        json_dumper_value_string(writer->json, text);
    }
}

static void frame_member(Writer *writer, const char *name, bool seen, const StoryFrame *frame)
{
    member(writer, name);
    if (seen) {
        add_frame(writer, frame);
    } else {
        add_null(writer);
    }
}

static void frames_member(Writer *writer, const char *name, const GArray *frames)
{
    member(writer, name);
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < frames->len; i++) {
        add_frame(writer, &g_array_index(frames, StoryFrame, i));
    }
    json_dumper_end_array(writer->json);
}

/* An array member of objects, one for each element; each goes out as it is made. */
static void objects_member(Writer *writer, const char *name, const GPtrArray *elements,
                           void (*write)(Writer *writer, gconstpointer element))
{
    member(writer, name);
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < elements->len; i++) {
        json_dumper_begin_object(writer->json);
        write(writer, g_ptr_array_index(elements, i));
        json_dumper_end_object(writer->json);
        output_flow(writer->out);
    }
    json_dumper_end_array(writer->json);
}

static void write_tool(Writer *writer)
{
    member(writer, "tool");
    json_dumper_begin_object(writer->json);
    text_member(writer, "name", "krraudit");
    text_member(writer, "version", KRR_VERSION);
    text_member(writer, "wireshark", writer->report->wireshark);
    json_dumper_end_object(writer->json);
}

/* Only where there were any. */
static void renewals_member(Writer *writer, const GArray *renewals)
{
    if (!renewals || !renewals->len) {
        return;
    }
    member(writer, "renewals");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < renewals->len; i++) {
        const SessionRenewal *renewal = &g_array_index(renewals, SessionRenewal, i);

        json_dumper_begin_object(writer->json);
        int_member(writer, "frame", renewal->frame);
        int_member(writer, "unfinished", renewal->unfinished);
        json_dumper_end_object(writer->json);
    }
    json_dumper_end_array(writer->json);
}

static void unread_member(Writer *writer, const Capture *capture)
{
    const Unread *unread;

    member(writer, "unread");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; (unread = report_unread_at(capture, i)); i++) {
        json_dumper_begin_object(writer->json);
        text_member(writer, "kind", unread_kind_name(unread->kind));
        text_member(writer, "protocol", g_quark_to_string(unread->protocol));
        member(writer, "port");
        if (unread->port) {
            add_int(writer, unread->port);
        } else {
            add_null(writer);
        }
        int_member(writer, "count", (gint64)unread->count);
        int_member(writer, "first_frame", unread->first);
        text_member(writer, "help", words_unread_help(unread->kind));
        json_dumper_end_object(writer->json);
    }
    json_dumper_end_array(writer->json);
}

static void write_capture(Writer *writer, gconstpointer element)
{
    const Capture *capture = element;

    text_member(writer, "path", capture->path);
    text_member(writer, "sha256", capture->result.sha256);
    text_member(writer, "format", capture->result.format);
    int_member(writer, "frames", (gint64)capture->result.frames);
    int_member(writer, "dissected", (gint64)capture->result.dissected);
    time_member(writer, "first", capture->result.has_time, capture->result.first_ns);
    time_member(writer, "last", capture->result.has_time, capture->result.last_ns);
    int_member(writer, "cut_bodies",
               (gint64)ledger_cut_bodies(writer->report->ledger, capture->index));
    unread_member(writer, capture);
    renewals_member(writer, capture->result.renewals);
    bool_member(writer, "complete", capture->result.complete);
    text_member(writer, "error", capture->result.error);
}

/* A group of the policy is an object that stays open until a key of another group comes. */
typedef struct PolicyWriter {
    Writer *writer;
    char *group;
} PolicyWriter;

static void write_policy_value(const char *group, const char *key, const char *const *values,
                               bool is_list, gpointer data)
{
    PolicyWriter *policy = data;
    Writer *writer = policy->writer;

    if (g_strcmp0(policy->group, group) != 0) {
        if (policy->group) {
            json_dumper_end_object(writer->json);
        }
        g_free(policy->group);
        policy->group = g_strdup(group);
        member(writer, group);
        json_dumper_begin_object(writer->json);
    }
    if (is_list) {
        texts_member(writer, key, values);
    } else {
        text_member(writer, key, values[0]);
    }
}

static void write_policy(Writer *writer)
{
    PolicyWriter policy = {.writer = writer};

    member(writer, "policy");
    json_dumper_begin_object(writer->json);
    kms_policy_visit(writer->report->policy, write_policy_value, &policy);
    if (policy.group) {
        json_dumper_end_object(writer->json);
    }
    g_free(policy.group);
    json_dumper_end_object(writer->json);
}

static void write_preferences(Writer *writer)
{
    const GPtrArray *preferences = writer->report->preferences;

    member(writer, "preferences");
    json_dumper_begin_object(writer->json);
    for (guint i = 0; i < preferences->len; i++) {
        const EnginePreference *preference = g_ptr_array_index(preferences, i);
        g_autofree char *name = g_utf8_make_valid(preference->name, -1);

        text_member(writer, name, preference->value);
    }
    json_dumper_end_object(writer->json);
}

/* The rest of what somebody must repeat to get the same report. */
static void write_options(Writer *writer)
{
    const ReportOptions *options = writer->report->options;

    member(writer, "options");
    json_dumper_begin_object(writer->json);
    text_member(writer, "policy", options->policy);
    texts_member(writer, "trust_anchors", (const char *const *)options->trust_anchors);
    text_member(writer, "vocabulary", options->vocabulary);
    text_member(writer, "tls_keys", options->tls_keys);
    texts_member(writer, "decode_as", (const char *const *)options->decode_as);
    text_member(writer, "capture_filter", options->capture_filter);
    texts_member(writer, "only", (const char *const *)options->only);
    texts_member(writer, "skip", (const char *const *)options->skip);
    json_dumper_end_object(writer->json);
}

/* A KMS is named where a key of it was tried. */
static void write_offer_signature(Writer *writer, const MikeyOffer *facts)
{
    const MikeySignature *signature = &facts->signature;

    member(writer, "signature");
    json_dumper_begin_object(writer->json);
    text_member(writer, "status", mikey_signature_status_name(signature->status));
    text_member(writer, "convention", mikey_signature_convention(signature));
    text_member(writer, "kms",
                signature->status >= MIKEY_SIGNATURE_INVALID ? facts->idrkmsi : NULL);
    text_member(writer, "kms_certificate", mikey_signature_certificate(signature));
    json_dumper_end_object(writer->json);
}

static void write_offer(Writer *writer, gconstpointer element)
{
    const StoryOffer *offer = element;
    const MikeyOffer *facts = offer->facts;
    g_autofree char *csb_id = g_strdup_printf("0x%08x", facts->csb_id);

    id_member(writer, "id", "offer", offer->number);
    text_member(writer, "digest", facts->digest);
    text_member(writer, "key_purpose", mikey_purpose_name(mikey_purpose(facts->csb_id)));
    text_member(writer, "csb_id", csb_id);
    text_member(writer, "gmk_id", facts->gmk_id);
    text_member(writer, "idri", offer->idri);
    text_member(writer, "idri_source", story_identity_source_name(offer->idri_source));
    text_member(writer, "idrr", offer->idrr);
    text_member(writer, "idrr_source", story_identity_source_name(offer->idrr_source));
    text_member(writer, "uidi", facts->uidi);
    text_member(writer, "uidr", facts->uidr);
    text_member(writer, "idrkmsi", facts->idrkmsi);
    text_member(writer, "idrkmsr", facts->idrkmsr);
    time_member(writer, "time", facts->has_time, facts->time_ns);
    write_offer_signature(writer, facts);
    frames_member(writer, "frames", offer->frames);
}

static void list_member(Writer *writer, const char *name, const KrrList *list)
{
    member(writer, name);
    json_dumper_begin_object(writer->json);
    text_member(writer, "kind", krr_list_kind_name(list->kind));
    member(writer, "kms");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);

        add_text(writer, kms->text ? kms->text : "");
    }
    json_dumper_end_array(writer->json);
    json_dumper_end_object(writer->json);
}

/* Of a certificate, which may be valid for as long as there are years: not in nanoseconds. */
static void date_member(Writer *writer, const char *name, bool known, gint64 seconds)
{
    g_autoptr(GDateTime) date = known ? g_date_time_new_from_unix_utc(seconds) : NULL;
    g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    text_member(writer, name, text);
}

static void write_verdict(Writer *writer, const StoryKrr *krr)
{
    static const char *const grades[] = {[KRR_GRADE_PROFILE] = "profile",
                                         [KRR_GRADE_UNUSUAL] = "unusual",
                                         [KRR_GRADE_WEAK] = "weak"};
    const KrrVerdict *verdict = &krr->krr->signature.verdict;
    bool has_signer = verdict->signer != NULL;

    text_member(writer, "reason", verdict->reason);
    text_member(writer, "grade", grades[verdict->grade]);
    text_member(writer, "outside_profile", verdict->grade_reason);
    date_member(writer, "not_before", has_signer, verdict->not_before);
    date_member(writer, "not_after", has_signer, verdict->not_after);
    bool_member(writer, "expired_when_seen", report_signer_expired(krr));
}

static void write_signature(Writer *writer, const StoryKrr *krr)
{
    const KrrSignature *signature = &krr->krr->signature;

    member(writer, "signature");
    json_dumper_begin_object(writer->json);
    text_member(writer, "status", krr_signature_status_name(signature->verdict.status));
    text_member(writer, "signer", signature->verdict.signer);
    if (signature->present) {
        write_verdict(writer, krr);
        text_member(writer, "algorithm", signature->algorithm.text);
        text_member(writer, "digest_algorithm", signature->digest_algorithm.text);
        text_member(writer, "canonicalization", signature->canonicalization.text);
        text_member(writer, "reference", signature->reference.text);
        int_member(writer, "references", signature->references);
        int_member(writer, "certificates", signature->n_certificates);
    }
    json_dumper_end_object(writer->json);
}

static void write_unrecognised(Writer *writer, gconstpointer element)
{
    const KrrUnrecognised *unrecognised = element;

    text_member(writer, "name", unrecognised->name);
    text_member(writer, "reason", unrecognised->reason);
}

/* A SIP status; null where there was no answer. */
static void status_member(Writer *writer, guint status)
{
    member(writer, "status");
    if (status) {
        add_int(writer, status);
    } else {
        add_null(writer);
    }
}

/* An upload to a KMS. */
static void write_upload(Writer *writer, gconstpointer element)
{
    const KmsExchange *exchange = element;
    const bool answered = exchange->answer != KMS_ANSWER_NONE;

    frame_member(writer, "frame_request", true, &exchange->request);
    frame_member(writer, "frame_response", answered, &exchange->response);
    text_member(writer, "source", exchange->client);
    text_member(writer, "destination", exchange->server);
    text_member(writer, "user", exchange->user);
    text_member(writer, "kms", exchange->kms);
    status_member(writer, exchange->status);
    text_member(writer, "error", exchange->error);
    bool_member(writer, "accepted", exchange->answer == KMS_ANSWER_GRANTED);
}

/* The first ones: somebody may upload the same thing very often. */
static void write_uploads(Writer *writer, const GPtrArray *uploads)
{
    g_autoptr(GPtrArray) first = g_ptr_array_new();

    for (guint i = 0; i < uploads->len && i < MAX_UPLOADS; i++) {
        g_ptr_array_add(first, uploads->pdata[i]);
    }
    objects_member(writer, "uploads", first, write_upload);
}

static void write_krr(Writer *writer, gconstpointer element)
{
    const StoryKrr *story = element;
    const Krr *krr = story->krr;
    g_autofree const char **missing = report_missing(krr);
    static const char *const nothing[] = {NULL};

    id_member(writer, "id", "krr", story->number);
    text_member(writer, "digest", krr->digest);
    time_member(writer, "time", krr->time_valid, krr->time_ns);
    text_member(writer, "creator", krr_text(krr, KRR_ELEMENT_CREATOR));
    text_member(writer, "idri", krr_text(krr, KRR_ELEMENT_IDRI));
    text_member(writer, "idrr", krr_text(krr, KRR_ELEMENT_IDRR));
    text_member(writer, "idrkmsi", krr_text(krr, KRR_ELEMENT_IDRKMSI));
    text_member(writer, "idrkmsr", krr_text(krr, KRR_ELEMENT_IDRKMSR));
    list_member(writer, "initiator_list", &krr->lists[KRR_INITIATOR]);
    list_member(writer, "receiver_list", &krr->lists[KRR_RECEIVER]);
    int_member(writer, "depth", story->depth);
    int_member(writer, "sub_krrs", krr->sub_krrs);
    id_member(writer, "embeds", "krr", story->embeds ? story->embeds->number : 0);
    write_signature(writer, story);
    text_member(writer, "carrier", story_carrier_name(story->carrier));
    frames_member(writer, "frames", story->frames);
    texts_member(writer, "missing", story->unreadable ? nothing : (const char *const *)missing);
    objects_member(writer, "unrecognised", krr->unrecognised, write_unrecognised);
    if (story->unreadable) {
        text_member(writer, "unreadable", story->document->error);
    }
    const GPtrArray *uploads =
        kms_traffic_uploads(ledger_kms_traffic(writer->report->ledger), story);
    if (uploads) {
        write_uploads(writer, uploads);
    }
}

static void write_leg(Writer *writer, const StoryAttempt *attempt, guint place)
{
    const StoryLeg *leg = g_ptr_array_index(attempt->legs, place);

    json_dumper_begin_object(writer->json);
    frame_member(writer, "frame_request", leg->has_request, &leg->request);
    frame_member(writer, "frame_response", leg->has_response, &leg->response);
    text_member(writer, "source", leg->source);
    int_member(writer, "source_port", leg->source_port);
    text_member(writer, "destination", leg->destination);
    int_member(writer, "destination_port", leg->destination_port);
    text_member(writer, "method", leg->method);
    status_member(writer, leg->status);
    text_member(writer, "call_id", leg->call_id);
    text_member(writer, "linked_by", story_link_name(story_attempt_leg_link(attempt, place)));
    json_dumper_end_object(writer->json);
}

static void write_attempt(Writer *writer, gconstpointer element)
{
    const StoryAttempt *attempt = element;

    id_member(writer, "offer", "offer", attempt->offer ? attempt->offer->number : 0);
    member(writer, "krrs");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < attempt->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(attempt->krrs, i);
        g_autofree char *id = g_strdup_printf("krr-%u", krr->number);

        json_dumper_value_string(writer->json, id);
    }
    json_dumper_end_array(writer->json);
    status_member(writer, attempt->status);
    text_member(writer, "linked_by", story_link_name(attempt->linked_by));
    member(writer, "legs");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < attempt->legs->len; i++) {
        write_leg(writer, attempt, i);
    }
    json_dumper_end_array(writer->json);
}

static void write_negotiation(Writer *writer, gconstpointer element)
{
    const StoryNegotiation *negotiation = element;
    bool has_purpose = negotiation->purpose != STORY_PURPOSE_UNKNOWN;

    id_member(writer, "id", "negotiation", negotiation->number);
    text_member(writer, "idri", negotiation->idri);
    text_member(writer, "idrr", negotiation->idrr);
    text_member(writer, "key_purpose",
                has_purpose ? mikey_purpose_name(negotiation->purpose) : NULL);
    text_member(writer, "outcome", story_outcome_name(negotiation->outcome));
    time_member(writer, "started", true, negotiation->started.time_ns);
    time_member(writer, "ended", true, negotiation->ended.time_ns);
    objects_member(writer, "attempts", negotiation->attempts, write_attempt);
}

static void write_finding(Writer *writer, gconstpointer element)
{
    const AuditFinding *finding = element;
    const KrrRule *rule = &krr_rules[finding->rule];

    id_member(writer, "id", "finding", ++writer->findings);
    text_member(writer, "rule", rule->name);
    text_member(writer, "severity", krr_severity_name(finding->severity));
    if (finding->doubt) {
        bool_member(writer, "doubt", true);
    }
    text_member(writer, "clause", rule->clause);
    text_member(writer, "summary", rule->summary);
    text_member(writer, "expected", finding->expected);
    text_member(writer, "observed", finding->observed);
    id_member(writer, "negotiation", "negotiation",
              finding->negotiation ? finding->negotiation->number : 0);
    id_member(writer, "krr", "krr", finding->krr ? finding->krr->number : 0);
    id_member(writer, "offer", "offer", finding->offer ? finding->offer->number : 0);
    frames_member(writer, "frames", finding->frames);
}

static void write_gap(Writer *writer, gconstpointer element)
{
    const AuditGap *gap = element;

    text_member(writer, "rule", krr_rules[gap->rule].name);
    text_member(writer, "reason", gap->reason);
}

/* Only where limits were reached. */
static void write_left_out(Writer *writer)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    if (!report_omissions(writer->report, omissions)) {
        return;
    }
    member(writer, "left_out");
    json_dumper_begin_object(writer->json);
    for (guint i = 0; i < REPORT_N_OMISSIONS; i++) {
        int_member(writer, omissions[i].name, (gint64)omissions[i].count);
    }
    json_dumper_end_object(writer->json);
}

static void write_summary(Writer *writer)
{
    const Report *report = writer->report;

    member(writer, "summary");
    json_dumper_begin_object(writer->json);
    int_member(writer, "krrs", ledger_krrs(report->ledger)->len);
    int_member(writer, "offers_seen", (gint64)ledger_offers_seen(report->ledger));
    int_member(writer, "negotiations", ledger_negotiations(report->ledger)->len);
    int_member(writer, "errors", report->audit->count[KRR_SEVERITY_ERROR]);
    int_member(writer, "warnings", report->audit->count[KRR_SEVERITY_WARNING]);
    int_member(writer, "notes", report->audit->count[KRR_SEVERITY_NOTE]);
    json_dumper_end_object(writer->json);
}

static void write_report(Writer *writer)
{
    const Report *report = writer->report;

    json_dumper_begin_object(writer->json);
    int_member(writer, "report_version", REPORT_VERSION);
    write_tool(writer);
    objects_member(writer, "captures", report->captures, write_capture);
    write_policy(writer);
    write_preferences(writer);
    write_options(writer);
    objects_member(writer, "offers", ledger_offers(report->ledger), write_offer);
    objects_member(writer, "krrs", ledger_krrs(report->ledger), write_krr);
    objects_member(writer, "negotiations", ledger_negotiations(report->ledger), write_negotiation);
    objects_member(writer, "findings", report->audit->findings, write_finding);
    objects_member(writer, "rules_not_evaluated", report->audit->not_evaluated, write_gap);
    write_left_out(writer);
    write_summary(writer);
    json_dumper_end_object(writer->json);
}

void report_json(const Report *report, const ReportStyle *style, Output *out)
{
    json_dumper json = {
        .output_string = out->text,
        .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT,
    };
    Writer writer = {.report = report, .out = out, .json = &json};

    (void)style;
    write_report(&writer);
    json_dumper_finish(&json); /* ends the line */
}
