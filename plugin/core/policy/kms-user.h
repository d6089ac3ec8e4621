/* kms-user.h
 * What the policy comes to for one user
 *
 * Policy of the Home KMS: TR 33.880 clause 7.2.1.3.5.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_USER_H
#define KMS_USER_H

#include <stdbool.h>

#include <glib.h>

#include "core/policy/kms-domain.h"
#include "core/policy/kms-grant.h"
#include "core/policy/kms-role.h"

/** In which part a user appears: without [kms] users, every initiator is our own, no receiver is. */
typedef enum KmsUserPart { KMS_USER_INITIATOR, KMS_USER_RECEIVER } KmsUserPart;

/** KMSs of one kind that a user has, see kms_user_list_at(). */
typedef struct KmsUserList {
    char *const *stated;  /**< in the policy file; NULL: the file says nothing */
    char *const *granted; /**< beside the file; NULL: none */
} KmsUserList;

/** The effective policy for one user. What it points to belongs to the policy. */
typedef struct KmsUser {
    bool own;           /**< one of the auditor's own users: the switches below bind this user */
    bool knows_kms;     /**< the policy states at least one of the three lists for this user; then
                             a list that is not stated is empty */
    bool keyed_by_name; /**< its home KMS is stated for the user, not only for all of its domain */
    bool allow_krr, report_krr, require_signed_krr, request_unknown_certificates,
        hold_until_accepted;
    guint max_sub_krrs;
    const char *home; /**< NULL: not stated */
    KmsUserList secondary;
    KmsUserList external;
} KmsUser;

/** A user who is not known: has no KMS, and no switch demands anything. */
#define KMS_USER_NOBODY ((KmsUser){.allow_krr = true})

/** The KMS at that place of a list, counted from 0; NULL behind the last. Those that the file states
 *  come first. */
const char *kms_user_list_at(const KmsUserList *list, guint index);

/** What the KMS is to the user. URIs are compared octet by octet. UNKNOWN where !user->knows_kms. */
KmsRole kms_user_role(const KmsUser *user, const char *kms);

struct KmsPolicyFile;

/** All that decides about users. Only kms-policy.c uses this; other code calls kms_policy_user(). */
typedef struct KmsUsers KmsUsers;

/** All must outlive the result. */
KmsUsers *kms_users_new(const struct KmsPolicyFile *file, const KmsDomains *domains,
                        const KmsGrants *grants);
void kms_users_free(KmsUsers *users);

/** As kms_policy_user() has it. */
KmsUser kms_users_find(const KmsUsers *users, const char *identity, KmsUserPart part);

#endif
