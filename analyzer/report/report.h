/* report.h
 * All that a report is made of, and the forms in which it can be written
 *
 * The same input gives the same octets: no clock, no host, no path but those that the user gave.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/process/output.h"
#include "core/audit/audit.h"

struct Options;

/** Everything that a writer needs; it owns none of it. */
typedef struct Report {
    const char *wireshark; /**< version of libwireshark */
    const struct Options *options;
    const GPtrArray *captures; /**< of Capture, in the order given */
    const KmsPolicy *policy;
    const GPtrArray *preferences; /**< of EnginePreference, in the order set */
    const Ledger *ledger;
    const Audit *audit;
} Report;

/** How a text report is to look; nothing that changes what it says. */
typedef struct ReportStyle {
    bool colour; /**< escape sequences for a terminal */
} ReportStyle;

/** A form of the report. */
typedef struct ReportFormat {
    const char *name; /**< as given to --format */
    void (*write)(const Report *report, const ReportStyle *style, Output *out);
} ReportFormat;

/** The first is the default; ends with a NULL name. */
extern const ReportFormat report_formats[];

/** The format with that name, or NULL. */
const ReportFormat *report_format_lookup(const char *name);

/* Each lets its text out as it is made: what a report takes does not grow with its length. */
void report_text(const Report *report, const ReportStyle *style, Output *out);
void report_json(const Report *report, const ReportStyle *style, Output *out);
void report_html(const Report *report, const ReportStyle *style, Output *out);
void report_csv(const Report *report, const ReportStyle *style, Output *out);

/** Something that a limit made the audit leave out. */
typedef struct ReportOmission {
    const char *name; /**< in the JSON report */
    guint64 count;
    const char *what; /**< words behind the count. Static. */
} ReportOmission;

#define REPORT_N_OMISSIONS 5

/** Fills in all that can be left out. @return whether anything was: no honest day comes to that */
bool report_omissions(const Report *report, ReportOmission omissions[REPORT_N_OMISSIONS]);

/** Capture and frame as evidence is cited: "12", with several captures "2:12". To be freed. */
char *report_frame(const Report *report, const StoryFrame *frame);

/** Were all captures read to their ends? */
bool report_complete(const Report *report);

/** A rule that fired with some severity, and how often. */
typedef struct ReportTally {
    KrrRuleId rule;
    KrrSeverity severity;
    GArray *findings; /**< of guint: places among the audit's findings */
} ReportTally;

/** All rules that fired, of ReportTally, the gravest first, then by rule. Caller frees. */
GPtrArray *report_tallies(const Report *report);

/** Rules that could not be judged for one reason. */
typedef struct ReportGap {
    const char *reason; /**< a sentence */
    GArray *rules;      /**< of KrrRuleId */
} ReportGap;

/** All that could not be judged, of ReportGap, a reason each. Caller frees. */
GPtrArray *report_gaps(const Report *report);

/** The KRRs that no negotiation shows, not even inside another KRR: of StoryKrr, by number. Caller
 *  frees. */
GPtrArray *report_other_krrs(const Report *report);

/** The canonical names of the required elements that a KRR lacks, NULL-terminated. Free the array
 *  with g_free(), not what is in it. */
const char **report_missing(const Krr *krr);

/** Had the signer's certificate expired when the KRR was first seen? */
bool report_signer_expired(const StoryKrr *krr);

#endif
