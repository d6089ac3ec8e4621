/* finding-groups.h
 * Findings that say the same of the same: one rule, one creator, the same lists
 *
 * A server that steers a thousand calls makes a thousand findings. Who reads a report wants one line for
 * them, with a sample.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FINDING_GROUPS_H
#define FINDING_GROUPS_H

#include "analyzer/report/report.h"

typedef struct FindingGroup {
    KrrRuleId rule;
    KrrSeverity severity;
    const char *creator; /**< of the KRR that they are about, as first written; NULL: of none */
    char *kms;           /**< what its lists leave, "ANY; kms.a, kms.b"; NULL: about no KRR */
    guint count;
    guint sample;     /**< place of the first among the audit's findings */
    StoryFrame first; /**< first frame of the first finding */
    StoryFrame last;  /**< and of the last one */
} FindingGroup;

/** All findings by rule, severity, creator and lists: of FindingGroup, the gravest first, then those
 *  with most findings, then by their first. Caller frees. */
GPtrArray *finding_groups(const Report *report);

#endif
