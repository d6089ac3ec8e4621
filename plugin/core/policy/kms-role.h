/* kms-role.h
 * What a KMS is to a user
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_ROLE_H
#define KMS_ROLE_H

/** The kinds of KMS of clause 7.2.1.3.1.3. */
typedef enum KmsRole {
    KMS_ROLE_HOME,
    KMS_ROLE_SECONDARY,
    KMS_ROLE_EXTERNAL,
    KMS_ROLE_UNKNOWN /**< the policy knows the user's KMSs, and this is none of them */
} KmsRole;

#endif
