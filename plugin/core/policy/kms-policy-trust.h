/* kms-policy-trust.h
 * Whose certificates are believed, as the policy has it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_TRUST_H
#define KMS_POLICY_TRUST_H

#include "core/policy/kms-policy.h"
#include "core/trust/krr-trust.h"

/**
 * Reads the files that [trust] and the certificate of each [entity] name.
 * @param policy  must outlive the result
 * @param error   one line that begins with the file's name
 * @return NULL with @p error set
 */
KrrTrust *kms_policy_load_trust(const KmsPolicy *policy, GError **error);

#endif
