/* kms-policy.c
 * The policy: what its file, and what was laid over it, come to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy.h"

#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"
#include "core/policy/kms-known-names.h"
#include "core/policy/kms-policy-file.h"
#include "core/policy/kms-policy-reader.h"

struct KmsPolicy {
    KmsPolicyFile *file;
    bool loaded;
    KmsGrants *grants;
    KmsDomains *domains;
    KmsEntities *entities;
    KmsUsers *users;
    GHashTable *kms_domains;     /* KMS -> KmsSection of [kms-domain] */
    GPtrArray *known_kms;        /* of char *, sorted, owned by the file and the grants */
    GPtrArray *known_identities; /* likewise */
    GHashTable *named;           /* set of char *, owned: these, canonical */
};

static GHashTable *index_identities(const GPtrArray *identities)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < identities->len; i++) {
        g_hash_table_add(index, mcx_identity_canonical(g_ptr_array_index(identities, i)));
    }
    return index;
}

static GHashTable *index_kms_domains(const GPtrArray *sections)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < sections->len; i++) {
        KmsSection *section = g_ptr_array_index(sections, i);
        g_hash_table_insert(index, kms_uri_canonical(section->argument), section);
    }
    return index;
}

/* Takes the file and the grants over. */
static KmsPolicy *policy_new(KmsPolicyFile *file, KmsGrants *grants)
{
    KmsPolicy *policy = g_new0(KmsPolicy, 1);

    policy->file = file;
    policy->grants = grants;
    policy->domains = kms_domains_new(file);
    policy->entities = kms_entities_new(file);
    policy->users = kms_users_new(file, policy->domains, grants);
    policy->kms_domains = index_kms_domains(file->sections[KMS_GROUP_KMS_DOMAIN]);
    kms_known_names_collect(file, grants, &policy->known_kms, &policy->known_identities);
    policy->named = index_identities(policy->known_identities);
    return policy;
}

KmsPolicy *kms_policy_new(void)
{
    return kms_policy_load(NULL, NULL, NULL, NULL);
}

KmsPolicy *kms_policy_load(const char *path, const char *const *rule_names,
                           const KmsOverrides *overrides, GError **error)
{
    static const KmsOverrides none;
    overrides = overrides ? overrides : &none;

    g_autoptr(KmsGrants) grants = kms_grants_new(overrides->grants, overrides->n_grants, error);
    if (!grants) {
        return NULL;
    }
    KmsPolicyFile *file =
        path ? kms_policy_file_read(path, rule_names, error) : kms_policy_file_new(rule_names);
    if (!file) {
        return NULL;
    }
    kms_overrides_apply(overrides, file);
    KmsPolicy *policy = policy_new(file, g_steal_pointer(&grants));
    policy->loaded = path != NULL;
    return policy;
}

void kms_policy_free(KmsPolicy *policy)
{
    if (!policy) {
        return;
    }
    g_ptr_array_unref(policy->known_kms);
    g_ptr_array_unref(policy->known_identities);
    g_hash_table_unref(policy->named);
    g_hash_table_unref(policy->kms_domains);
    kms_users_free(policy->users);
    kms_entities_free(policy->entities);
    kms_domains_free(policy->domains);
    kms_grants_free(policy->grants);
    kms_policy_file_free(policy->file);
    g_free(policy);
}

KmsUser kms_policy_user(const KmsPolicy *policy, const char *identity, KmsUserPart part)
{
    return kms_users_find(policy->users, identity, part);
}

const KmsDomain *kms_policy_domain_of_user(const KmsPolicy *policy, const char *identity)
{
    return kms_domains_of_user(policy->domains, identity);
}

const KmsDomain *kms_policy_domain_of_entity(const KmsPolicy *policy, const char *identity)
{
    return kms_domains_of_entity(policy->domains, identity);
}

bool kms_policy_names(const KmsPolicy *policy, const char *identity)
{
    g_autofree char *canonical = mcx_identity_canonical(identity);

    return g_hash_table_contains(policy->named, canonical);
}

const KmsDomain *kms_policy_domain(const KmsPolicy *policy, const char *name)
{
    return kms_domains_find(policy->domains, name);
}

const KmsEntity *kms_policy_entity(const KmsPolicy *policy, const char *identity)
{
    return kms_entities_find(policy->entities, identity);
}

const KmsEntity *kms_policy_entity_at(const KmsPolicy *policy, const char *address)
{
    return kms_entities_at(policy->entities, address);
}

const GPtrArray *kms_policy_entities(const KmsPolicy *policy)
{
    return kms_entities_all(policy->entities);
}

McxKeyPeriod kms_policy_key_period(const KmsPolicy *policy, const char *kms)
{
    g_autofree char *canonical = kms_uri_canonical(kms);
    const KmsSection *section = g_hash_table_lookup(policy->kms_domains, canonical);
    if (!section) {
        return (McxKeyPeriod){MCX_DEFAULT_KEY_PERIOD, MCX_DEFAULT_KEY_OFFSET};
    }
    return (McxKeyPeriod){kms_section_value(section, KMS_KEY_USER_KEY_PERIOD)->number,
                          kms_section_value(section, KMS_KEY_USER_KEY_OFFSET)->number};
}

