/* kms-policy.c
 * The policy: entities, domains, KMSs and what they are to each other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy-private.h"

#include <string.h>

#include <gio/gio.h>

#include "core/policy/kms-uri.h"

/* The list that a key states, or NULL. Lists live as long as the file. */
static char **stated_list(const KmsSection *section, KmsKey key)
{
    const KmsValue *value = kms_section_value(section, key);
    return value ? value->meant : NULL;
}

static char *stated_text(const KmsSection *section, KmsKey key)
{
    const KmsValue *value = kms_section_value(section, key);
    return value ? value->meant[0] : NULL;
}

static void add_entity(KmsPolicy *policy, const KmsSection *section)
{
    const KmsValue *role = kms_section_value(section, KMS_KEY_ROLE);
    char **addresses = stated_list(section, KMS_KEY_ADDRESSES);
    KmsEntity *entity = g_new(KmsEntity, 1);
    *entity = (KmsEntity){
        .identity = section->argument,
        .role = role ? (KmsEntityRole)role->number : KMS_ENTITY_ROLE_NOT_STATED,
        .domain = stated_text(section, KMS_KEY_DOMAIN),
        .addresses = addresses ? addresses : policy->none,
        .certificate = stated_text(section, KMS_KEY_CERTIFICATE),
    };
    g_ptr_array_add(policy->entities, entity);
    kms_pattern_index_add(policy->entity_index, entity->identity, entity);
    /* Two entities on one host are no mistake; the first in the file stands for the address. */
    for (guint i = 0; entity->addresses[i]; i++) {
        if (!g_hash_table_contains(policy->entity_at, entity->addresses[i])) {
            g_hash_table_insert(policy->entity_at, entity->addresses[i], entity);
        }
    }
}

static void add_domain(KmsPolicy *policy, const KmsSection *section)
{
    char **users = stated_list(section, KMS_KEY_USERS);
    KmsDomain *domain = g_new(KmsDomain, 1);
    *domain = (KmsDomain){
        .name = section->argument,
        .users = users ? users : policy->none,
        .kms = stated_list(section, KMS_KEY_KMS),
        .accepts = stated_list(section, KMS_KEY_ACCEPTS),
        .home = stated_text(section, KMS_KEY_HOME),
        .secondary = stated_list(section, KMS_KEY_SECONDARY),
        .external = stated_list(section, KMS_KEY_EXTERNAL),
    };
    g_ptr_array_add(policy->domains, domain);
    for (guint i = 0; domain->users[i]; i++) {
        kms_pattern_index_add(policy->domain_of_user, domain->users[i], domain);
    }
}

static void add_own_users(KmsPolicy *policy)
{
    const KmsSection *kms = kms_policy_file_section(policy->file, KMS_GROUP_KMS);
    char **users = stated_list(kms, KMS_KEY_USERS);
    if (!users) {
        return;
    }
    policy->own_users = kms_pattern_index_new();
    for (guint i = 0; users[i]; i++) {
        kms_pattern_index_add(policy->own_users, users[i], policy);
    }
    kms_pattern_index_sort(policy->own_users);
}

static void build_sections(KmsPolicy *policy, KmsGroup group,
                           void (*add)(KmsPolicy *policy, const KmsSection *section))
{
    const GPtrArray *sections = policy->file->sections[group];
    for (guint i = 0; i < sections->len; i++) {
        add(policy, g_ptr_array_index(sections, i));
    }
}

static void add_user_section(KmsPolicy *policy, const KmsSection *section)
{
    kms_pattern_index_add(policy->user_sections, section->argument, (gpointer)section);
}

static void add_kms_domain(KmsPolicy *policy, const KmsSection *section)
{
    g_hash_table_insert(policy->kms_domains, section->argument, (gpointer)section);
}

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

/* What kind of name the values of a type are; a sum of KmsNaming. */
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
                char **list = stated_list(section, kms_keys[k].key);
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

static void note_known(KmsPolicy *policy)
{
    g_autoptr(GHashTable) kms = collect_names(policy->file, NAMES_KMS);
    g_autoptr(GHashTable) identities = collect_names(policy->file, NAMES_IDENTITY);

    kms_grants_collect(policy->grants, kms, identities);
    g_clear_pointer(&policy->known_kms, g_ptr_array_unref);
    g_clear_pointer(&policy->known_identities, g_ptr_array_unref);
    policy->known_kms = sorted_keys(kms);
    policy->known_identities = without_patterns(sorted_keys(identities));
}

