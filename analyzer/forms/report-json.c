/* report-json.c
 * The report for programs: one JSON object, as report.schema.json describes it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/report-json.h"

#include "analyzer/capture/capture.h"
#include "analyzer/engine/engine-options.h"
#include "analyzer/forms/json-capture.h"
#include "analyzer/process/text.h"
#include "analyzer/report/domain-use.h"
#include "analyzer/report/steering.h"
#include "analyzer/report/unread-words.h"
#include "core/signature/krr-libraries.h"
#include "core/signature/krr-signature.h"

/* Of one KRR. */
#define MAX_UPLOADS 100

#define REPORT_VERSION 1

static void write_tool(JsonWriter *writer)
{
    const KrrLibrary *libraries = krr_libraries();

    json_member(writer, "tool");
    json_dumper_begin_object(writer->json);
    json_text_member(writer, "name", "krraudit");
    json_text_member(writer, "version", KRR_VERSION);
    json_text_member(writer, "wireshark", writer->report->wireshark);
    for (guint i = 0; i < KRR_N_LIBRARIES; i++) {
        json_text_member(writer, libraries[i].member, libraries[i].version);
    }
    json_texts_member(writer, "confinement", writer->report->confinement);
    json_dumper_end_object(writer->json);
}

/* A group of the policy is an object that stays open until a key of another group comes. */
typedef struct PolicyWriter {
    JsonWriter *writer;
    char *group;
} PolicyWriter;

static void write_policy_value(const char *group, const char *key, const char *const *values,
                               bool is_list, gpointer data)
{
    PolicyWriter *policy = data;
    JsonWriter *writer = policy->writer;

    if (g_strcmp0(policy->group, group) != 0) {
        if (policy->group) {
            json_dumper_end_object(writer->json);
        }
        g_free(policy->group);
        policy->group = g_strdup(group);
        json_member(writer, group);
        json_dumper_begin_object(writer->json);
    }
    if (is_list) {
        json_texts_member(writer, key, values);
    } else {
        json_text_member(writer, key, values[0]);
    }
}

static void write_policy(JsonWriter *writer)
{
    PolicyWriter policy = {.writer = writer};

    json_member(writer, "policy");
    json_dumper_begin_object(writer->json);
    kms_policy_visit(writer->report->policy, write_policy_value, &policy);
    if (policy.group) {
        json_dumper_end_object(writer->json);
    }
    g_free(policy.group);
    json_dumper_end_object(writer->json);
}

static void write_preferences(JsonWriter *writer)
{
    const GPtrArray *preferences = writer->report->preferences;

    json_member(writer, "preferences");
    json_dumper_begin_object(writer->json);
    for (guint i = 0; i < preferences->len; i++) {
        const EnginePreference *preference = g_ptr_array_index(preferences, i);
        g_autofree char *name = g_utf8_make_valid(preference->name, -1);

        json_text_member(writer, name, preference->value);
    }
    json_dumper_end_object(writer->json);
}

/* The rest of what somebody must repeat to get the same report. */
static void write_options(JsonWriter *writer)
{
    const ReportOptions *options = writer->report->options;

    json_member(writer, "options");
    json_dumper_begin_object(writer->json);
    json_text_member(writer, "policy", options->policy);
    json_texts_member(writer, "trust_anchors", (const char *const *)options->trust_anchors);
    json_text_member(writer, "vocabulary", options->vocabulary);
    json_text_member(writer, "tls_keys", options->tls_keys);
    json_texts_member(writer, "decode_as", (const char *const *)options->decode_as);
    json_text_member(writer, "capture_filter", options->capture_filter);
    json_texts_member(writer, "only", (const char *const *)options->only);
    json_texts_member(writer, "skip", (const char *const *)options->skip);
    json_dumper_end_object(writer->json);
}

/* A KMS is named where a key of it was tried. */
static void write_offer_signature(JsonWriter *writer, const MikeyOffer *facts)
{
    const MikeySignature *signature = &facts->signature;

    json_member(writer, "signature");
    json_dumper_begin_object(writer->json);
    json_text_member(writer, "status", mikey_signature_status_name(signature->status));
    json_text_member(writer, "convention", mikey_signature_convention(signature));
    json_text_member(writer, "kms",
                     signature->status >= MIKEY_SIGNATURE_INVALID ? facts->idrkmsi : NULL);
    json_text_member(writer, "kms_certificate", mikey_signature_certificate(signature));
    json_dumper_end_object(writer->json);
}

