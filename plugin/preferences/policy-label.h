/* policy-label.h
 * Which policy is in force, in words for whoever looks at what it judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef POLICY_LABEL_H
#define POLICY_LABEL_H

#include <stdbool.h>

#include "core/policy/kms-policy.h"

/** What POLICY_LABEL_NONE is the name of: rules that need a policy are not judged. */
#define POLICY_LABEL_NONE "none"

/** Which policy it is, and which state of its file was read. */
typedef struct PolicyLabel {
    char *name;        /**< of the file, without its folder; POLICY_LABEL_NONE: there is no file */
    char *digest;      /**< SHA-256 of the file, in hexadecimal; NULL: no file, or no regular one */
    char *users;       /**< whom [policy] and [kms] bind: patterns, or words */
    char *path;        /**< NULL: there is no file */
    gint64 changed_ns; /**< when the file was changed last before it was read */
    guint64 size;      /**< of the file, octets */
} PolicyLabel;

/**
 * @param path    of the file that the policy was read from; NULL: none, or one that cannot be used
 * @param policy  what was read
 */
PolicyLabel *policy_label_new(const char *path, const KmsPolicy *policy);
void policy_label_free(PolicyLabel *label);

/** Is the file another one by now than the one that was read? That it is gone counts as well. */
bool policy_label_is_outdated(const PolicyLabel *label);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyLabel, policy_label_free)

#endif
