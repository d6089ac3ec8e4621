/* kms-provision.h
 * Fills in from KMS certificates what the policy file does not state
 *
 * Internal to the policy; everybody else reads kms-policy.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_PROVISION_H
#define KMS_PROVISION_H

#include "core/policy/kms-policy-file.h"

/**
 * Fills file->certificates, [kms] and [kms-domain] from the certificates that the file names. What
 * the file states itself stays. Of [kms] provisioned, the KMS of the first Root certificate is the
 * home KMS, those of further ones are secondary, and those of External certificates external.
 * @param error  "line N: [group] key: what is wrong"
 */
bool kms_provision(KmsPolicyFile *file, GError **error);

#endif
