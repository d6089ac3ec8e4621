/* krr-tables.h
 * The tables among the preferences: KMSs, trust anchors, severities of rules
 *
 * Users edit them in dialogs; they are kept in files of the profile (krr_kms, krr_trust_anchors,
 * krr_rules), and can be given on the command line: -o 'uat:krr_kms:"sip:*","kms.example.org","home"'.
 * A row that is wrong is refused in the dialog, or where the file is read, and says why.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TABLES_H
#define KRR_TABLES_H

#include "core/policy/kms-policy.h"
#include "plugin/wireshark-compat.h"

/**
 * Registers the tables as preferences of a module.
 * @param changed  called when the rows of a table are others, also when its file has been read
 */
void krr_tables_register(module_t *module, void (*changed)(void));

/**
 * Lays the tables over a policy, which must know the names of all rules.
 * @param error  what is wrong with rows that are right one by one: one line that names the table
 * @return false with @p error set, and the other tables laid over the policy all the same
 */
bool krr_tables_apply(KmsPolicy *policy, GError **error);

#endif
