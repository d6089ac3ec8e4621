/* kms-known-names.c
 * Every KMS and every identity that a policy names, wherever it does
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-known-names.h"

#include <string.h>

#include "core/kms/kms-pattern.h"

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *sorted_keys(GHashTable *set)
{
    GPtrArray *sorted = g_ptr_array_new();
    GHashTableIter iter;
    gpointer text;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &text, NULL)) {
        g_ptr_array_add(sorted, text);
    }
    g_ptr_array_sort(sorted, compare_texts);
    return sorted;
}

/* What the values of a type name. */
enum KmsNaming { NAMES_KMS = 1, NAMES_IDENTITY = 2 };

static const guint type_names[KMS_N_TYPES] = {
    [KMS_TYPE_HOME] = NAMES_KMS,
    [KMS_TYPE_KMS_LIST] = NAMES_KMS,
    [KMS_TYPE_PATTERN_LIST] = NAMES_IDENTITY,
};

static const guint group_names[KMS_N_GROUPS] = {
    [KMS_GROUP_USER] = NAMES_IDENTITY,
    [KMS_GROUP_ENTITY] = NAMES_IDENTITY,
    [KMS_GROUP_KMS_DOMAIN] = NAMES_KMS,
};

static GHashTable *collect_names(const KmsPolicyFile *file, enum KmsNaming naming)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    for (KmsGroup group = 0; group < KMS_N_GROUPS; group++) {
        for (guint i = 0; i < file->sections[group]->len; i++) {
            const KmsSection *section = g_ptr_array_index(file->sections[group], i);
            if (group_names[group] == naming) {
                g_hash_table_add(names, section->argument);
            }
            for (guint k = 0; k < kms_n_keys; k++) {
                if (kms_keys[k].group != group || type_names[kms_keys[k].type] != naming) {
                    continue;
                }
                char *const *list = kms_section_list(section, kms_keys[k].key);
                for (guint n = 0; list && list[n]; n++) {
                    g_hash_table_add(names, list[n]);
                }
            }
        }
    }
    return names;
}

static GPtrArray *without_patterns(GPtrArray *identities)
{
    for (guint i = identities->len; i > 0; i--) {
        if (kms_pattern_is_pattern(g_ptr_array_index(identities, i - 1))) {
            g_ptr_array_remove_index(identities, i - 1);
        }
    }
    return identities;
}

void kms_known_names_collect(const KmsPolicyFile *file, const KmsGrants *grants, GPtrArray **kms,
                             GPtrArray **identities)
{
    g_autoptr(GHashTable) kms_names = collect_names(file, NAMES_KMS);
    g_autoptr(GHashTable) identity_names = collect_names(file, NAMES_IDENTITY);

    kms_grants_collect(grants, kms_names, identity_names);
    *kms = sorted_keys(kms_names);
    *identities = without_patterns(sorted_keys(identity_names));
}
