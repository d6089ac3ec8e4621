/* audit-findings.h
 * What an audit says: findings with their evidence, and what could not be judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef AUDIT_FINDINGS_H
#define AUDIT_FINDINGS_H

#include "core/rules/krr-rules.h"
#include "core/story/ledger.h"

/** A rule that fired, with its evidence. */
typedef struct AuditFinding {
    KrrRuleId rule;
    KrrSeverity severity;                /**< never OFF */
    bool doubt;                          /**< a note that it may be, with what would settle it */
    GRefString *expected;                /**< a sentence for people */
    GRefString *observed;                /**< a sentence for people */
    const StoryNegotiation *negotiation; /**< or NULL */
    const StoryKrr *krr;                 /**< or NULL */
    const StoryOffer *offer;             /**< or NULL */
    GArray *frames; /**< of StoryFrame, in order of time, once each; never empty */
} AuditFinding;

/** A rule that could not be judged, at all or in places. */
typedef struct AuditGap {
    KrrRuleId rule;
    char *reason; /**< a sentence for people */
} AuditGap;

/** About how much memory findings may take, MiB. An honest day stays far below. */
#define AUDIT_MAX_MIB 48

typedef struct Audit {
    GPtrArray *findings;                 /**< of AuditFinding, by first frame, then by rule */
    GPtrArray *not_evaluated;            /**< of AuditGap, by rule; a rule may stand there for
                                   several reasons */
    guint count[KRR_SEVERITY_ERROR + 1]; /**< findings by severity, with those that were left out */
    guint64 left_out;                    /**< findings for which there was no room: of the least
                                              grave ones those that came last */
} Audit;

#endif
