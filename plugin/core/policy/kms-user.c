/* kms-policy-user.c
 * The effective policy for one user
 *
 * It is decided by four things: is the user our own, which [domain] is he of, which [user] group is
 * his, what was granted to him beside the file. There are few combinations of these and any number
 * of identities in a capture, so a KmsUser is made once for each combination and stays; identities
 * only point to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy-private.h"

#include <string.h>

#define MAX_REMEMBERED        65536
#define MAX_REMEMBERED_LENGTH 1024 /* octets of an identity: longer ones cost time, not memory */

/* What decides about a user, and what comes of it. */
typedef struct UserCase {
    bool own;
    const KmsDomain *domain;            /* NULL for users of no domain, own by [kms] users */
    const KmsSection *section;          /* the [user] group, or NULL */
    const KmsGranted *granted;          /* or NULL */
    char **own_lists[KMS_ROLE_UNKNOWN]; /* by KmsRole; those of the user that were put together */
    KmsUser user;
} UserCase;

struct KmsUsers {
    GHashTable *cases;                             /* UserCase, by what decides */
    GHashTable *remembered[KMS_USER_RECEIVER + 1]; /* identity -> UserCase, by part */
};

/* Where a switch goes. */
static const struct {
    KmsKey key;
    gsize offset;
} switches[] = {
    {KMS_KEY_ALLOW_KRR, offsetof(KmsUser, allow_krr)},
    {KMS_KEY_REPORT_KRR, offsetof(KmsUser, report_krr)},
    {KMS_KEY_REQUIRE_SIGNED_KRR, offsetof(KmsUser, require_signed_krr)},
    {KMS_KEY_REQUEST_UNKNOWN_CERTIFICATES, offsetof(KmsUser, request_unknown_certificates)},
    {KMS_KEY_HOLD_UNTIL_ACCEPTED, offsetof(KmsUser, hold_until_accepted)},
};

static guint case_hash(gconstpointer data)
{
    const UserCase *c = data;
    return (g_direct_hash(c->domain) * 31 + g_direct_hash(c->section)) * 31 +
           g_direct_hash(c->granted) + c->own;
}

static gboolean case_equal(gconstpointer a, gconstpointer b)
{
    const UserCase *one = a, *other = b;
    return one->own == other->own && one->domain == other->domain &&
           one->section == other->section && one->granted == other->granted;
}

static void free_lists(UserCase *c)
{
    for (KmsRole role = 0; role < KMS_ROLE_UNKNOWN; role++) {
        g_clear_pointer(&c->own_lists[role], g_strfreev);
    }
}

static void case_free(gpointer data)
{
    free_lists(data);
    g_free(data);
}

