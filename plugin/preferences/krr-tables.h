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

/** What the tables lay over a policy file; good until a row changes. */
typedef struct KrrTables {
    KmsOverrides overrides; /**< which point into the arrays, and into the rows */
    GArray *grants;         /**< of KmsGrant */
    GArray *severities;     /**< of KmsSeverityOverride */
    GPtrArray *anchors;     /**< of char *, NULL-terminated */
} KrrTables;

/**
 * Reads the tables.
 * @param first_anchor  a file before those of the table of trust anchors; "": none
 * @param error         what is wrong with rows that are right one by one: one line that names the
 *                      table. What that table says is then left out.
 * @return never NULL
 */
KrrTables *krr_tables_read(const char *first_anchor, GError **error);
void krr_tables_free(KrrTables *tables);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrTables, krr_tables_free)

#endif
