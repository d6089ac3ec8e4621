/* kms-grant.c
 * KMSs that users have beside what the policy file says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-grant.h"

#include "core/kms/kms-name.h"
#include "core/kms/kms-pattern.h"
#include "core/octets/kms-uri.h"
#include "core/policy/kms-policy-grammar.h"

/* Between the KMSs of a list in a policy file. No URI of a KMS holds one. */
#define LIST_SEPARATOR ';'

struct KmsGrants {
    GPtrArray *all;         /* of KmsGranted, each pattern once */
    KmsPatternIndex *index; /* users pattern -> KmsGranted */
};

static void granted_free(gpointer data)
{
    KmsGranted *granted = data;

    g_free(granted->users);
    for (KmsRole role = 0; role < KMS_ROLE_UNKNOWN; role++) {
        g_strfreev(granted->kms[role]);
    }
    g_free(granted);
}

void kms_grants_free(KmsGrants *grants)
{
    if (!grants) {
        return;
    }
    kms_pattern_index_free(grants->index);
    g_ptr_array_unref(grants->all);
    g_free(grants);
}

static KmsGranted *granted_to(const KmsGrants *grants, const char *users)
{
    for (guint i = 0; i < grants->all->len; i++) {
        KmsGranted *granted = g_ptr_array_index(grants->all, i);
        if (g_str_equal(granted->users, users)) {
            return granted;
        }
    }
    KmsGranted *granted = g_new0(KmsGranted, 1);
    granted->users = g_strdup(users);
    for (KmsRole role = 0; role < KMS_ROLE_UNKNOWN; role++) {
        granted->kms[role] = g_new0(char *, 1);
    }
    g_ptr_array_add(grants->all, granted);
    return granted;
}

bool kms_check_users(const char *pattern, GError **error)
{
    if (*pattern) {
        return kms_name_check(pattern, error);
    }
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                "names no user; \"*\" stands for all of them");
    return false;
}

bool kms_check_kms(const char *kms, GError **error)
{
    if (strchr(kms, LIST_SEPARATOR)) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                    "\"%s\" names several KMSs; each KMS needs a row of its own", kms);
        return false;
    }
    char **words = g_new0(char *, 2); /* empty text: no word, as in a file */
    words[0] = *kms ? g_strdup(kms) : NULL;
    g_autoptr(KmsValue) value =
        kms_value_new(kms_key_rule(KMS_GROUP_KMS, KMS_KEY_HOME), words, ".", error);
    return value != NULL;
}

static bool add_grant(KmsGrants *grants, const KmsGrant *grant, GError **error)
{
    if (!kms_check_users(grant->users, error) || !kms_check_kms(grant->kms, error)) {
        return false;
    }
    KmsGranted *granted = granted_to(grants, grant->users);
    char **home = granted->kms[KMS_ROLE_HOME];
    if (grant->role == KMS_ROLE_HOME && home[0] && !kms_uri_same(home[0], grant->kms)) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                    "%s: %s and %s, but a user has exactly one Primary Home KMS", grant->users,
                    home[0], grant->kms);
        return false;
    }
    if (!g_strv_contains((const char *const *)granted->kms[grant->role], grant->kms)) {
        granted->kms[grant->role] = kms_list_append(granted->kms[grant->role], grant->kms);
    }
    return true;
}

KmsGrants *kms_grants_new(const KmsGrant *list, guint n, GError **error)
{
    g_autoptr(KmsGrants) grants = g_new0(KmsGrants, 1);

    grants->all = g_ptr_array_new_with_free_func(granted_free);
    grants->index = kms_pattern_index_new();
    for (guint i = 0; i < n; i++) {
        if (!add_grant(grants, &list[i], error)) {
            return NULL;
        }
    }
    for (guint i = 0; i < grants->all->len; i++) {
        KmsGranted *granted = g_ptr_array_index(grants->all, i);
        kms_pattern_index_add(grants->index, granted->users, granted);
    }
    kms_pattern_index_sort(grants->index);
    return g_steal_pointer(&grants);
}

const KmsGranted *kms_grants_lookup(const KmsGrants *grants, const char *identity)
{
    return kms_pattern_index_lookup(grants->index, identity);
}

bool kms_check_grants(const KmsGrant *list, guint n, GError **error)
{
    g_autoptr(KmsGrants) grants = kms_grants_new(list, n, error);

    return grants != NULL;
}

void kms_grants_collect(const KmsGrants *grants, GHashTable *kms, GHashTable *identities)
{
    for (guint i = 0; i < grants->all->len; i++) {
        const KmsGranted *granted = g_ptr_array_index(grants->all, i);
        g_hash_table_add(identities, granted->users);
        for (KmsRole role = 0; role < KMS_ROLE_UNKNOWN; role++) {
            for (guint k = 0; granted->kms[role][k]; k++) {
                g_hash_table_add(kms, granted->kms[role][k]);
            }
        }
    }
}
