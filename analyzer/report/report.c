/* report.c
 * What all forms of the report share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/report.h"

#include <string.h>

#include "analyzer/capture/capture.h"

bool report_omissions(const Report *report, ReportOmission omissions[REPORT_N_OMISSIONS])
{
    LedgerOmissions ledger = ledger_omissions(report->ledger);
    guint64 findings = report->audit->left_out;
    const ReportOmission all[REPORT_N_OMISSIONS] = {
        {"krrs", ledger.krrs,
         "sightings of KRRs or unreadable bodies, of which " G_STRINGIFY(
             LEDGER_MAX_KRRS) " are kept, in " G_STRINGIFY(LEDGER_MAX_KRR_MIB) " MiB"},
        {"offers", ledger.offers,
         "offers or sightings of some, since more were open at once than " G_STRINGIFY(
             LEDGER_MAX_OFFERS) " or " G_STRINGIFY(LEDGER_MAX_OFFER_MIB) " MiB of them"},
        {"transactions", ledger.legs,
         "transactions with offers or KRRs, of which " G_STRINGIFY(
             LEDGER_MAX_LEGS) " are kept, in " G_STRINGIFY(LEDGER_MAX_LEG_MIB) " MiB"},
        {"kms_requests", ledger.kms_requests,
         "requests to a KMS, of which " G_STRINGIFY(
             KMS_TRAFFIC_MAX_EXCHANGES) " are kept, in " G_STRINGIFY(KMS_TRAFFIC_MAX_MIB) " MiB"},
        {"findings", findings,
         "findings, the last of the least grave: " G_STRINGIFY(
             AUDIT_MAX_MIB) " MiB of them are kept"},
    };

    memcpy(omissions, all, sizeof all);
    return ledger.krrs + ledger.offers + ledger.legs + ledger.kms_requests + findings > 0;
}

gint64 report_shown_ns(const Report *report, StoryFrame frame)
{
    const guint place = frame.capture - 1;
    const Capture *capture =
        place < report->captures->len ? g_ptr_array_index(report->captures, place) : NULL;

    return frame.time_ns - (capture ? story_clock_shift(capture->result.clock, frame.number) : 0);
}

bool report_complete(const Report *report)
{
    for (guint i = 0; i < report->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(report->captures, i);

        if (!capture->result.complete) {
            return false;
        }
    }
    return true;
}

static void tally_free(gpointer data)
{
    ReportTally *tally = data;

    g_array_unref(tally->findings);
    g_free(tally);
}

static ReportTally *tally_new(KrrRuleId rule, KrrSeverity severity)
{
    ReportTally *tally = g_new(ReportTally, 1);

    *tally = (ReportTally){rule, severity, g_array_new(FALSE, FALSE, sizeof(guint))};
    return tally;
}

GPtrArray *report_tallies(const Report *report)
{
    const GPtrArray *findings = report->audit->findings;
    GPtrArray *tallies = g_ptr_array_new_with_free_func(tally_free);
    ReportTally *by_kind[KRR_SEVERITY_ERROR + 1][KRR_N_RULES] = {0};

    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);
        ReportTally **tally = &by_kind[finding->severity][finding->rule];

        if (!*tally) {
            *tally = tally_new(finding->rule, finding->severity);
        }
        g_array_append_val((*tally)->findings, i);
    }
    for (KrrSeverity severity = KRR_SEVERITY_ERROR; severity > KRR_SEVERITY_OFF; severity--) {
        for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
            if (by_kind[severity][rule]) {
                g_ptr_array_add(tallies, by_kind[severity][rule]);
            }
        }
    }
    return tallies;
}

static void gap_free(gpointer data)
{
    ReportGap *gap = data;

    g_array_unref(gap->rules);
    g_free(gap);
}

GPtrArray *report_gaps(const Report *report)
{
    const GPtrArray *all = report->audit->not_evaluated;
    GPtrArray *gaps = g_ptr_array_new_with_free_func(gap_free);
    g_autoptr(GHashTable) by_reason = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < all->len; i++) {
        const AuditGap *one = g_ptr_array_index(all, i);
        ReportGap *gap = g_hash_table_lookup(by_reason, one->reason);

        if (!gap) {
            gap = g_new(ReportGap, 1);
            *gap = (ReportGap){one->reason, g_array_new(FALSE, FALSE, sizeof(KrrRuleId))};
            g_hash_table_insert(by_reason, one->reason, gap);
            g_ptr_array_add(gaps, gap);
        }
        g_array_append_val(gap->rules, one->rule);
    }
    return gaps;
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

                while (krr && g_hash_table_add(shown, (gpointer)krr)) {
                    krr = krr->embeds;
                }
            }
        }
    }
    return shown;
}

GPtrArray *report_other_krrs(const Report *report)
{
    const GPtrArray *krrs = ledger_krrs(report->ledger);
    g_autoptr(GHashTable) shown = shown_krrs(report);
    GPtrArray *others = g_ptr_array_new();

    for (guint i = 0; i < krrs->len; i++) {
        if (!g_hash_table_contains(shown, g_ptr_array_index(krrs, i))) {
            g_ptr_array_add(others, g_ptr_array_index(krrs, i));
        }
    }
    return others;
}

const char *report_state(const Report *report, const AuditFinding *finding)
{
    if (!report->known) {
        return NULL;
    }
    return known_has(report->known, finding) ? "known" : "new";
}

/* The first that is known. */
static const char *first_known(const char *by_negotiation, const char *by_offer,
                               const StoryKrr *krr, KrrElement element)
{
    const char *known = by_negotiation ? by_negotiation : by_offer;

    return known || !krr ? known : krr_text(krr->krr, element);
}

