/* kms-policy-grammar.h
 * The grammar of the policy file, as data: its groups, its keys, what their values may be
 *
 * Internal to the policy; everybody else reads kms-policy.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_GRAMMAR_H
#define KMS_POLICY_GRAMMAR_H

#include <stdbool.h>

#include <glib.h>

/** In the order in which the effective policy is reported. */
typedef enum KmsGroup {
    KMS_GROUP_POLICY,
    KMS_GROUP_KMS,
    KMS_GROUP_USER,
    KMS_GROUP_ENTITY,
    KMS_GROUP_DOMAIN,
    KMS_GROUP_KMS_DOMAIN,
    KMS_GROUP_TRUST,
    KMS_GROUP_SEVERITY,
    KMS_N_GROUPS
} KmsGroup;

/** What a key says; the same in whichever group it stands. */
typedef enum KmsKey {
    KMS_KEY_ALLOW_KRR,
    KMS_KEY_REPORT_KRR,
    KMS_KEY_REQUIRE_SIGNED_KRR,
    KMS_KEY_REQUEST_UNKNOWN_CERTIFICATES,
    KMS_KEY_HOLD_UNTIL_ACCEPTED,
    KMS_KEY_MAX_SUB_KRRS,
    KMS_KEY_CLOCK_SKEW,
    KMS_KEY_WINDOW,
    KMS_KEY_USERS,
    KMS_KEY_HOME,
    KMS_KEY_SECONDARY,
    KMS_KEY_EXTERNAL,
    KMS_KEY_PROVISIONED,
    KMS_KEY_ROLE,
    KMS_KEY_DOMAIN,
    KMS_KEY_ADDRESSES,
    KMS_KEY_CERTIFICATE,
    KMS_KEY_KMS,
    KMS_KEY_ACCEPTS,
    KMS_KEY_USER_KEY_PERIOD,
    KMS_KEY_USER_KEY_OFFSET,
    KMS_KEY_ANCHORS,
    KMS_KEY_CRLS,
    KMS_KEY_SEVERITY, /**< of [severity], where the keys are names of rules */
    KMS_N_KEYS
} KmsKey;

typedef enum KmsType {
    KMS_TYPE_YES_NO,
    KMS_TYPE_COUNT,
    KMS_TYPE_SECONDS,
    KMS_TYPE_KEY_PERIOD, /**< seconds, not 0 */
    KMS_TYPE_KEY_OFFSET, /**< seconds */
    KMS_TYPE_DOMAIN_NAME,
    KMS_TYPE_HOME, /**< exactly one KMS URI */
    KMS_TYPE_KMS_LIST,
    KMS_TYPE_PATTERN_LIST, /**< identities, or patterns of them */
    KMS_TYPE_ADDRESS_LIST,
    KMS_TYPE_PATH, /**< of a file that can be read */
    KMS_TYPE_PATH_LIST,
    KMS_TYPE_CERTIFICATES,     /**< path of a file with KMS certificates */
    KMS_TYPE_CERTIFICATE_LIST, /**< paths of such files */
    KMS_TYPE_ROLE,             /**< names of KmsEntityRole, in its order */
    KMS_TYPE_SEVERITY,
    KMS_N_TYPES
} KmsType;

typedef struct KmsGroupRule {
    const char *name;     /**< first word of the group's name */
    const char *argument; /**< example of what follows it; NULL: nothing does, and the group
                               stands once */
    bool any_case;        /**< the argument is the same in upper and lower case */
} KmsGroupRule;

/** A key that may stand in a group. */
typedef struct KmsKeyRule {
    KmsGroup group;
    KmsKey key;
    const char *name; /**< NULL: any name of a rule */
    KmsType type;
    const char *otherwise; /**< the value where the key is not stated; NULL: none */
} KmsKeyRule;

/** What stands after a key. */
typedef struct KmsValue {
    guint key;   /**< KmsKey; in [severity] the index of the rule's name */
    bool stated; /**< in the file; false: a default, or told by a certificate */
    guint line;  /**< where it stands in the file; 0: it does not */
    bool is_list;
    char **spelled;          /**< as in the file; NULL-terminated */
    char **meant;            /**< paths resolved, addresses in one form, else as spelled */
    guint64 number;          /**< of a number; index of a yes/no (yes is 1), role or severity */
    GPtrArray *certificates; /**< of KmsCertificate, in its files; NULL: not of such a type */
} KmsValue;

extern const KmsGroupRule kms_groups[KMS_N_GROUPS];

/** The group with that first word, or KMS_N_GROUPS. */
KmsGroup kms_group_lookup(const char *name);

/** The keys of all groups, in the order in which they are reported. */
extern const KmsKeyRule kms_keys[];
extern const guint kms_n_keys;

/** The rule for a key of a group, or NULL. @p name is not looked at in [severity]. */
const KmsKeyRule *kms_key_lookup(KmsGroup group, const char *name);

/** The rule for a key that the group knows. */
const KmsKeyRule *kms_key_rule(KmsGroup group, KmsKey key);

/** Is the value split at ";"? */
bool kms_type_splits(KmsType type);

/** Words that a value of the type chooses from, NULL-terminated; NULL: no such type. */
const char *const *kms_type_choices(KmsType type);

/**
 * Reads a value.
 * @param words   what stands after the key, split if the type splits, without outer white space
 *                and empty words; taken over
 * @param folder  that paths are relative to
 * @param error   what is wrong, without line and key
 */
KmsValue *kms_value_new(const KmsKeyRule *rule, char **words, const char *folder, GError **error);
void kms_value_free(KmsValue *value);

/** The list with a text more. @param list  NULL-terminated; taken over */
char **kms_list_append(char **list, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsValue, kms_value_free)

#endif