KmsUsers *kms_users_new(void)
{
    KmsUsers *users = g_new0(KmsUsers, 1);
    users->cases = g_hash_table_new_full(case_hash, case_equal, case_free, NULL);
    for (guint part = 0; part < G_N_ELEMENTS(users->remembered); part++) {
        users->remembered[part] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    return users;
}

void kms_users_free(KmsUsers *users)
{
    for (guint part = 0; part < G_N_ELEMENTS(users->remembered); part++) {
        g_hash_table_unref(users->remembered[part]);
    }
    g_hash_table_unref(users->cases);
    g_free(users);
}

/* The keys that a group states take the place of what was there. */
static void overlay(KmsUser *user, const KmsSection *section)
{
    const KmsValue *value;
    for (guint i = 0; i < G_N_ELEMENTS(switches); i++) {
        if ((value = kms_section_value(section, switches[i].key))) {
            G_STRUCT_MEMBER(bool, user, switches[i].offset) = value->number != 0;
        }
    }
    if ((value = kms_section_value(section, KMS_KEY_MAX_SUB_KRRS))) {
        user->max_sub_krrs = (guint)value->number;
    }
    if ((value = kms_section_value(section, KMS_KEY_HOME))) {
        user->home = value->meant[0];
    }
    if ((value = kms_section_value(section, KMS_KEY_SECONDARY))) {
        user->secondary = value->meant;
    }
    if ((value = kms_section_value(section, KMS_KEY_EXTERNAL))) {
        user->external = value->meant;
    }
}

/* A list of the user and what was granted beside it. */
static char **joined(UserCase *c, KmsRole role, char **list)
{
    char **granted = c->granted->kms[role];
    if (!granted[0]) {
        return list;
    }
    c->own_lists[role] = list ? g_strdupv(list) : g_new0(char *, 1);
    for (guint i = 0; granted[i]; i++) {
        if (!g_strv_contains((const char *const *)c->own_lists[role], granted[i])) {
            c->own_lists[role] = kms_list_append(c->own_lists[role], granted[i]);
        }
    }
    return c->own_lists[role];
}

static void add_granted(UserCase *c, KmsUser *user)
{
    if (c->granted->kms[KMS_ROLE_HOME][0]) {
        user->home = c->granted->kms[KMS_ROLE_HOME][0];
    }
    user->secondary = joined(c, KMS_ROLE_SECONDARY, user->secondary);
    user->external = joined(c, KMS_ROLE_EXTERNAL, user->external);
}

static void build(const KmsPolicy *policy, UserCase *c)
{
    free_lists(c);
    const KmsSection *ours = kms_policy_file_section(policy->file, KMS_GROUP_POLICY);
    KmsUser user = {.own = c->own};
    if (c->own) {
        overlay(&user, ours);
        overlay(&user, kms_policy_file_section(policy->file, KMS_GROUP_KMS));
    } else {
        /* The switches of our Home KMS do not bind strangers; how much nesting we bear with is
         * asked of every KRR. */
        user.allow_krr = true;
        user.max_sub_krrs = (guint)kms_section_value(ours, KMS_KEY_MAX_SUB_KRRS)->number;
    }
    if (c->domain) {
        user.home = c->domain->home ? c->domain->home : user.home;
        user.secondary = c->domain->secondary ? c->domain->secondary : user.secondary;
        user.external = c->domain->external ? c->domain->external : user.external;
    }
    if (c->section) {
        overlay(&user, c->section);
    }
    if (c->granted) {
        add_granted(c, &user);
    }

    user.knows_kms = user.home || user.secondary || user.external;
    user.secondary = user.secondary ? user.secondary : policy->none;
    user.external = user.external ? user.external : policy->none;
    c->user = user;
}

void kms_users_refresh(KmsPolicy *policy)
{
    GHashTableIter iter;
    gpointer c;
    g_hash_table_iter_init(&iter, policy->users->cases);
    while (g_hash_table_iter_next(&iter, &c, NULL)) {
        build(policy, c);
    }
}

/* The default is every initiator, but one whose domain has KMSs of its own for its users is that
 *  domain's, unless these are ours. */
static bool may_be_own_domain(const KmsPolicy *policy, const KmsDomain *domain)
{
    const KmsValue *home =
        kms_section_value(kms_policy_file_section(policy->file, KMS_GROUP_KMS), KMS_KEY_HOME);

    if (domain->home) {
        return home && g_str_equal(home->meant[0], domain->home);
    }
    return !domain->secondary && !domain->external;
}

static bool is_own(const KmsPolicy *policy, const char *identity, const KmsDomain *domain,
                   KmsUserPart part)
{
    if (policy->own_users) {
        return kms_pattern_index_lookup_identity(policy->own_users, identity) != NULL;
    }
    return part == KMS_USER_INITIATOR && (!domain || may_be_own_domain(policy, domain));
}

static UserCase *decide(KmsPolicy *policy, const char *identity, KmsUserPart part)
{
    const KmsDomain *domain = kms_policy_domain_of_user(policy, identity);
    UserCase wanted = {.own = is_own(policy, identity, domain, part)};
    wanted.domain = wanted.own && policy->own_users ? NULL : domain;
    wanted.section = kms_pattern_index_lookup_identity(policy->user_sections, identity);
    wanted.granted = kms_grants_lookup(policy->grants, identity);

    UserCase *c = g_hash_table_lookup(policy->users->cases, &wanted);
    if (!c) {
        c = g_memdup2(&wanted, sizeof wanted);
        build(policy, c);
        g_hash_table_add(policy->users->cases, c);
    }
    return c;
}

const KmsUser *kms_policy_user(KmsPolicy *policy, const char *identity, KmsUserPart part)
{
    GHashTable *remembered = policy->users->remembered[part];
    UserCase *c = g_hash_table_lookup(remembered, identity);
    if (!c) {
        c = decide(policy, identity, part);
        if (g_hash_table_size(remembered) < MAX_REMEMBERED &&
            strlen(identity) <= MAX_REMEMBERED_LENGTH) {
            g_hash_table_insert(remembered, g_strdup(identity), c);
        }
    }
    return &c->user;
}

KmsRole kms_user_role(const KmsUser *user, const char *kms)
{
    if (user->home && g_str_equal(user->home, kms)) {
        return KMS_ROLE_HOME;
    }
    if (g_strv_contains((const char *const *)user->secondary, kms)) {
        return KMS_ROLE_SECONDARY;
    }
    if (g_strv_contains((const char *const *)user->external, kms)) {
        return KMS_ROLE_EXTERNAL;
    }
    return KMS_ROLE_UNKNOWN;
}
