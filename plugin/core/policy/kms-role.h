/* kms-policy-private.h
 * What the files of the policy share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_PRIVATE_H
#define KMS_POLICY_PRIVATE_H

#include "core/policy/kms-pattern.h"
#include "core/policy/kms-policy-file.h"
#include "core/policy/kms-policy.h"

/** The effective users (kms-policy-user.c). */
typedef struct KmsUsers KmsUsers;

/** What was granted to the users of one pattern. */
typedef struct KmsGranted {
    char *users;                  /**< the pattern */
    char **kms[KMS_ROLE_UNKNOWN]; /**< by KmsRole; NULL-terminated, never NULL, one home at most */
} KmsGranted;

/** KMSs beside the policy file (kms-policy-grant.c). */
typedef struct KmsGrants KmsGrants;

struct KmsPolicy {
    KmsPolicyFile *file;
    bool loaded;
    char **none; /**< the empty list, for lists that are never NULL */

    GPtrArray *entities;             /**< of KmsEntity, in the order of the file */
    GPtrArray *domains;              /**< of KmsDomain, in the order of the file */
    KmsPatternIndex *entity_index;   /**< identity -> KmsEntity */
    GHashTable *entity_at;           /**< address -> KmsEntity */
    KmsPatternIndex *domain_of_user; /**< users pattern -> KmsDomain */
    KmsPatternIndex *own_users;      /**< [kms] users -> the policy; NULL: not stated */
    KmsPatternIndex *user_sections;  /**< identity -> KmsSection of [user] */
    GHashTable *kms_domains;         /**< KMS -> KmsSection of [kms-domain] */
    GPtrArray *known_kms;            /**< of char *, sorted, owned by the file */
    GPtrArray *known_identities;     /**< of char *, sorted, owned by the file */
    KmsGrants *grants;               /**< NULL: none */
    KmsUsers *users;
};

KmsUsers *kms_users_new(void);
void kms_users_free(KmsUsers *users);

/** Makes the users anew, where they are, after the policy changed. */
void kms_users_refresh(KmsPolicy *policy);

/** @return NULL with @p error set, as kms_policy_grant() does */
KmsGrants *kms_grants_new(const KmsGrant *list, guint n, GError **error);
void kms_grants_free(KmsGrants *grants);

/** What the most specific pattern that fits was granted, or NULL. @param grants  may be NULL */
const KmsGranted *kms_grants_lookup(const KmsGrants *grants, const char *identity);

/** Adds the names in the grants, borrowed, to sets that may be NULL. @param grants  may be NULL */
void kms_grants_collect(const KmsGrants *grants, GHashTable *kms, GHashTable *identities);

/** The list with a text more. @param list  taken over */
char **kms_list_append(char **list, const char *text);

#endif
