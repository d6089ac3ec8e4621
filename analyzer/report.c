/* report.c
 * What all forms of the report share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "report.h"

#include <string.h>

const ReportFormat report_formats[] = {
    {"text", report_text},
    {"json", report_json},
    {"csv", report_csv},
    {NULL, NULL},
};

const ReportFormat *report_format_lookup(const char *name)
{
    for (const ReportFormat *format = report_formats; format->name; format++) {
        if (strcmp(format->name, name) == 0)
            return format;
    }
    return NULL;
}

bool report_omissions(const Report *report, ReportOmission omissions[REPORT_N_OMISSIONS])
{
    LedgerOmissions ledger = ledger_omissions(report->ledger);
    guint64 findings = report->audit->left_out;
    const ReportOmission all[REPORT_N_OMISSIONS] = {
        {"krrs", ledger.krrs,
         "sightings of KRRs or unreadable bodies, of which " G_STRINGIFY(
             LEDGER_MAX_KRRS) " are kept, in " G_STRINGIFY(LEDGER_MAX_KRR_MIB) " MiB"},
        {"offers", ledger.offers,
         "offers, since more were open at once than " G_STRINGIFY(LEDGER_MAX_OFFERS)},
        {"transactions", ledger.legs,
         "transactions with offers or KRRs, of which " G_STRINGIFY(
             LEDGER_MAX_LEGS) " are kept, in " G_STRINGIFY(LEDGER_MAX_LEG_MIB) " MiB"},
        {"findings", findings,
         "findings, the last of the least grave: " G_STRINGIFY(
             AUDIT_MAX_MIB) " MiB of them are kept"},
    };

    memcpy(omissions, all, sizeof all);
    return ledger.krrs + ledger.offers + ledger.legs + findings > 0;
}

char *report_frame(const Report *report, const StoryFrame *frame)
{
    if (report->captures->len == 1)
        return g_strdup_printf("%" G_GUINT64_FORMAT, frame->number);
    return g_strdup_printf("%u:%" G_GUINT64_FORMAT, frame->capture, frame->number);
}

static bool is_missing(const Krr *krr, KrrElement element)
{
    if (element < KRR_N_VALUES)
        return !krr->values[element].text;
    return krr->lists[element - KRR_ELEMENT_INITIATOR_LIST].kind == KRR_LIST_MISSING;
}

const char **report_missing(const Krr *krr)
{
    const char **names = g_new0(const char *, KRR_N_REQUIRED + 1);
    guint n = 0;

    for (KrrElement element = 0; element < KRR_N_REQUIRED; element++) {
        if (is_missing(krr, element))
            names[n++] = krr_vocabulary_name(element);
    }
    return names;
}

bool report_signer_expired(const StoryKrr *krr)
{
    const KrrVerdict *verdict = &krr->krr->signature.verdict;

    return verdict->signer &&
           g_array_index(krr->frames, StoryFrame, 0).time_ns / G_GINT64_CONSTANT(1000000000) >
               verdict->not_after;
}
