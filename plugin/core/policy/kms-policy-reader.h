/* kms-policy-reader.h
 * Reads a policy file and checks it
 *
 * Internal to the policy; everybody else reads kms-policy.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_READER_H
#define KMS_POLICY_READER_H

#include "core/policy/kms-policy-file.h"

/** Reads and checks a file, and the KMS certificates that it names; errors as kms_policy_load() has
 *  them. */
KmsPolicyFile *kms_policy_file_read(const char *path, const char *const *rule_names,
                                    GError **error);

#endif
