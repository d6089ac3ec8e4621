/* report-csv.c
 * The report for spreadsheets and filters: a table, a row for each finding (RFC 4180)
 *
 * A table that holds findings alone cannot tell a clean capture from one that could not be read. So
 * behind the findings each negotiation, each capture, each rule that was not evaluated and whatever
 * was left out has a row as well; the first column tells them apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/report-csv.h"

#include <string.h>

#include "analyzer/capture/capture.h"
#include "analyzer/forms/csv-cell.h"
#include "analyzer/process/text.h"
#include "analyzer/report/finding-index.h"
#include "analyzer/report/unread-words.h"
#include "core/signature/krr-signature.h"

/* What a row is about. NULL, 0: nothing to be said of it. */
typedef struct Row {
    const Report *report;
    const char *kind;
    guint number; /* of the finding */
    const AuditFinding *finding;
    const KnownFinding *gone;
    const KrrRule *rule;
    const char *observed; /* raw */
    bool has_gravest;
    KrrSeverity gravest; /* of the findings in it; OFF: there are none */
    const StoryNegotiation *negotiation;
    const StoryKrr *krr;
    const StoryOffer *offer;
    const Capture *capture;
    const StoryFrame *first; /* when and where it begins */
    const GArray *frames;    /* of StoryFrame */
} Row;

/* A cell holds safe text only, see text_safe(). */
typedef struct Column {
    const char *name;
    void (*fill)(const Row *row, GString *cell);
} Column;

static void add_text(GString *cell, const char *raw)
{
    g_autofree char *safe = raw ? text_safe(raw, 0) : NULL;

    if (safe) {
        g_string_append(cell, safe);
    }
}

/* In a cell with several values, spaces stand between values, so no value may have one. */
static void add_item(GString *cell, const char *raw)
{
    g_autofree char *safe = text_safe(raw, 0);

    if (cell->len) {
        g_string_append_c(cell, ' ');
    }
    for (const char *p = safe; *p; p++) {
        if (*p == ' ') {
            g_string_append(cell, "\\x20");
        } else {
            g_string_append_c(cell, *p);
        }
    }
}

static void add_id(GString *cell, const char *kind, guint number)
{
    if (number) {
        g_string_append_printf(cell, "%s-%u", kind, number);
    }
}

static void add_time(GString *cell, bool known, gint64 ns)
{
    g_autofree char *text = known ? text_time(ns) : NULL;

    if (text) {
        g_string_append(cell, text);
    }
}

/* ---- what is in the columns ---- */

static void fill_row(const Row *row, GString *cell)
{
    g_string_append(cell, row->kind);
}

static void fill_finding(const Row *row, GString *cell)
{
    add_id(cell, "finding", row->number);
}

static void fill_severity(const Row *row, GString *cell)
{
    if (row->finding) {
        g_string_append(cell, krr_severity_name(row->finding->severity));
    } else if (row->gone) {
        add_text(cell, row->gone->severity);
    }
}

static void fill_rule(const Row *row, GString *cell)
{
    add_text(cell, row->rule ? row->rule->name : row->gone ? row->gone->rule : NULL);
}

static void fill_clause(const Row *row, GString *cell)
{
    add_text(cell, row->rule ? row->rule->clause : NULL);
}

static void fill_summary(const Row *row, GString *cell)
{
    add_text(cell, row->rule ? row->rule->summary : NULL);
}

static void fill_expected(const Row *row, GString *cell)
{
    add_text(cell, row->finding ? row->finding->expected : NULL);
}

static void fill_observed(const Row *row, GString *cell)
{
    add_text(cell, row->finding ? row->finding->observed : row->observed);
}

static void fill_gravest(const Row *row, GString *cell)
{
    if (row->has_gravest) {
        g_string_append(cell, row->gravest == KRR_SEVERITY_OFF ? "none"
                                                               : krr_severity_name(row->gravest));
    }
}

static void fill_negotiation(const Row *row, GString *cell)
{
    add_id(cell, "negotiation", row->negotiation ? row->negotiation->number : 0);
}

static void fill_outcome(const Row *row, GString *cell)
{
    if (row->negotiation) {
        g_string_append(cell, story_outcome_name(row->negotiation->outcome));
    }
}

