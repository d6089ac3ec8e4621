/* kms-domain.h
 * The domains of the policy file: whose users they have, which KMSs they own and accept
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_DOMAIN_H
#define KMS_DOMAIN_H

#include <stdbool.h>

/** [domain NAME]. Owned by the policy. */
typedef struct KmsDomain {
    const char *name;
    char *const *users;     /**< patterns; never NULL */
    char *const *kms;       /**< NULL: not stated, the default of kms_domain_owns() applies */
    char *const *accepts;   /**< NULL: not stated */
    const char *home;       /**< NULL: not stated */
    char *const *secondary; /**< NULL: not stated */
    char *const *external;  /**< NULL: not stated */
} KmsDomain;

/** Is it one of the domain's own KMSs: listed, or (unless the domain states a list) its host is the
 *  domain or ends in "." and the domain, in upper or lower case? */
bool kms_domain_owns(const KmsDomain *domain, const char *kms);

struct KmsPolicyFile;

/** All domains of a file. Only kms-policy.c uses this; other code calls kms_policy_domain(). */
typedef struct KmsDomains KmsDomains;

/** @param file  must outlive the result */
KmsDomains *kms_domains_new(const struct KmsPolicyFile *file);
void kms_domains_free(KmsDomains *domains);

/** As kms_policy_domain_of_user() has it. */
const KmsDomain *kms_domains_of_user(const KmsDomains *domains, const char *identity);
/** As kms_policy_domain_of_entity() has it. */
const KmsDomain *kms_domains_of_entity(const KmsDomains *domains, const char *identity);
/** As kms_policy_domain() has it. */
const KmsDomain *kms_domains_find(const KmsDomains *domains, const char *name);

#endif