/* Takes the file over. */
static KmsPolicy *policy_new(KmsPolicyFile *file, bool loaded)
{
    KmsPolicy *policy = g_new0(KmsPolicy, 1);
    policy->file = file;
    policy->loaded = loaded;
    policy->none = g_new0(char *, 1);
    policy->entities = g_ptr_array_new_with_free_func(g_free);
    policy->domains = g_ptr_array_new_with_free_func(g_free);
    policy->entity_index = kms_pattern_index_new();
    policy->entity_at = g_hash_table_new(g_str_hash, g_str_equal);
    policy->domain_of_user = kms_pattern_index_new();
    policy->user_sections = kms_pattern_index_new();
    policy->kms_domains = g_hash_table_new(g_str_hash, g_str_equal);
    policy->users = kms_users_new();

    build_sections(policy, KMS_GROUP_USER, add_user_section);
    build_sections(policy, KMS_GROUP_ENTITY, add_entity);
    build_sections(policy, KMS_GROUP_DOMAIN, add_domain);
    build_sections(policy, KMS_GROUP_KMS_DOMAIN, add_kms_domain);
    add_own_users(policy);
    kms_pattern_index_sort(policy->user_sections);
    kms_pattern_index_sort(policy->entity_index);
    kms_pattern_index_sort(policy->domain_of_user);
    note_known(policy);
    return policy;
}

KmsPolicy *kms_policy_new(void)
{
    return policy_new(kms_policy_file_new(NULL), false);
}

KmsPolicy *kms_policy_load(const char *path, const char *const *rule_names, GError **error)
{
    KmsPolicyFile *file =
        path ? kms_policy_file_load(path, rule_names, error) : kms_policy_file_new(rule_names);
    return file ? policy_new(file, path != NULL) : NULL;
}

void kms_policy_free(KmsPolicy *policy)
{
    if (!policy) {
        return;
    }
    kms_users_free(policy->users);
    kms_pattern_index_free(policy->own_users);
    kms_pattern_index_free(policy->user_sections);
    kms_pattern_index_free(policy->entity_index);
    kms_pattern_index_free(policy->domain_of_user);
    g_hash_table_unref(policy->entity_at);
    g_hash_table_unref(policy->kms_domains);
    g_ptr_array_unref(policy->entities);
    g_ptr_array_unref(policy->domains);
    g_ptr_array_unref(policy->known_kms);
    g_ptr_array_unref(policy->known_identities);
    kms_grants_free(policy->grants);
    kms_policy_file_free(policy->file);
    g_free(policy->none);
    g_free(policy);
}

bool kms_policy_grant(KmsPolicy *policy, const KmsGrant *list, guint n, GError **error)
{
    KmsGrants *grants = kms_grants_new(list, n, error);

    if (!grants) {
        return false;
    }
    /* Who has been looked up was decided about under the former ones. */
    kms_users_free(policy->users);
    policy->users = kms_users_new();
    kms_grants_free(policy->grants);
    policy->grants = grants;
    note_known(policy);
    return true;
}

const KmsDomain *kms_policy_domain_of_user(const KmsPolicy *policy, const char *identity)
{
    return kms_pattern_index_lookup_identity(policy->domain_of_user, identity);
}

const KmsDomain *kms_policy_domain(const KmsPolicy *policy, const char *name)
{
    for (guint i = 0; i < policy->domains->len; i++) {
        const KmsDomain *domain = g_ptr_array_index(policy->domains, i);
        if (g_ascii_strcasecmp(domain->name, name) == 0) {
            return domain;
        }
    }
    return NULL;
}

static bool lists(char *const *list, const char *kms)
{
    return list && g_strv_contains((const char *const *)list, kms);
}

bool kms_domain_owns(const KmsDomain *domain, const char *kms)
{
    if (domain->kms) {
        return lists(domain->kms, kms);
    }
    gsize host_length;
    const char *host = kms_uri_host(kms, &host_length);
    gsize name_length = strlen(domain->name);
    if (host_length < name_length) {
        return false;
    }
    const char *tail = host + host_length - name_length;
    return g_ascii_strncasecmp(tail, domain->name, name_length) == 0 &&
           (tail == host || tail[-1] == '.');
}

const KmsDomain *kms_policy_domain_of_kms(const KmsPolicy *policy, const char *kms)
{
    /* A domain that lists the KMS goes before one that owns it by its name, and a subdomain before
     * the domain above it. */
    const KmsDomain *owner = NULL;
    for (guint i = 0; i < policy->domains->len; i++) {
        const KmsDomain *domain = g_ptr_array_index(policy->domains, i);
        if (!kms_domain_owns(domain, kms)) {
            continue;
        }
        if (domain->kms) {
            return domain;
        }
        if (!owner || strlen(domain->name) > strlen(owner->name)) {
            owner = domain;
        }
    }
    return owner;
}