static void fill_attempts(const Row *row, GString *cell)
{
    if (row->negotiation) {
        g_string_append_printf(cell, "%u", row->negotiation->attempts->len);
    }
}

static void fill_idri(const Row *row, GString *cell)
{
    add_text(cell, report_initiator(row->negotiation, row->offer, row->krr));
}

static void fill_idrr(const Row *row, GString *cell)
{
    add_text(cell, report_receiver(row->negotiation, row->offer, row->krr));
}

static void fill_key_purpose(const Row *row, GString *cell)
{
    if (row->negotiation && row->negotiation->purpose != STORY_PURPOSE_UNKNOWN) {
        g_string_append(cell, mikey_purpose_name(row->negotiation->purpose));
    } else if (row->offer) {
        g_string_append(cell, mikey_purpose_name(mikey_purpose(row->offer->facts->csb_id)));
    }
}

static void fill_krr(const Row *row, GString *cell)
{
    add_id(cell, "krr", row->krr ? row->krr->number : 0);
}

static void fill_creator(const Row *row, GString *cell)
{
    if (row->krr) {
        add_text(cell,
                 row->krr->unreadable ? "unknown" : krr_text(row->krr->krr, KRR_ELEMENT_CREATOR));
    }
}

static void fill_krr_time(const Row *row, GString *cell)
{
    if (row->krr) {
        add_time(cell, row->krr->krr->time_valid, row->krr->krr->time_ns);
    }
}

static void fill_signature(const Row *row, GString *cell)
{
    if (row->krr) {
        g_string_append(cell, krr_signature_status_name(row->krr->krr->signature.verdict.status));
    }
}

static void fill_signer(const Row *row, GString *cell)
{
    add_text(cell, row->krr ? row->krr->krr->signature.verdict.signer : NULL);
}

static void fill_list_kind(const Row *row, KrrSide side, GString *cell)
{
    if (row->krr) {
        g_string_append(cell, krr_list_kind_name(row->krr->krr->lists[side].kind));
    }
}

static void fill_list_kms(const Row *row, KrrSide side, GString *cell)
{
    const GPtrArray *kms = row->krr ? row->krr->krr->lists[side].kms : NULL;

    for (guint i = 0; kms && i < kms->len; i++) {
        const KrrValue *value = g_ptr_array_index(kms, i);

        add_item(cell, value->text ? value->text : "");
    }
}

static void fill_initiator_list(const Row *row, GString *cell)
{
    fill_list_kind(row, KRR_INITIATOR, cell);
}

static void fill_initiator_kms(const Row *row, GString *cell)
{
    fill_list_kms(row, KRR_INITIATOR, cell);
}

static void fill_receiver_list(const Row *row, GString *cell)
{
    fill_list_kind(row, KRR_RECEIVER, cell);
}

static void fill_receiver_kms(const Row *row, GString *cell)
{
    fill_list_kms(row, KRR_RECEIVER, cell);
}

static void fill_krr_digest(const Row *row, GString *cell)
{
    add_text(cell, row->krr ? row->krr->krr->digest : NULL);
}

static void fill_offer(const Row *row, GString *cell)
{
    add_id(cell, "offer", row->offer ? row->offer->number : 0);
}

/* What was offered: an offer says it, else the KRR that rejects it. */
static void fill_idrkmsi(const Row *row, GString *cell)
{
    if (row->offer) {
        add_text(cell, row->offer->facts->idrkmsi);
    } else if (row->krr) {
        add_text(cell, krr_text(row->krr->krr, KRR_ELEMENT_IDRKMSI));
    }
}

static void fill_idrkmsr(const Row *row, GString *cell)
{
    if (row->offer) {
        add_text(cell, row->offer->facts->idrkmsr);
    } else if (row->krr) {
        add_text(cell, krr_text(row->krr->krr, KRR_ELEMENT_IDRKMSR));
    }
}

static void fill_offer_digest(const Row *row, GString *cell)
{
    add_text(cell, row->offer ? row->offer->facts->digest : NULL);
}