static void write_offer(JsonWriter *writer, gconstpointer element)
{
    const StoryOffer *offer = element;
    const MikeyOffer *facts = offer->facts;
    g_autofree char *csb_id = g_strdup_printf("0x%08x", facts->csb_id);

    json_id_member(writer, "id", "offer", offer->number);
    json_text_member(writer, "digest", facts->digest);
    json_text_member(writer, "key_purpose", mikey_purpose_name(mikey_purpose(facts->csb_id)));
    json_text_member(writer, "csb_id", csb_id);
    json_text_member(writer, "gmk_id", facts->gmk_id);
    json_text_member(writer, "idri", offer->idri);
    json_text_member(writer, "idri_source", story_identity_source_name(offer->idri_source));
    json_text_member(writer, "idrr", offer->idrr);
    json_text_member(writer, "idrr_source", story_identity_source_name(offer->idrr_source));
    json_text_member(writer, "uidi", facts->uidi);
    json_text_member(writer, "uidr", facts->uidr);
    json_text_member(writer, "idrkmsi", facts->idrkmsi);
    json_text_member(writer, "idrkmsr", facts->idrkmsr);
    json_time_member(writer, "time", facts->has_time, facts->time_ns);
    write_offer_signature(writer, facts);
    json_frames_member(writer, "frames", offer->frames);
}

static void list_member(JsonWriter *writer, const char *name, const KrrList *list)
{
    json_member(writer, name);
    json_dumper_begin_object(writer->json);
    json_text_member(writer, "kind", krr_list_kind_name(list->kind));
    json_member(writer, "kms");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);

        json_add_text(writer, kms->text ? kms->text : "");
    }
    json_dumper_end_array(writer->json);
    json_dumper_end_object(writer->json);
}

/* Of a certificate, which may be valid for as long as there are years: not in nanoseconds. */
static void date_member(JsonWriter *writer, const char *name, bool known, gint64 seconds)
{
    g_autoptr(GDateTime) date = known ? g_date_time_new_from_unix_utc(seconds) : NULL;
    g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    json_text_member(writer, name, text);
}

static void write_verdict(JsonWriter *writer, const StoryKrr *krr)
{
    static const char *const grades[] = {[KRR_GRADE_PROFILE] = "profile",
                                         [KRR_GRADE_UNUSUAL] = "unusual",
                                         [KRR_GRADE_WEAK] = "weak"};
    const KrrVerdict *verdict = &krr->krr->signature.verdict;
    bool has_signer = verdict->signer != NULL;

    json_text_member(writer, "reason", verdict->reason);
    json_text_member(writer, "grade", grades[verdict->grade]);
    json_text_member(writer, "outside_profile", verdict->grade_reason);
    date_member(writer, "not_before", has_signer, verdict->not_before);
    date_member(writer, "not_after", has_signer, verdict->not_after);
    json_bool_member(writer, "expired_when_seen", report_signer_expired(krr));
}

static void write_signature(JsonWriter *writer, const StoryKrr *krr)
{
    const KrrSignature *signature = &krr->krr->signature;

    json_member(writer, "signature");
    json_dumper_begin_object(writer->json);
    json_text_member(writer, "status", krr_signature_status_name(signature->verdict.status));
    json_text_member(writer, "signer", signature->verdict.signer);
    if (signature->present) {
        write_verdict(writer, krr);
        json_text_member(writer, "algorithm", signature->algorithm.text);
        json_text_member(writer, "digest_algorithm", signature->digest_algorithm.text);
        json_text_member(writer, "canonicalization", signature->canonicalization.text);
        json_text_member(writer, "reference", signature->reference.text);
        json_int_member(writer, "references", signature->references);
        json_int_member(writer, "certificates", signature->n_certificates);
    }
    json_dumper_end_object(writer->json);
}

static void write_unrecognised(JsonWriter *writer, gconstpointer element)
{
    const KrrUnrecognised *unrecognised = element;

    json_text_member(writer, "name", unrecognised->name);
    json_text_member(writer, "reason", unrecognised->reason);
}

/* A SIP status; null where there was no answer. */
static void status_member(JsonWriter *writer, guint status)
{
    json_member(writer, "status");
    if (status) {
        json_add_int(writer, status);
    } else {
        json_add_null(writer);
    }
}

/* An upload to a KMS. */
static void write_upload(JsonWriter *writer, gconstpointer element)
{
    const KmsExchange *exchange = element;
    const bool answered = exchange->answer != KMS_ANSWER_NONE;

    json_frame_member(writer, "frame_request", true, &exchange->request);
    json_frame_member(writer, "frame_response", answered, &exchange->response);
    json_text_member(writer, "source", exchange->client);
    json_text_member(writer, "destination", exchange->server);
    json_text_member(writer, "user", exchange->user);
    json_text_member(writer, "kms", exchange->kms);
    status_member(writer, exchange->status);
    json_text_member(writer, "error", exchange->error);
    json_bool_member(writer, "accepted", exchange->answer == KMS_ANSWER_GRANTED);
}

