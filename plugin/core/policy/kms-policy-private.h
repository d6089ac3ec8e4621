/* kms-policy-private.h
 * What the files of the policy share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_PRIVATE_H
#define KMS_POLICY_PRIVATE_H

#include "kms-pattern.h"
#include "kms-policy-file.h"
#include "kms-policy.h"

/** The effective users (kms-policy-user.c). */
typedef struct KmsUsers KmsUsers;

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
    KmsUsers *users;
};

KmsUsers *kms_users_new(void);
void kms_users_free(KmsUsers *users);

/** Makes the users anew, where they are, after the policy changed. */
void kms_users_refresh(KmsPolicy *policy);

#endif
