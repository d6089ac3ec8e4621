/* kms-policy-file.h
 * What a policy file states: its groups and their checked values
 *
 * Internal to the policy; everybody else reads kms-policy.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_FILE_H
#define KMS_POLICY_FILE_H

#include "core/policy/kms-policy-grammar.h"

/** One group of the file. */
typedef struct KmsSection {
    KmsGroup group;
    char *name;        /**< as it stands between the brackets */
    char *argument;    /**< what follows the first word; "" where nothing does */
    GPtrArray *values; /**< of KmsValue: those stated and the defaults of the others */
} KmsSection;

typedef struct KmsPolicyFile {
    GPtrArray *sections[KMS_N_GROUPS]; /**< of KmsSection, in the order of the file; groups that
                                            stand once are always there */
    char **rule_names;                 /**< that [severity] may name; never NULL */
    GHashTable *certificates;          /**< KMS -> GPtrArray of KmsCertificate, in the order of the
                                            file; owned by the values */
} KmsPolicyFile;

/** A file that states nothing: each group that can stand only once, with its defaults. */
KmsPolicyFile *kms_policy_file_new(const char *const *rule_names);

/** The same without the defaults, for what is going to be read. */
KmsPolicyFile *kms_policy_file_new_bare(const char *const *rule_names);

void kms_policy_file_free(KmsPolicyFile *file);

/** Adds a group that is being read. @param name  all that stands between the brackets */
KmsSection *kms_policy_file_add_bare(KmsPolicyFile *file, KmsGroup group, const char *name,
                                     const char *argument);

/** Gives the defaults to all groups, once they have been read. */
void kms_policy_file_add_defaults(KmsPolicyFile *file);

/** Adds a group that is not in the file, with its defaults. */
KmsSection *kms_policy_file_add_section(KmsPolicyFile *file, KmsGroup group, const char *argument);

/** A group that can stand only once, such as [policy]. */
KmsSection *kms_policy_file_section(const KmsPolicyFile *file, KmsGroup group);

/** The index of a rule's name, by which [severity] keeps its values; G_MAXUINT: no such rule. */
guint kms_policy_file_rule(const KmsPolicyFile *file, const char *name);

/** The value of a key, stated or a default; NULL where there is neither. */
KmsValue *kms_section_value(const KmsSection *section, guint key);
/** What the value of a key means, a list or one text; NULL where there is none. Live as long as the
 *  file. */
char **kms_section_list(const KmsSection *section, guint key);
char *kms_section_text(const KmsSection *section, guint key);

/** Gives a value to a key that the file does not state. @param words  taken over */
void kms_section_provide(KmsSection *section, KmsKey key, char **words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsPolicyFile, kms_policy_file_free)

#endif