/* The first ones: somebody may upload the same thing very often. */
static void write_uploads(JsonWriter *writer, const GPtrArray *uploads)
{
    g_autoptr(GPtrArray) first = g_ptr_array_new();

    for (guint i = 0; i < uploads->len && i < MAX_UPLOADS; i++) {
        g_ptr_array_add(first, uploads->pdata[i]);
    }
    json_objects_member(writer, "uploads", first, write_upload);
}

static void write_krr(JsonWriter *writer, gconstpointer element)
{
    const StoryKrr *story = element;
    const Krr *krr = story->krr;
    g_autofree const char **missing = report_missing(krr);
    static const char *const nothing[] = {NULL};

    json_id_member(writer, "id", "krr", story->number);
    json_text_member(writer, "digest", krr->digest);
    json_time_member(writer, "time", krr->time_valid, krr->time_ns);
    json_text_member(writer, "creator", krr_text(krr, KRR_ELEMENT_CREATOR));
    json_text_member(writer, "idri", krr_text(krr, KRR_ELEMENT_IDRI));
    json_text_member(writer, "idrr", krr_text(krr, KRR_ELEMENT_IDRR));
    json_text_member(writer, "idrkmsi", krr_text(krr, KRR_ELEMENT_IDRKMSI));
    json_text_member(writer, "idrkmsr", krr_text(krr, KRR_ELEMENT_IDRKMSR));
    list_member(writer, "initiator_list", &krr->lists[KRR_INITIATOR]);
    list_member(writer, "receiver_list", &krr->lists[KRR_RECEIVER]);
    json_int_member(writer, "depth", story->depth);
    json_int_member(writer, "sub_krrs", krr->sub_krrs);
    json_id_member(writer, "embeds", "krr", story->embeds ? story->embeds->number : 0);
    write_signature(writer, story);
    json_text_member(writer, "carrier", story_carrier_name(story->carrier));
    json_frames_member(writer, "frames", story->frames);
    json_texts_member(writer, "missing",
                      story->unreadable ? nothing : (const char *const *)missing);
    json_objects_member(writer, "unrecognised", krr->unrecognised, write_unrecognised);
    if (story->unreadable) {
        json_text_member(writer, "unreadable", story->document->error);
    }
    const GPtrArray *uploads =
        kms_traffic_uploads(ledger_kms_traffic(writer->report->ledger), story);
    if (uploads) {
        write_uploads(writer, uploads);
    }
}

static void write_leg(JsonWriter *writer, const StoryAttempt *attempt, guint place)
{
    const StoryLeg *leg = g_ptr_array_index(attempt->legs, place);

    json_dumper_begin_object(writer->json);
    json_frame_member(writer, "frame_request", leg->has_request, &leg->request);
    json_frame_member(writer, "frame_response", leg->has_response, &leg->response);
    json_text_member(writer, "source", leg->source);
    json_int_member(writer, "source_port", leg->source_port);
    json_text_member(writer, "destination", leg->destination);
    json_int_member(writer, "destination_port", leg->destination_port);
    json_text_member(writer, "method", leg->method);
    status_member(writer, leg->status);
    json_text_member(writer, "call_id", leg->call_id);
    json_text_member(writer, "linked_by", story_link_name(story_attempt_leg_link(attempt, place)));
    json_dumper_end_object(writer->json);
}

static void write_attempt(JsonWriter *writer, gconstpointer element)
{
    const StoryAttempt *attempt = element;

    json_id_member(writer, "offer", "offer", attempt->offer ? attempt->offer->number : 0);
    json_member(writer, "krrs");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < attempt->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(attempt->krrs, i);
        g_autofree char *id = g_strdup_printf("krr-%u", krr->number);

        json_dumper_value_string(writer->json, id);
    }
    json_dumper_end_array(writer->json);
    status_member(writer, attempt->status);
    json_text_member(writer, "linked_by", story_link_name(attempt->linked_by));
    json_member(writer, "legs");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < attempt->legs->len; i++) {
        write_leg(writer, attempt, i);
    }
    json_dumper_end_array(writer->json);
}