const GPtrArray *kms_policy_certificates(const KmsPolicy *policy, const char *kms)
{
    return g_hash_table_lookup(policy->file->certificates, kms);
}

bool kms_policy_has_certificates(const KmsPolicy *policy)
{
    return g_hash_table_size(policy->file->certificates) > 0;
}

const GPtrArray *kms_policy_known_kms(const KmsPolicy *policy)
{
    return policy->known_kms;
}

const GPtrArray *kms_policy_known_identities(const KmsPolicy *policy)
{
    return policy->known_identities;
}

const char *kms_policy_severity(const KmsPolicy *policy, const char *rule_name)
{
    const KmsSection *section = kms_policy_file_section(policy->file, KMS_GROUP_SEVERITY);
    return kms_section_text(section, kms_policy_file_rule(policy->file, rule_name));
}

/* A key of [policy]; it has a default, so there is always one. */
static const KmsValue *policy_value(const KmsPolicy *policy, KmsKey key)
{
    return kms_section_value(kms_policy_file_section(policy->file, KMS_GROUP_POLICY), key);
}

guint kms_policy_clock_skew(const KmsPolicy *policy)
{
    return (guint)policy_value(policy, KMS_KEY_CLOCK_SKEW)->number;
}

guint kms_policy_window(const KmsPolicy *policy)
{
    return (guint)policy_value(policy, KMS_KEY_WINDOW)->number;
}

static const char *const *trust_list(const KmsPolicy *policy, KmsKey key)
{
    static const char *const none[] = {NULL};
    const KmsSection *trust = kms_policy_file_section(policy->file, KMS_GROUP_TRUST);
    char *const *list = kms_section_list(trust, key);

    return list ? (const char *const *)list : none;
}

const char *const *kms_policy_trust_anchors(const KmsPolicy *policy)
{
    return trust_list(policy, KMS_KEY_ANCHORS);
}

const char *const *kms_policy_trust_crls(const KmsPolicy *policy)
{
    return trust_list(policy, KMS_KEY_CRLS);
}

bool kms_policy_loaded(const KmsPolicy *policy)
{
    return policy->loaded;
}

static void visit_value(const KmsSection *section, const char *key, const KmsValue *value,
                        KmsPolicyVisitor visitor, gpointer data)
{
    if (value) {
        visitor(section->name, key, (const char *const *)value->spelled, value->is_list, data);
    }
}

static void visit_section(const KmsPolicy *policy, const KmsSection *section,
                          KmsPolicyVisitor visitor, gpointer data)
{
    char *const *rule_names = policy->file->rule_names;
    if (section->group == KMS_GROUP_SEVERITY) {
        for (guint i = 0; rule_names[i]; i++) {
            visit_value(section, rule_names[i], kms_section_value(section, i), visitor, data);
        }
        return;
    }
    for (guint i = 0; i < kms_n_keys; i++) {
        const KmsKeyRule *rule = &kms_keys[i];
        if (rule->group == section->group) {
            visit_value(section, rule->name, kms_section_value(section, rule->key), visitor, data);
        }
    }
}

void kms_policy_visit(const KmsPolicy *policy, KmsPolicyVisitor visitor, gpointer data)
{
    for (KmsGroup group = 0; group < KMS_N_GROUPS; group++) {
        const GPtrArray *sections = policy->file->sections[group];
        for (guint i = 0; i < sections->len; i++) {
            visit_section(policy, g_ptr_array_index(sections, i), visitor, data);
        }
    }
}

static void add_files(const KmsSection *section, const KmsKeyRule *rule, GPtrArray *files)
{
    const KmsValue *value = NULL;

    switch (rule->type) {
    case KMS_TYPE_PATH:
    case KMS_TYPE_PATH_LIST:
    case KMS_TYPE_CERTIFICATES:
    case KMS_TYPE_CERTIFICATE_LIST:
        value = rule->group == section->group ? kms_section_value(section, rule->key) : NULL;
        break;
    default:
        break;
    }
    for (char **path = value ? value->meant : NULL; path && *path; path++) {
        g_ptr_array_add(files, *path);
    }
}

GPtrArray *kms_policy_files(const KmsPolicy *policy)
{
    GPtrArray *files = g_ptr_array_new();

    for (KmsGroup group = 0; group < KMS_N_GROUPS; group++) {
        const GPtrArray *sections = policy->file->sections[group];
        for (guint i = 0; i < sections->len; i++) {
            for (guint key = 0; key < kms_n_keys; key++) {
                add_files(g_ptr_array_index(sections, i), &kms_keys[key], files);
            }
        }
    }
    return files;
}
