/* kms-policy.h
 * The policy: who may use which KMS, what the Home KMS demands, who is trusted
 *
 * Kinds of KMS: TR 33.880 clause 7.2.1.3.1.3. Policy of the Home KMS: clause 7.2.1.3.5.
 * The file is a GKeyFile; unknown groups, keys and values are errors that name line and key.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_POLICY_H
#define KMS_POLICY_H

#include <stdbool.h>

#include <glib.h>

#include "core/mikey/mcx-uid.h"
#include "core/policy/kms-domain.h"
#include "core/policy/kms-entity.h"
#include "core/policy/kms-overrides.h"
#include "core/policy/kms-user.h"
#include "core/trust/kms-certificate.h"

/** A policy does not change after it is loaded. It owns whatever its functions return. */
typedef struct KmsPolicy KmsPolicy;

/** The policy without a file: no users, no KMSs, the default of each switch. Never NULL. */
KmsPolicy *kms_policy_new(void);

/**
 * Reads and checks a policy file.
 *
 * Relative paths start from the folder of the file. This checks grammar, groups, keys, ranges of
 * values and addresses, and that the files named in it can be read.
 *
 * @param path        NULL: no file, the defaults; with good grants this cannot fail
 * @param rule_names  names allowed in [severity], NULL-terminated; copied
 * @param overrides   what is laid over the file, copied; NULL: nothing. Its grants must pass
 *                    kms_check_grants().
 * @param error       one line, "line N: [group] key: what is wrong" or, where the file cannot be
 *                    read, what is wrong; without the file's name, which callers add
 * @return NULL with @p error set
 */
KmsPolicy *kms_policy_load(const char *path, const char *const *rule_names,
                           const KmsOverrides *overrides, GError **error);

void kms_policy_free(KmsPolicy *policy);

/**
 * The effective policy for a user. Own users have [policy] and [kms], other users the [domain] whose
 * users pattern fits; the keys of the most specific [user] group replace these. Where [kms] users is
 * not stated, every initiator is an own user; except the users of a domain that states KMSs but
 * not the home KMS of [kms]. The switches of [policy] bind own users only. Other users have the
 * defaults, but max_sub_krrs of [policy].
 *
 * An identity that has no scheme is also looked up with "sip:" before it. So are the identities of
 * users of domains, and of entities, below.
 */
KmsUser kms_policy_user(const KmsPolicy *policy, const char *identity, KmsUserPart part);

/** The domain of a user by the users patterns of the domains (longest pattern first), or NULL. */
const KmsDomain *kms_policy_domain_of_user(const KmsPolicy *policy, const char *identity);

/** The domain of an entity that the policy does not list: the one whose users, name or KMSs its URI
 *  fits; NULL: none. */
const KmsDomain *kms_policy_domain_of_entity(const KmsPolicy *policy, const char *identity);

/** Does the policy name that very identity, not only by a pattern? */
bool kms_policy_names(const KmsPolicy *policy, const char *identity);
/** The domain by name, in upper or lower case, or NULL. */
const KmsDomain *kms_policy_domain(const KmsPolicy *policy, const char *name);

/** The entity with that identity (pattern or exact, the most specific first), or NULL. */
const KmsEntity *kms_policy_entity(const KmsPolicy *policy, const char *identity);
/** The entity with that IP address in any spelling (the first in the file, where entities share a
 *  host), or NULL. */
const KmsEntity *kms_policy_entity_at(const KmsPolicy *policy, const char *address);
/** All entities, of KmsEntity, in the order of the file. */
const GPtrArray *kms_policy_entities(const KmsPolicy *policy);

/** Key period and offset of a KMS: what [kms-domain KMS] states, else what its certificate says, else
 *  the defaults of mcx-uid.h. */
McxKeyPeriod kms_policy_key_period(const KmsPolicy *policy, const char *kms);

/** The certificates of a KMS, of KmsCertificate, at most KMS_MAX_CERTIFICATES; NULL: none. Owned. */
const GPtrArray *kms_policy_certificates(const KmsPolicy *policy, const char *kms);
/** Is there a certificate of any KMS? */
bool kms_policy_has_certificates(const KmsPolicy *policy);

/** Every KMS URI that the policy names anywhere; of char *, sorted; owned by the policy. */
const GPtrArray *kms_policy_known_kms(const KmsPolicy *policy);
/** Every exact identity (no pattern) that the policy names; of char *, sorted; owned. */
const GPtrArray *kms_policy_known_identities(const KmsPolicy *policy);

/** [severity] of a rule: "note", "warning", "error", "off", or NULL where it is not stated. */
const char *kms_policy_severity(const KmsPolicy *policy, const char *rule_name);

/** [policy] clock-skew and window, seconds. */
guint kms_policy_clock_skew(const KmsPolicy *policy);
guint kms_policy_window(const KmsPolicy *policy);
/** [trust] anchors and crls: paths, NULL-terminated, never NULL. */
const char *const *kms_policy_trust_anchors(const KmsPolicy *policy);
const char *const *kms_policy_trust_crls(const KmsPolicy *policy);
/** Was there a policy file at all? */
bool kms_policy_loaded(const KmsPolicy *policy);

/** All files that the policy file names, their paths resolved: of const char *, borrowed. Caller
 *  frees the array. */
GPtrArray *kms_policy_files(const KmsPolicy *policy);

/**
 * Walks the effective policy in a fixed order, for the report: defaults included, files as named in
 * the policy file, values in the file's spelling.
 * @param values  NULL-terminated; one value where @p is_list is false
 */
typedef void (*KmsPolicyVisitor)(const char *group, const char *key, const char *const *values,
                                 bool is_list, gpointer data);
void kms_policy_visit(const KmsPolicy *policy, KmsPolicyVisitor visitor, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsPolicy, kms_policy_free)

#endif
