/* report.h
 * All that a report is made of
 *
 * The same input gives the same octets: no clock, no host, no path but those that the user gave.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/report/known.h"
#include "core/audit/audit.h"

/** What the user asked for, as far as it has to do with what the report says. NULL: not given. */
typedef struct ReportOptions {
    const char *policy; /**< paths, as the user gave them */
    char **trust_anchors;
    const char *vocabulary;
    const char *tls_keys;
    char **decode_as; /**< as in EngineOptions */
    const char *capture_filter;
    char **only; /**< names of rules */
    char **skip; /**< likewise */
} ReportOptions;

/** Everything that a writer needs; it owns none of it. */
typedef struct Report {
    const char *wireshark; /**< version of libwireshark */
    const ReportOptions *options;
    const GPtrArray *captures; /**< of Capture, in the order given */
    const KmsPolicy *policy;
    const GPtrArray *preferences; /**< of EnginePreference, in the order set */
    const Ledger *ledger;
    const Audit *audit;
    const char *const *confinement; /**< see confinement_in_force() */
    const Known *known;             /**< of an earlier report; NULL: none was given */
} Report;

/** How a text report is to look; nothing that changes what it says. */
typedef struct ReportStyle {
    bool colour;             /**< escape sequences for a terminal */
    guint most_negotiations; /**< drawn in full by the forms for people; 0: all */
} ReportStyle;

/** Something that a limit made the audit leave out. */
typedef struct ReportOmission {
    const char *name; /**< in the JSON report */
    guint64 count;
    const char *what; /**< words behind the count. Static. */
} ReportOmission;

#define REPORT_N_OMISSIONS 5

/** Fills in all that can be left out. @return whether anything was left out, which only happens to
 *  hostile traffic */
bool report_omissions(const Report *report, ReportOmission omissions[REPORT_N_OMISSIONS]);

/** "new" or "known"; NULL where no earlier report was given. Static. */
const char *report_state(const Report *report, const AuditFinding *finding);

/** Who started what a finding or a row of the report is about: by the negotiation; where that does not know,
 *  by the offer or the KRR. Any of them may be NULL. @return as it was written; NULL: nobody knows */
const char *report_initiator(const StoryNegotiation *negotiation, const StoryOffer *offer,
                             const StoryKrr *krr);

/** Who was to receive it, likewise. */
const char *report_receiver(const StoryNegotiation *negotiation, const StoryOffer *offer,
                            const StoryKrr *krr);

/** Capture and frame as evidence is cited: "12", with several captures "2:12". To be freed. */
char *report_frame(const Report *report, const StoryFrame *frame);

/** The time of a frame as its capture has it: frames are put in order by corrected ones. */
gint64 report_shown_ns(const Report *report, StoryFrame frame);

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

/** Do ports tell the entities of a negotiation apart? They do where requests run from an address to
 *  itself, as on one machine. */
bool report_shows_ports(const StoryNegotiation *negotiation);

#endif
