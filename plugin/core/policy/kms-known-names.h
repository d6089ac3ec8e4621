/* kms-known-names.h
 * Every KMS and every identity that a policy names, wherever it does
 *
 * Internal to the policy; everybody else reads kms-policy.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_KNOWN_NAMES_H
#define KMS_KNOWN_NAMES_H

#include "core/policy/kms-grant.h"
#include "core/policy/kms-policy-file.h"

/**
 * Collects the names, each once.
 * @param kms         out: of char *, sorted, owned by the file and the grants
 * @param identities  out: likewise; without patterns
 */
void kms_known_names_collect(const KmsPolicyFile *file, const KmsGrants *grants, GPtrArray **kms,
                             GPtrArray **identities);

#endif
