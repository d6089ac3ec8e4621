/* kms-policy-file.c
 * What a policy file states: its groups and their checked values
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy-file.h"

static void section_free(gpointer data)
{
    KmsSection *section = data;
    g_free(section->name);
    g_free(section->argument);
    g_ptr_array_unref(section->values);
    g_free(section);
}

KmsSection *kms_policy_file_add_bare(KmsPolicyFile *file, KmsGroup group, const char *name,
                                     const char *argument)
{
    KmsSection *section = g_new0(KmsSection, 1);
    section->group = group;
    section->name = g_strdup(name);
    section->argument = g_strdup(argument);
    section->values = g_ptr_array_new_with_free_func((GDestroyNotify)kms_value_free);
    g_ptr_array_add(file->sections[group], section);
    return section;
}

KmsValue *kms_section_value(const KmsSection *section, guint key)
{
    for (guint i = 0; i < section->values->len; i++) {
        KmsValue *value = g_ptr_array_index(section->values, i);
        if (value->key == key) {
            return value;
        }
    }
    return NULL;
}

char **kms_section_list(const KmsSection *section, guint key)
{
    const KmsValue *value = kms_section_value(section, key);
    return value ? value->meant : NULL;
}

char *kms_section_text(const KmsSection *section, guint key)
{
    const KmsValue *value = kms_section_value(section, key);
    return value ? value->meant[0] : NULL;
}

static void add_defaults(KmsSection *section)
{
    for (guint i = 0; i < kms_n_keys; i++) {
        const KmsKeyRule *rule = &kms_keys[i];
        if (rule->group != section->group || !rule->otherwise ||
            kms_section_value(section, rule->key)) {
            continue;
        }
        char **words = g_new0(char *, 2);
        if (*rule->otherwise) {
            words[0] = g_strdup(rule->otherwise);
        }
        KmsValue *value = kms_value_new(rule, words, ".", NULL);
        g_assert(value); /* the table is wrong otherwise */
        g_ptr_array_add(section->values, value);
    }
}

KmsSection *kms_policy_file_add_section(KmsPolicyFile *file, KmsGroup group, const char *argument)
{
    g_autofree char *name = g_strdup_printf("%s %s", kms_groups[group].name, argument);
    KmsSection *section = kms_policy_file_add_bare(file, group, name, argument);
    add_defaults(section);
    return section;
}

void kms_section_provide(KmsSection *section, KmsKey key, char **words)
{
    KmsValue *there = kms_section_value(section, key);
    if (there && there->stated) {
        g_strfreev(words);
        return;
    }
    KmsValue *value = kms_value_new(kms_key_rule(section->group, key), words, ".", NULL);
    g_assert(value); /* what certificates say was checked when they were read */
    g_ptr_array_remove(section->values, there);
    g_ptr_array_add(section->values, value);
}

void kms_policy_file_add_defaults(KmsPolicyFile *file)
{
    for (KmsGroup group = 0; group < KMS_N_GROUPS; group++) {
        for (guint i = 0; i < file->sections[group]->len; i++) {
            add_defaults(g_ptr_array_index(file->sections[group], i));
        }
    }
}

KmsPolicyFile *kms_policy_file_new_bare(const char *const *rule_names)
{
    KmsPolicyFile *file = g_new0(KmsPolicyFile, 1);
    file->certificates =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    file->rule_names = rule_names ? g_strdupv((char **)rule_names) : g_new0(char *, 1);
    for (KmsGroup group = 0; group < KMS_N_GROUPS; group++) {
        file->sections[group] = g_ptr_array_new_with_free_func(section_free);
        if (!kms_groups[group].argument) {
            kms_policy_file_add_bare(file, group, kms_groups[group].name, "");
        }
    }
    return file;
}

KmsPolicyFile *kms_policy_file_new(const char *const *rule_names)
{
    KmsPolicyFile *file = kms_policy_file_new_bare(rule_names);
    kms_policy_file_add_defaults(file);
    return file;
}

void kms_policy_file_free(KmsPolicyFile *file)
{
    if (!file) {
        return;
    }
    g_hash_table_unref(file->certificates);
    for (KmsGroup group = 0; group < KMS_N_GROUPS; group++) {
        g_ptr_array_unref(file->sections[group]);
    }
    g_strfreev(file->rule_names);
    g_free(file);
}

KmsSection *kms_policy_file_section(const KmsPolicyFile *file, KmsGroup group)
{
    return g_ptr_array_index(file->sections[group], 0);
}

guint kms_policy_file_rule(const KmsPolicyFile *file, const char *name)
{
    for (guint i = 0; file->rule_names[i]; i++) {
        if (g_str_equal(file->rule_names[i], name)) {
            return i;
        }
    }
    return G_MAXUINT;
}