const char *report_initiator(const StoryNegotiation *negotiation, const StoryOffer *offer,
                             const StoryKrr *krr)
{
    return first_known(negotiation ? negotiation->idri : NULL, offer ? offer->idri : NULL, krr,
                       KRR_ELEMENT_IDRI);
}

const char *report_receiver(const StoryNegotiation *negotiation, const StoryOffer *offer,
                            const StoryKrr *krr)
{
    return first_known(negotiation ? negotiation->idrr : NULL, offer ? offer->idrr : NULL, krr,
                       KRR_ELEMENT_IDRR);
}

char *report_frame(const Report *report, const StoryFrame *frame)
{
    if (report->captures->len == 1) {
        return g_strdup_printf("%" G_GUINT64_FORMAT, frame->number);
    }
    return g_strdup_printf("%u:%" G_GUINT64_FORMAT, frame->capture, frame->number);
}

static bool is_missing(const Krr *krr, KrrElement element)
{
    if (element < KRR_N_VALUES) {
        return !krr->values[element].text;
    }
    return krr->lists[element - KRR_ELEMENT_INITIATOR_LIST].kind == KRR_LIST_MISSING;
}

const char **report_missing(const Krr *krr)
{
    const char **names = g_new0(const char *, KRR_N_REQUIRED + 1);
    guint n = 0;

    for (KrrElement element = 0; element < KRR_N_REQUIRED; element++) {
        if (is_missing(krr, element)) {
            names[n++] = krr_vocabulary_name(element);
        }
    }
    return names;
}

bool report_signer_expired(const StoryKrr *krr)
{
    const KrrVerdict *verdict = &krr->krr->signature.verdict;

    return verdict->signer &&
           g_array_index(krr->frames, StoryFrame, 0).time_ns / STORY_SECOND > verdict->not_after;
}

bool report_shows_ports(const StoryNegotiation *negotiation)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);

        for (guint k = 0; k < attempt->legs->len; k++) {
            const StoryLeg *leg = g_ptr_array_index(attempt->legs, k);

            if (strcmp(leg->source, leg->destination) == 0) {
                return true;
            }
        }
    }
    return false;
}
