/* report-ndjson.c
 * The findings as a line of JSON each, for whoever collects events
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/report-ndjson.h"

#include "analyzer/capture/capture.h"
#include "analyzer/forms/json-writer.h"
#include "analyzer/report/unread-words.h"

/* Larger is graver, as the schema has it; the numbers are ours. */
static const guint severity_numbers[] = {
    [KRR_SEVERITY_NOTE] = 1,
    [KRR_SEVERITY_WARNING] = 2,
    [KRR_SEVERITY_ERROR] = 3,
};

static void begin(JsonWriter *writer, const char *name)
{
    json_member(writer, name);
    json_dumper_begin_object(writer->json);
}

static void end(JsonWriter *writer)
{
    json_dumper_end_object(writer->json);
}

/* ---- findings ---- */

static void write_event(JsonWriter *writer, const AuditFinding *finding)
{
    g_autofree char *identity = finding_identity(finding);

    begin(writer, "event");
    json_text_member(writer, "kind", "alert");
    json_text_member(writer, "module", "krraudit");
    json_text_member(writer, "dataset", "krraudit.finding");
    json_text_member(writer, "id", identity);
    json_int_member(writer, "severity", severity_numbers[finding->severity]);
    json_text_member(writer, "reason", finding->expected);
    end(writer);
}

static void write_rule(JsonWriter *writer, const KrrRule *rule)
{
    begin(writer, "rule");
    json_text_member(writer, "name", rule->name);
    json_text_member(writer, "description", rule->summary);
    json_text_member(writer, "reference", rule->clause);
    json_text_member(writer, "ruleset", "krraudit");
    end(writer);
}

static void write_krr(JsonWriter *writer, const StoryKrr *krr)
{
    begin(writer, "krr");
    json_text_member(writer, "creator", krr_text(krr->krr, KRR_ELEMENT_CREATOR));
    json_text_member(writer, "digest", krr->krr->digest);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autofree char *list = krr_list_to_text(&krr->krr->lists[side]);

        json_text_member(writer, side == KRR_INITIATOR ? "initiator_list" : "receiver_list", list);
    }
    end(writer);
}

static void write_details(JsonWriter *writer, const AuditFinding *finding)
{
    const StoryFrame *first = story_frame_at(finding->frames, 0);
    const Capture *capture = g_ptr_array_index(writer->report->captures, first->capture - 1);

    begin(writer, "krraudit");
    json_id_member(writer, "finding", "finding", ++writer->findings);
    json_text_member(writer, "severity", krr_severity_name(finding->severity));
    json_bool_member(writer, "doubt", finding->doubt);
    if (writer->report->known) {
        json_text_member(writer, "state", report_state(writer->report, finding));
    }
    json_text_member(writer, "idri",
                     report_initiator(finding->negotiation, finding->offer, finding->krr));
    json_text_member(writer, "idrr",
                     report_receiver(finding->negotiation, finding->offer, finding->krr));
    json_id_member(writer, "negotiation", "negotiation",
                   finding->negotiation ? finding->negotiation->number : 0);
    if (finding->krr && !finding->krr->unreadable) {
        write_krr(writer, finding->krr);
    }
    json_text_member(writer, "capture", capture->path);
    json_text_member(writer, "capture_sha256", capture->result.sha256);
    json_frames_member(writer, "frames", finding->frames);
    end(writer);
}

static void write_finding(JsonWriter *writer, const AuditFinding *finding)
{
    json_time_member(writer, "@timestamp", true, story_frame_at(finding->frames, 0)->time_ns);
    json_text_member(writer, "message", finding->observed);
    write_event(writer, finding);
    write_rule(writer, &krr_rules[finding->rule]);
    write_details(writer, finding);
}

/* ---- captures ---- */

static void write_unread(JsonWriter *writer, const Capture *capture)
{
    const Unread *unread;

    json_member(writer, "unread");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; (unread = report_unread_at(capture, i)); i++) {
        g_autofree char *words = words_unread(unread);

        json_add_text(writer, words);
    }
    json_dumper_end_array(writer->json);
}

/* That there is no finding says nothing where nothing was read. */
static void write_capture(JsonWriter *writer, const Capture *capture)
{
    json_time_member(writer, "@timestamp", capture->result.has_time, capture->result.last_ns);
    begin(writer, "event");
    json_text_member(writer, "kind", "state");
    json_text_member(writer, "module", "krraudit");
    json_text_member(writer, "dataset", "krraudit.capture");
    json_text_member(writer, "outcome", capture->result.complete ? "success" : "failure");
    end(writer);
    begin(writer, "krraudit");
    json_text_member(writer, "capture", capture->path);
    json_text_member(writer, "capture_sha256", capture->result.sha256);
    json_int_member(writer, "frames_read", (gint64)capture->result.frames);
    json_text_member(writer, "error", capture->result.error);
    write_unread(writer, capture);
    end(writer);
}

/* ---- all of it ---- */

/* An object a line: a dumper writes one text. */
static void write_line(const Report *report, Output *out, guint *findings,
                       const AuditFinding *finding, const Capture *capture)
{
    json_dumper json = {.output_string = out->text};
    JsonWriter writer = {.report = report, .out = out, .json = &json, .findings = *findings};

    json_dumper_begin_object(&json);
    if (finding) {
        write_finding(&writer, finding);
    } else {
        write_capture(&writer, capture);
    }
    json_dumper_end_object(&json);
    json_dumper_finish(&json);
    *findings = writer.findings;
    output_flow(out);
}

void report_ndjson(const Report *report, const ReportStyle *style, Output *out)
{
    guint findings = 0;

    (void)style;
    for (guint i = 0; i < report->audit->findings->len; i++) {
        write_line(report, out, &findings, g_ptr_array_index(report->audit->findings, i), NULL);
    }
    for (guint i = 0; i < report->captures->len; i++) {
        write_line(report, out, &findings, NULL, g_ptr_array_index(report->captures, i));
    }
}
