/* kms-overrides.c
 * What the command line and the preferences lay over a policy file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-overrides.h"

#include "core/policy/kms-policy-file.h"

/* A key of [policy]; it has a default, so there is always a value. */
static void set_number(const KmsPolicyFile *file, KmsKey key, guint number)
{
    KmsValue *value = kms_section_value(kms_policy_file_section(file, KMS_GROUP_POLICY), key);

    value->number = number;
    g_free(value->spelled[0]);
    g_free(value->meant[0]);
    value->spelled[0] = g_strdup_printf("%u", number);
    value->meant[0] = g_strdup(value->spelled[0]);
}

/* They have a default, so there is always a value. */
static void add_anchor(const KmsPolicyFile *file, const char *path)
{
    KmsValue *anchors =
        kms_section_value(kms_policy_file_section(file, KMS_GROUP_TRUST), KMS_KEY_ANCHORS);

    anchors->spelled = kms_list_append(anchors->spelled, path);
    anchors->meant = kms_list_append(anchors->meant, path);
}

static void set_severity(const KmsPolicyFile *file, const KmsSeverityOverride *override)
{
    KmsSection *section = kms_policy_file_section(file, KMS_GROUP_SEVERITY);
    guint rule = kms_policy_file_rule(file, override->rule_name);

    if (rule == G_MAXUINT) {
        return;
    }
    g_ptr_array_remove(section->values, kms_section_value(section, rule));
    if (override->severity) {
        char **words = kms_list_append(g_new0(char *, 1), override->severity);
        KmsValue *value =
            kms_value_new(kms_key_rule(KMS_GROUP_SEVERITY, KMS_KEY_SEVERITY), words, ".", NULL);
        g_assert(value); /* callers have severities from the catalogue of rules */
        value->key = rule;
        g_ptr_array_add(section->values, value);
    }
}

void kms_overrides_apply(const KmsOverrides *overrides, KmsPolicyFile *file)
{
    if (overrides->has_window) {
        set_number(file, KMS_KEY_WINDOW, overrides->window);
    }
    if (overrides->max_sub_krrs > 0) {
        set_number(file, KMS_KEY_MAX_SUB_KRRS, overrides->max_sub_krrs);
    }
    for (const char *const *path = overrides->trust_anchors; path && *path; path++) {
        add_anchor(file, *path);
    }
    for (guint i = 0; i < overrides->n_severities; i++) {
        set_severity(file, &overrides->severities[i]);
    }
}