const KmsEntity *kms_policy_entity(const KmsPolicy *policy, const char *identity)
{
    return kms_pattern_index_lookup_identity(policy->entity_index, identity);
}

const KmsEntity *kms_policy_entity_at(const KmsPolicy *policy, const char *address)
{
    g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(address);
    if (!parsed) {
        return NULL;
    }
    g_autofree char *text = g_inet_address_to_string(parsed);
    return g_hash_table_lookup(policy->entity_at, text);
}

const char *kms_entity_role_name(KmsEntityRole role)
{
    return role < KMS_ENTITY_ROLE_NOT_STATED ? kms_type_choices(KMS_TYPE_ROLE)[role] : "not stated";
}

McxKeyPeriod kms_policy_key_period(const KmsPolicy *policy, const char *kms)
{
    const KmsSection *section = g_hash_table_lookup(policy->kms_domains, kms);
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

/* The number of a rule's name, by which [severity] is kept; G_MAXUINT: no such name. */
static guint rule_number(const KmsPolicy *policy, const char *rule_name)
{
    for (guint i = 0; policy->file->rule_names[i]; i++) {
        if (g_str_equal(policy->file->rule_names[i], rule_name)) {
            return i;
        }
    }
    return G_MAXUINT;
}

const char *kms_policy_severity(const KmsPolicy *policy, const char *rule_name)
{
    const KmsSection *section = kms_policy_file_section(policy->file, KMS_GROUP_SEVERITY);
    const KmsValue *value = kms_section_value(section, rule_number(policy, rule_name));
    return value ? value->meant[0] : NULL;
}

bool kms_policy_set_severity(KmsPolicy *policy, const char *rule_name, const char *severity)
{
    KmsSection *section = kms_policy_file_section(policy->file, KMS_GROUP_SEVERITY);
    guint rule = rule_number(policy, rule_name);
    if (rule == G_MAXUINT) {
        return false;
    }
    g_ptr_array_remove(section->values, kms_section_value(section, rule));
    if (severity) {
        char **words = g_new0(char *, 2);
        words[0] = g_strdup(severity);
        KmsValue *value =
            kms_value_new(kms_key_rule(KMS_GROUP_SEVERITY, KMS_KEY_SEVERITY), words, ".", NULL);
        g_assert(value); /* the severities are ours */
        value->key = rule;
        g_ptr_array_add(section->values, value);
    }
    return true;
}

/* A key of [policy]; it has a default, so there is always one. */
static KmsValue *policy_value(const KmsPolicy *policy, KmsKey key)
{
    return kms_section_value(kms_policy_file_section(policy->file, KMS_GROUP_POLICY), key);
}

static void override(KmsPolicy *policy, KmsKey key, guint number)
{
    KmsValue *value = policy_value(policy, key);
    value->number = number;
    g_free(value->spelled[0]);
    g_free(value->meant[0]);
    value->spelled[0] = g_strdup_printf("%u", number);
    value->meant[0] = g_strdup(value->spelled[0]);
    kms_users_refresh(policy);
}

guint kms_policy_clock_skew(const KmsPolicy *policy)
{
    return (guint)policy_value(policy, KMS_KEY_CLOCK_SKEW)->number;
}

guint kms_policy_window(const KmsPolicy *policy)
{
    return (guint)policy_value(policy, KMS_KEY_WINDOW)->number;
}

void kms_policy_set_window(KmsPolicy *policy, guint seconds)
{
    override(policy, KMS_KEY_WINDOW, seconds);
}

void kms_policy_set_max_sub_krrs(KmsPolicy *policy, guint count)
{
    override(policy, KMS_KEY_MAX_SUB_KRRS, count);
}

/* It has a default, so there is always one. */
static KmsValue *anchors_value(const KmsPolicy *policy)
{
    return kms_section_value(kms_policy_file_section(policy->file, KMS_GROUP_TRUST),
                             KMS_KEY_ANCHORS);
}

const char *const *kms_policy_trust_anchors(const KmsPolicy *policy)
{
    return (const char *const *)anchors_value(policy)->meant;
}

const char *const *kms_policy_trust_crls(const KmsPolicy *policy)
{
    char **crls = stated_list(kms_policy_file_section(policy->file, KMS_GROUP_TRUST), KMS_KEY_CRLS);

    return (const char *const *)(crls ? crls : policy->none);
}

void kms_policy_add_trust_anchor(KmsPolicy *policy, const char *path)
{
    KmsValue *anchors = anchors_value(policy);

    anchors->spelled = kms_list_append(anchors->spelled, path);
    anchors->meant = kms_list_append(anchors->meant, path);
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
