/* kms-domain.c
 * The domains of the policy file: whose users they have, which KMSs they own and accept
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-domain.h"

#include <string.h>

#include "core/kms/kms-pattern.h"
#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"
#include "core/policy/kms-policy-file.h"

struct KmsDomains {
    GPtrArray *all;           /* of KmsDomain, in the order of the file */
    KmsPatternIndex *of_user; /* users pattern -> KmsDomain */
};

static void add(KmsDomains *domains, const KmsSection *section)
{
    static char *const none[] = {NULL};
    char *const *users = kms_section_list(section, KMS_KEY_USERS);
    KmsDomain *domain = g_new(KmsDomain, 1);

    *domain = (KmsDomain){
        .name = section->argument,
        .users = users ? users : none,
        .kms = kms_section_list(section, KMS_KEY_KMS),
        .accepts = kms_section_list(section, KMS_KEY_ACCEPTS),
        .home = kms_section_text(section, KMS_KEY_HOME),
        .secondary = kms_section_list(section, KMS_KEY_SECONDARY),
        .external = kms_section_list(section, KMS_KEY_EXTERNAL),
    };
    g_ptr_array_add(domains->all, domain);
    for (guint i = 0; domain->users[i]; i++) {
        kms_pattern_index_add(domains->of_user, domain->users[i], domain);
    }
}

KmsDomains *kms_domains_new(const KmsPolicyFile *file)
{
    const GPtrArray *sections = file->sections[KMS_GROUP_DOMAIN];
    KmsDomains *domains = g_new0(KmsDomains, 1);

    domains->all = g_ptr_array_new_with_free_func(g_free);
    domains->of_user = kms_pattern_index_new();
    for (guint i = 0; i < sections->len; i++) {
        add(domains, g_ptr_array_index(sections, i));
    }
    kms_pattern_index_sort(domains->of_user);
    return domains;
}

void kms_domains_free(KmsDomains *domains)
{
    if (domains) {
        kms_pattern_index_free(domains->of_user);
        g_ptr_array_unref(domains->all);
        g_free(domains);
    }
}

const KmsDomain *kms_domains_of_user(const KmsDomains *domains, const char *identity)
{
    return kms_pattern_index_lookup(domains->of_user, identity);
}

/* Is a host the domain, or beneath it? */
static bool is_beneath(const char *host, gsize length, const char *domain)
{
    gsize domain_length = strlen(domain);
    if (length < domain_length) {
        return false;
    }
    const char *tail = host + length - domain_length;
    return g_ascii_strncasecmp(tail, domain, domain_length) == 0 &&
           (tail == host || tail[-1] == '.');
}

/* Is one of the domain's KMSs on that host? */
static bool has_kms_at(const KmsDomain *domain, const char *host, gsize length)
{
    for (guint i = 0; domain->kms && domain->kms[i]; i++) {
        gsize kms_length;
        const char *kms = kms_uri_host(domain->kms[i], &kms_length);
        if (kms_length == length && g_ascii_strncasecmp(kms, host, length) == 0) {
            return true;
        }
    }
    return false;
}

const KmsDomain *kms_domains_of_entity(const KmsDomains *domains, const char *identity)
{
    const KmsDomain *found = kms_domains_of_user(domains, identity);
    g_autofree char *canonical = mcx_identity_canonical(identity);
    gsize length;
    const char *host = kms_uri_host(canonical, &length);

    for (guint i = 0; !found && length > 0 && i < domains->all->len; i++) {
        const KmsDomain *domain = g_ptr_array_index(domains->all, i);
        if (is_beneath(host, length, domain->name) || has_kms_at(domain, host, length)) {
            found = domain;
        }
    }
    return found;
}

const KmsDomain *kms_domains_find(const KmsDomains *domains, const char *name)
{
    for (guint i = 0; i < domains->all->len; i++) {
        const KmsDomain *domain = g_ptr_array_index(domains->all, i);
        if (g_ascii_strcasecmp(domain->name, name) == 0) {
            return domain;
        }
    }
    return NULL;
}

bool kms_domain_owns(const KmsDomain *domain, const char *kms)
{
    if (domain->kms) {
        return kms_uri_is_in(domain->kms, kms);
    }
    gsize host_length;
    const char *host = kms_uri_host(kms, &host_length);
    if (host_length > 1 && host[host_length - 1] == '.') {
        host_length--; /* of the root */
    }
    return is_beneath(host, host_length, domain->name);
}
