/* kms-grant.h
 * KMSs that users have beside what the policy file says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_GRANT_H
#define KMS_GRANT_H

#include <stdbool.h>

#include <glib.h>

#include "core/policy/kms-role.h"

/** A KMS that the users of a pattern have, stated beside the policy file. */
typedef struct KmsGrant {
    const char *users; /**< an identity or a pattern of them */
    const char *kms;
    KmsRole role; /**< not UNKNOWN */
} KmsGrant;

/** Says what is wrong with an identity or a pattern of identities, as for [kms] users. */
bool kms_check_users(const char *pattern, GError **error);
/** Says what is wrong with the URI of a KMS, as for [kms] home. */
bool kms_check_kms(const char *kms, GError **error);
/** Says what is wrong with grants, one line: a name that is none, two home KMSs for one pattern. */
bool kms_check_grants(const KmsGrant *list, guint n, GError **error);

/** What was granted to the users of one pattern. */
typedef struct KmsGranted {
    char *users;                  /**< the pattern */
    char **kms[KMS_ROLE_UNKNOWN]; /**< by KmsRole; NULL-terminated, never NULL, one home at most */
} KmsGranted;

/** All grants. For the policy. */
typedef struct KmsGrants KmsGrants;

/**
 * @param list   copied
 * @param error  as kms_check_grants() has it
 * @return NULL with @p error set
 */
KmsGrants *kms_grants_new(const KmsGrant *list, guint n, GError **error);
void kms_grants_free(KmsGrants *grants);

/** What the most specific pattern that fits was granted, or NULL. */
const KmsGranted *kms_grants_lookup(const KmsGrants *grants, const char *identity);

/** Adds the names in the grants, borrowed, to two sets. */
void kms_grants_collect(const KmsGrants *grants, GHashTable *kms, GHashTable *identities);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsGrants, kms_grants_free)

#endif