static void write_negotiation(JsonWriter *writer, gconstpointer element)
{
    const StoryNegotiation *negotiation = element;
    bool has_purpose = negotiation->purpose != STORY_PURPOSE_UNKNOWN;

    json_id_member(writer, "id", "negotiation", negotiation->number);
    json_text_member(writer, "idri", negotiation->idri);
    json_text_member(writer, "idrr", negotiation->idrr);
    json_text_member(writer, "key_purpose",
                     has_purpose ? mikey_purpose_name(negotiation->purpose) : NULL);
    json_text_member(writer, "outcome", story_outcome_name(negotiation->outcome));
    json_time_member(writer, "started", true,
                     report_shown_ns(writer->report, negotiation->started));
    json_time_member(writer, "ended", true, report_shown_ns(writer->report, negotiation->ended));
    json_objects_member(writer, "attempts", negotiation->attempts, write_attempt);
}

static void write_finding(JsonWriter *writer, gconstpointer element)
{
    const AuditFinding *finding = element;
    const KrrRule *rule = &krr_rules[finding->rule];
    g_autofree char *identity = finding_identity(finding);

    json_id_member(writer, "id", "finding", ++writer->findings);
    json_text_member(writer, "rule", rule->name);
    json_text_member(writer, "severity", krr_severity_name(finding->severity));
    if (finding->doubt) {
        json_bool_member(writer, "doubt", true);
    }
    json_text_member(writer, "identity", identity);
    if (writer->report->known) {
        json_text_member(writer, "state", report_state(writer->report, finding));
    }
    json_text_member(writer, "clause", rule->clause);
    json_text_member(writer, "summary", rule->summary);
    json_text_member(writer, "expected", finding->expected);
    json_text_member(writer, "observed", finding->observed);
    json_id_member(writer, "negotiation", "negotiation",
                   finding->negotiation ? finding->negotiation->number : 0);
    json_id_member(writer, "krr", "krr", finding->krr ? finding->krr->number : 0);
    json_id_member(writer, "offer", "offer", finding->offer ? finding->offer->number : 0);
    json_frames_member(writer, "frames", finding->frames);
}

static void write_known_finding(JsonWriter *writer, gconstpointer element)
{
    const KnownFinding *finding = element;

    json_text_member(writer, "identity", finding->identity);
    json_text_member(writer, "rule", finding->rule);
    json_text_member(writer, "severity", finding->severity);
    json_text_member(writer, "observed", finding->observed);
}

/* What the earlier report has and this one has not. */
static void write_gone(JsonWriter *writer)
{
    g_autoptr(GPtrArray) gone = writer->report->known ? known_gone(writer->report->known) : NULL;

    if (gone) {
        json_objects_member(writer, "gone", gone, write_known_finding);
    }
}

static void write_gap(JsonWriter *writer, gconstpointer element)
{
    const AuditGap *gap = element;

    json_text_member(writer, "rule", krr_rules[gap->rule].name);
    json_text_member(writer, "reason", gap->reason);
}

/* Only where limits were reached. */
static void write_left_out(JsonWriter *writer)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    if (!report_omissions(writer->report, omissions)) {
        return;
    }
    json_member(writer, "left_out");
    json_dumper_begin_object(writer->json);
    for (guint i = 0; i < REPORT_N_OMISSIONS; i++) {
        json_int_member(writer, omissions[i].name, (gint64)omissions[i].count);
    }
    json_dumper_end_object(writer->json);
}

/* ---- who steers whom ---- */

static void sum_members(JsonWriter *writer, const SteeringSum *sum)
{
    json_int_member(writer, "krrs", sum->krrs);
    json_int_member(writer, "errors", sum->findings[KRR_SEVERITY_ERROR]);
    json_int_member(writer, "warnings", sum->findings[KRR_SEVERITY_WARNING]);
    json_int_member(writer, "notes", sum->findings[KRR_SEVERITY_NOTE]);
    json_time_member(writer, "first", sum->krrs > 0, sum->first.time_ns);
    json_time_member(writer, "last", sum->krrs > 0, sum->last.time_ns);
}

static void write_steering_creator(JsonWriter *writer, gconstpointer element)
{
    const SteeringRow *creator = element;

    json_text_member(writer, "creator", creator->name);
    sum_members(writer, &creator->sum);
    json_int_member(writer, "users", g_hash_table_size(creator->users));
    json_int_member(writer, "kms", g_hash_table_size(creator->others));
    json_member(writer, "signatures");
    json_dumper_begin_object(writer->json);
    for (KrrSignatureStatus status = 0; status <= KRR_SIGNATURE_UNSUPPORTED; status++) {
        json_int_member(writer, krr_signature_status_name(status), creator->signatures[status]);
    }
    json_dumper_end_object(writer->json);
}

