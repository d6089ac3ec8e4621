/* kms-overrides.h
 * What the command line and the preferences lay over a policy file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_OVERRIDES_H
#define KMS_OVERRIDES_H

#include <stdbool.h>

#include "core/policy/kms-grant.h"

/** A severity that replaces what [severity] says of a rule. */
typedef struct KmsSeverityOverride {
    const char *rule_name; /**< a name that is not among the policy's rule names is ignored */
    const char *severity;  /**< NULL: none is stated */
} KmsSeverityOverride;

/** All zero: nothing is laid over the file. */
typedef struct KmsOverrides {
    bool has_window;
    guint window;                     /**< [policy] window, seconds */
    guint max_sub_krrs;               /**< [policy] max-sub-krrs; 0: what the file says. A [user]
                                           that states max-sub-krrs keeps its own. */
    const char *const *trust_anchors; /**< files beside those of [trust] anchors, NULL-terminated;
                                           NULL: none */
    const KmsSeverityOverride *severities;
    guint n_severities;
    const KmsGrant *grants; /**< Of several patterns that fit a user the most specific counts, as
                                 for [user]; grants with the same pattern go together. A home KMS
                                 takes the place of the file's; secondary and external ones come
                                 beside the file's. */
    guint n_grants;
} KmsOverrides;

struct KmsPolicyFile;

/** Lays everything but the grants over a file. For kms-policy.c. */
void kms_overrides_apply(const KmsOverrides *overrides, struct KmsPolicyFile *file);

#endif
