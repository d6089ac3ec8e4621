/* audit.h
 * All rules over all that was seen: findings with their evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef AUDIT_H
#define AUDIT_H

#include "core/rules/audit-findings.h"

/**
 * Judges a finished ledger.
 * @param wanted  by KrrRuleId: rules to judge (--only, --skip); NULL: all. What is not wanted
 *                gives neither findings nor gaps.
 */
Audit *audit_new(const Ledger *ledger, const KmsPolicy *policy, const bool wanted[KRR_N_RULES]);
void audit_free(Audit *audit);

/** The gravest severity among the findings; OFF where there are none. */
KrrSeverity audit_gravest(const Audit *audit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Audit, audit_free)

#endif