static void write_steering_kms(JsonWriter *writer, gconstpointer element)
{
    const SteeringRow *kms = element;

    json_text_member(writer, "kms", kms->name);
    sum_members(writer, &kms->sum);
    json_int_member(writer, "creators", g_hash_table_size(kms->others));
    json_int_member(writer, "users", g_hash_table_size(kms->users));
    json_int_member(writer, "taken_up", kms->followed);
}

static void write_steering_pair(JsonWriter *writer, gconstpointer element)
{
    const SteeringPair *pair = element;

    json_text_member(writer, "initiator_domain", *pair->initiator ? pair->initiator : NULL);
    json_text_member(writer, "receiver_domain", *pair->receiver ? pair->receiver : NULL);
    json_int_member(writer, "negotiations", pair->negotiations);
    sum_members(writer, &pair->sum);
}

/* ---- use of security domains ---- */

static void write_domain_use(JsonWriter *writer, gconstpointer element)
{
    const DomainUse *use = element;

    json_text_member(writer, "initiator_domain", *use->initiator ? use->initiator : NULL);
    json_text_member(writer, "receiver_domain", *use->receiver ? use->receiver : NULL);
    json_text_member(writer, "idrkmsi", use->idrkmsi);
    json_text_member(writer, "idrkmsr", use->idrkmsr);
    json_int_member(writer, "offers", (gint64)use->offers);
    json_int_member(writer, "users", use->users);
    json_int_member(writer, "redirected", use->redirected);
    json_int_member(writer, "krrs", use->krrs);
    json_int_member(writer, "krrs_reported", use->reported);
    json_time_member(writer, "first", true, use->first.time_ns);
    json_time_member(writer, "last", true, use->last.time_ns);
}

static void write_domains(JsonWriter *writer)
{
    guint64 left_out;
    g_autoptr(GPtrArray) uses = domain_uses(writer->report->ledger, &left_out);

    json_objects_member(writer, "domains", uses, write_domain_use);
    json_int_member(writer, "domains_left_out", (gint64)left_out);
}

static void write_steering(JsonWriter *writer)
{
    g_autoptr(Steering) steering = steering_new(writer->report);

    json_member(writer, "steering");
    json_dumper_begin_object(writer->json);
    json_objects_member(writer, "creators", steering->creators, write_steering_creator);
    json_objects_member(writer, "kms", steering->kms, write_steering_kms);
    json_objects_member(writer, "domains", steering->pairs, write_steering_pair);
    json_int_member(writer, "left_out", (gint64)steering->left_out);
    json_dumper_end_object(writer->json);
}

static void write_summary(JsonWriter *writer)
{
    const Report *report = writer->report;

    json_member(writer, "summary");
    json_dumper_begin_object(writer->json);
    json_int_member(writer, "krrs", ledger_krrs(report->ledger)->len);
    json_int_member(writer, "offers_seen", (gint64)ledger_offers_seen(report->ledger));
    json_int_member(writer, "negotiations", ledger_negotiations(report->ledger)->len);
    json_int_member(writer, "errors", report->audit->count[KRR_SEVERITY_ERROR]);
    json_int_member(writer, "warnings", report->audit->count[KRR_SEVERITY_WARNING]);
    json_int_member(writer, "notes", report->audit->count[KRR_SEVERITY_NOTE]);
    json_dumper_end_object(writer->json);
}

static void write_report(JsonWriter *writer)
{
    const Report *report = writer->report;

    json_dumper_begin_object(writer->json);
    json_int_member(writer, "report_version", REPORT_VERSION);
    write_tool(writer);
    json_objects_member(writer, "captures", report->captures, json_capture);
    write_policy(writer);
    write_preferences(writer);
    write_options(writer);
    json_objects_member(writer, "offers", ledger_offers(report->ledger), write_offer);
    json_objects_member(writer, "krrs", ledger_krrs(report->ledger), write_krr);
    json_objects_member(writer, "negotiations", ledger_negotiations(report->ledger),
                        write_negotiation);
    json_objects_member(writer, "findings", report->audit->findings, write_finding);
    write_gone(writer);
    json_objects_member(writer, "rules_not_evaluated", report->audit->not_evaluated, write_gap);
    write_left_out(writer);
    write_steering(writer);
    write_domains(writer);
    write_summary(writer);
    json_dumper_end_object(writer->json);
}

void report_json(const Report *report, const ReportStyle *style, Output *out)
{
    json_dumper json = {
        .output_string = out->text,
        .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT,
    };
    JsonWriter writer = {.report = report, .out = out, .json = &json};

    (void)style;
    write_report(&writer);
    json_dumper_finish(&json); /* ends the line */
}
