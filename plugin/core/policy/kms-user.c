/* kms-user.c
 * What the policy comes to for one user
 *
 * It is put together in layers: [policy] and [kms] for own users, the defaults for others; then the
 * user's [domain]; then the [user] group that fits best; then what was granted beside the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-user.h"

#include "core/kms/kms-pattern.h"
#include "core/octets/kms-uri.h"
#include "core/policy/kms-policy-file.h"

struct KmsUsers {
    const KmsDomains *domains;
    const KmsGrants *grants;
    KmsUser own;                /* before anything is known of the user but that it is our own */
    KmsUser other;              /* that it is not */
    KmsPatternIndex *own_users; /* [kms] users; NULL: not stated */
    KmsPatternIndex *sections;  /* identity -> KmsSection of [user] */
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

/* The keys that a group states take the place of what was there. */
static void overlay_section(KmsUser *user, const KmsSection *section)
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
        user->keyed_by_name = true;
    }
    if ((value = kms_section_value(section, KMS_KEY_SECONDARY))) {
        user->secondary.stated = value->meant;
    }
    if ((value = kms_section_value(section, KMS_KEY_EXTERNAL))) {
        user->external.stated = value->meant;
    }
}

static void overlay_domain(KmsUser *user, const KmsDomain *domain)
{
    user->home = domain->home ? domain->home : user->home;
    user->keyed_by_name = user->keyed_by_name && !domain->home;
    user->secondary.stated = domain->secondary ? domain->secondary : user->secondary.stated;
    user->external.stated = domain->external ? domain->external : user->external.stated;
}

static char *const *granted_list(const KmsGranted *granted, KmsRole role)
{
    return granted->kms[role][0] ? granted->kms[role] : NULL;
}

static void overlay_granted(KmsUser *user, const KmsGranted *granted)
{
    const char *home = granted->kms[KMS_ROLE_HOME][0];

    user->home = home ? home : user->home;
    user->keyed_by_name = user->keyed_by_name || home;
    user->secondary.granted = granted_list(granted, KMS_ROLE_SECONDARY);
    user->external.granted = granted_list(granted, KMS_ROLE_EXTERNAL);
}

static KmsPatternIndex *index_own_users(const KmsSection *kms)
{
    char *const *users = kms_section_list(kms, KMS_KEY_USERS);
    if (!users) {
        return NULL;
    }
    KmsPatternIndex *index = kms_pattern_index_new();
    for (guint i = 0; users[i]; i++) {
        kms_pattern_index_add(index, users[i], users[i]);
    }
    kms_pattern_index_sort(index);
    return index;
}

static KmsPatternIndex *index_sections(const GPtrArray *sections)
{
    KmsPatternIndex *index = kms_pattern_index_new();
    for (guint i = 0; i < sections->len; i++) {
        KmsSection *section = g_ptr_array_index(sections, i);
        kms_pattern_index_add(index, section->argument, section);
    }
    kms_pattern_index_sort(index);
    return index;
}

KmsUsers *kms_users_new(const KmsPolicyFile *file, const KmsDomains *domains,
                        const KmsGrants *grants)
{
    const KmsSection *policy = kms_policy_file_section(file, KMS_GROUP_POLICY);
    const KmsSection *kms = kms_policy_file_section(file, KMS_GROUP_KMS);
    KmsUsers *users = g_new0(KmsUsers, 1);

    users->domains = domains;
    users->grants = grants;
    users->own.own = true;
    overlay_section(&users->own, policy);
    overlay_section(&users->own, kms);
    /* The switches of our Home KMS do not bind strangers; but every KRR is asked how many others it
     * embeds. */
    users->other.allow_krr = true;
    users->other.max_sub_krrs = users->own.max_sub_krrs;
    users->own_users = index_own_users(kms);
    users->sections = index_sections(file->sections[KMS_GROUP_USER]);
    return users;
}

void kms_users_free(KmsUsers *users)
{
    if (users) {
        kms_pattern_index_free(users->own_users);
        kms_pattern_index_free(users->sections);
        g_free(users);
    }
}

/* By default every initiator is our own. But where a domain has KMSs of its own for its users, they
 * are that domain's, unless their home KMS is ours. */
static bool may_be_own_domain(const KmsUsers *users, const KmsDomain *domain)
{
    if (domain->home) {
        return users->own.home && kms_uri_same(users->own.home, domain->home);
    }
    return !domain->secondary && !domain->external;
}

static bool is_own(const KmsUsers *users, const char *identity, const KmsDomain *domain,
                   KmsUserPart part)
{
    if (users->own_users) {
        return kms_pattern_index_lookup(users->own_users, identity) != NULL;
    }
    return part == KMS_USER_INITIATOR && (!domain || may_be_own_domain(users, domain));
}

KmsUser kms_users_find(const KmsUsers *users, const char *identity, KmsUserPart part)
{
    const KmsDomain *domain = kms_domains_of_user(users->domains, identity);
    const KmsSection *section = kms_pattern_index_lookup(users->sections, identity);
    const KmsGranted *granted = kms_grants_lookup(users->grants, identity);
    const bool own = is_own(users, identity, domain, part);
    KmsUser user = own ? users->own : users->other;

    /* Users whom [kms] names have the KMSs of [kms], whatever their domain states. */
    if (domain && !(own && users->own_users)) {
        overlay_domain(&user, domain);
    }
    if (section) {
        overlay_section(&user, section);
    }
    if (granted) {
        overlay_granted(&user, granted);
    }
    user.knows_kms = user.home || user.secondary.stated || user.secondary.granted ||
                     user.external.stated || user.external.granted;
    return user;
}

const char *kms_user_list_at(const KmsUserList *list, guint index)
{
    guint stated = list->stated ? g_strv_length((char **)list->stated) : 0;

    if (index < stated) {
        return list->stated[index];
    }
    return list->granted && index - stated < g_strv_length((char **)list->granted)
               ? list->granted[index - stated]
               : NULL;
}

static bool holds(const KmsUserList *list, const char *kms)
{
    return (list->stated && kms_uri_is_in(list->stated, kms)) ||
           (list->granted && kms_uri_is_in(list->granted, kms));
}

KmsRole kms_user_role(const KmsUser *user, const char *kms)
{
    if (user->home && kms_uri_same(user->home, kms)) {
        return KMS_ROLE_HOME;
    }
    if (holds(&user->secondary, kms)) {
        return KMS_ROLE_SECONDARY;
    }
    return holds(&user->external, kms) ? KMS_ROLE_EXTERNAL : KMS_ROLE_UNKNOWN;
}