static void fill_time(const Row *row, GString *cell)
{
    if (row->first) {
        add_time(cell, true, report_shown_ns(row->report, *row->first));
    } else if (row->capture) {
        add_time(cell, row->capture->result.has_time, row->capture->result.first_ns);
    }
}

static const Capture *capture_of(const Row *row)
{
    if (row->first) {
        return g_ptr_array_index(row->report->captures, row->first->capture - 1);
    }
    return row->capture;
}

static void fill_capture(const Row *row, GString *cell)
{
    const Capture *capture = capture_of(row);

    add_text(cell, capture ? capture->path : NULL);
}

static void fill_sha256(const Row *row, GString *cell)
{
    const Capture *capture = capture_of(row);

    add_text(cell, capture ? capture->result.sha256 : NULL);
}

static void fill_complete(const Row *row, GString *cell)
{
    const Capture *capture = capture_of(row);

    if (capture) {
        g_string_append(cell, capture->result.complete ? "yes" : "no");
    }
}

static void fill_frame(const Row *row, GString *cell)
{
    if (row->first) {
        g_string_append_printf(cell, "%" G_GUINT64_FORMAT, row->first->number);
    }
}

static void fill_frames(const Row *row, GString *cell)
{
    for (guint i = 0; row->frames && i < row->frames->len; i++) {
        const StoryFrame *frame = &g_array_index(row->frames, StoryFrame, i);
        g_autofree char *text = report_frame(row->report, frame);

        add_item(cell, text);
    }
}

static void fill_identity(const Row *row, GString *cell)
{
    g_autofree char *identity = row->finding ? finding_identity(row->finding) : NULL;

    if (identity || row->gone) {
        g_string_append(cell, identity ? identity : row->gone->identity);
    }
}

static void fill_state(const Row *row, GString *cell)
{
    const char *state = row->finding ? report_state(row->report, row->finding) : NULL;

    if (state || row->gone) {
        g_string_append(cell, state ? state : "gone");
    }
}

/* Scripts depend on names and order: what is new goes behind. */
static const Column columns[] = {
    {"row", fill_row},
    {"finding", fill_finding},
    {"severity", fill_severity},
    {"rule", fill_rule},
    {"clause", fill_clause},
    {"summary", fill_summary},
    {"expected", fill_expected},
    {"observed", fill_observed},
    {"gravest", fill_gravest},
    {"negotiation", fill_negotiation},
    {"outcome", fill_outcome},
    {"attempts", fill_attempts},
    {"idri", fill_idri},
    {"idrr", fill_idrr},
    {"key_purpose", fill_key_purpose},
    {"krr", fill_krr},
    {"creator", fill_creator},
    {"krr_time", fill_krr_time},
    {"signature", fill_signature},
    {"signer", fill_signer},
    {"initiator_list", fill_initiator_list},
    {"initiator_list_kms", fill_initiator_kms},
    {"receiver_list", fill_receiver_list},
    {"receiver_list_kms", fill_receiver_kms},
    {"krr_digest", fill_krr_digest},
    {"offer", fill_offer},
    {"idrkmsi", fill_idrkmsi},
    {"idrkmsr", fill_idrkmsr},
    {"offer_digest", fill_offer_digest},
    {"time", fill_time},
    {"capture", fill_capture},
    {"frame", fill_frame},
    {"frames", fill_frames},
    {"capture_sha256", fill_sha256},
    {"capture_complete", fill_complete},
    {"identity", fill_identity},
    {"state", fill_state},
};

static void write_row(const Row *row, Output *out)
{
    g_autoptr(GString) cell = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_string_truncate(cell, 0);
        columns[i].fill(row, cell);
        if (i) {
            g_string_append_c(out->text, ',');
        }
        csv_cell_append(out->text, cell->str);
    }
    g_string_append(out->text, "\r\n");
    output_flow(out);
}

static void write_names(Output *out)
{
    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_string_append_printf(out->text, "%s%s", i ? "," : "", columns[i].name);
    }
    g_string_append(out->text, "\r\n");
}

/* ---- rows ---- */

