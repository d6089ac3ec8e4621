/* known.h
 * What an earlier report has found already: which findings are new since then, and which are gone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KNOWN_H
#define KNOWN_H

#include "core/rules/audit-findings.h"

/** A finding of the earlier report; texts as they stand there. */
typedef struct KnownFinding {
    char *identity;
    char *rule;
    char *severity;
    char *observed;
    bool seen; /**< it is in this audit, too */
} KnownFinding;

typedef struct Known Known;

/**
 * By what a finding is the same in another audit: its rule, who made the KRR, the two parties, the KMSs
 * that are left, and the digest of the KRR or of the offer. Numbers of frames are no part of it, so it
 * holds over files that were cut or merged in another way.
 * @return SHA-256 as 64 hex digits; caller frees
 */
char *finding_identity(const AuditFinding *finding);

/** An earlier report without findings. */
Known *known_new(void);
void known_free(Known *known);

/** Adds one; of several with one identity the first. @param finding  copied */
void known_add(Known *known, const KnownFinding *finding);

/** Marks those that this audit has found as well. To be called once. */
void known_match(Known *known, const Audit *audit);

/** Stands a finding of the audit in the earlier report? After known_match(). */
bool known_has(const Known *known, const AuditFinding *finding);

/** How many findings of the audit do. */
guint known_count(const Known *known);

/** What the earlier report has and this audit has not, of KnownFinding (borrowed), in the order of that
 *  report, each identity once. Caller frees the array. */
GPtrArray *known_gone(const Known *known);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Known, known_free)

#endif