static void write_findings(const Report *report, Output *out)
{
    const GPtrArray *findings = report->audit->findings;

    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);
        const Row row = {
            .report = report,
            .kind = "finding",
            .number = i + 1,
            .finding = finding,
            .rule = &krr_rules[finding->rule],
            .negotiation = finding->negotiation,
            .krr = finding->krr,
            .offer = finding->offer && finding->offer->number ? finding->offer : NULL,
            .first = &g_array_index(finding->frames, StoryFrame, 0),
            .frames = finding->frames,
        };

        write_row(&row, out);
    }
}

static void write_negotiations(const Report *report, Output *out)
{
    const GPtrArray *negotiations = ledger_negotiations(report->ledger);
    g_autoptr(FindingIndex) index = finding_index_new(report->audit);

    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);
        const Row row = {
            .report = report,
            .kind = "negotiation",
            .has_gravest = true,
            .gravest = finding_index_gravest(index, negotiation),
            .negotiation = negotiation,
            .first = &negotiation->started,
        };

        write_row(&row, out);
    }
}

/* By index of the capture, less one: the gravest severity of a finding that cites it. */
static KrrSeverity *gravest_by_capture(const Report *report)
{
    KrrSeverity *gravest = g_new0(KrrSeverity, report->captures->len);

    for (guint i = 0; i < report->audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(report->audit->findings, i);

        for (guint k = 0; k < finding->frames->len; k++) {
            guint place = g_array_index(finding->frames, StoryFrame, k).capture - 1;

            gravest[place] = MAX(gravest[place], finding->severity);
        }
    }
    return gravest;
}

static void write_captures(const Report *report, Output *out)
{
    g_autofree KrrSeverity *gravest = gravest_by_capture(report);

    for (guint i = 0; i < report->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(report->captures, i);
        const Row row = {
            .report = report,
            .kind = "capture",
            .observed = capture->result.complete ? NULL : capture->result.error,
            .has_gravest = true,
            .gravest = gravest[i],
            .capture = capture,
        };

        write_row(&row, out);
    }
}

static void write_unread(const Report *report, Output *out)
{
    const Unread *unread;

    for (guint i = 0; i < report->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(report->captures, i);
        for (guint k = 0; (unread = report_unread_at(capture, k)); k++) {
            g_autofree char *words = words_unread(unread);
            g_autofree char *text =
                g_strdup_printf("%s. %s", words, words_unread_help(unread->kind));
            const Row row = {
                .report = report, .kind = "unread", .observed = text, .capture = capture};
            write_row(&row, out);
        }
    }
}

/* What the earlier report has and this audit has not. */
static void write_gone(const Report *report, Output *out)
{
    g_autoptr(GPtrArray) gone = report->known ? known_gone(report->known) : NULL;

    for (guint i = 0; gone && i < gone->len; i++) {
        const KnownFinding *finding = g_ptr_array_index(gone, i);
        const Row row = {
            .report = report, .kind = "gone", .gone = finding, .observed = finding->observed};

        write_row(&row, out);
    }
}

static void write_gaps(const Report *report, Output *out)
{
    const GPtrArray *gaps = report->audit->not_evaluated;

    for (guint i = 0; i < gaps->len; i++) {
        const AuditGap *gap = g_ptr_array_index(gaps, i);
        const Row row = {
            .report = report,
            .kind = "not-evaluated",
            .rule = &krr_rules[gap->rule],
            .observed = gap->reason,
        };

        write_row(&row, out);
    }
}

static void write_left_out(const Report *report, Output *out)
{
    ReportOmission omissions[REPORT_N_OMISSIONS];

    if (!report_omissions(report, omissions)) {
        return;
    }
    for (guint i = 0; i < REPORT_N_OMISSIONS; i++) {
        g_autofree char *text =
            g_strdup_printf("%" G_GUINT64_FORMAT " %s", omissions[i].count, omissions[i].what);
        const Row row = {.report = report, .kind = "left-out", .observed = text};

        if (omissions[i].count) {
            write_row(&row, out);
        }
    }
}

void report_csv(const Report *report, const ReportStyle *style, Output *out)
{
    (void)style;
    write_names(out);
    write_findings(report, out);
    write_gone(report, out);
    write_negotiations(report, out);
    write_captures(report, out);
    write_unread(report, out);
    write_gaps(report, out);
    write_left_out(report, out);
}
