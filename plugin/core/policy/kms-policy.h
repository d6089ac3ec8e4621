/* kms-policy.h
 * The policy file: who may use which KMS, what the Home KMS demands, who is trusted
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
#include "core/trust/kms-certificate.h"

/** Of one KMS: each is tried on a signature, so that their number is bounded. */
#define KMS_MAX_CERTIFICATES 8

typedef struct KmsPolicy KmsPolicy;

/** What a KMS is to a user. */
typedef enum KmsRole {
    KMS_ROLE_HOME,
    KMS_ROLE_SECONDARY,
    KMS_ROLE_EXTERNAL,
    KMS_ROLE_UNKNOWN /**< the policy knows the user's KMSs, and this is none of them */
} KmsRole;

/** Role of an entity in the signalling path (clause 7.2.1.3.2.3 and 4). */
typedef enum KmsEntityRole {
    KMS_ENTITY_CLIENT,
    KMS_ENTITY_GMS,
    KMS_ENTITY_MCX_SERVER,
    KMS_ENTITY_INBOUND_CS_PROXY,
    KMS_ENTITY_OUTBOUND_CS_PROXY,
    KMS_ENTITY_IS_PROXY,
    KMS_ENTITY_ROLE_NOT_STATED
} KmsEntityRole;

/** In which part a user appears: without [kms] users, every initiator is our own, no receiver is. */
typedef enum KmsUserPart { KMS_USER_INITIATOR, KMS_USER_RECEIVER } KmsUserPart;

/** The effective policy for one user. Owned by the policy; constant. */
typedef struct KmsUser {
    bool own;       /**< one of the auditor's own users: the switches below bind this user */
    bool knows_kms; /**< the policy states at least one of the three lists for this user; then
                             a list that is not stated is empty */
    bool allow_krr, report_krr, require_signed_krr, request_unknown_certificates,
        hold_until_accepted;
    guint max_sub_krrs;
    const char *home; /**< NULL: not stated */
    char **secondary; /**< NULL-terminated, never NULL */
    char **external;  /**< NULL-terminated, never NULL */
} KmsUser;

/** [entity IDENTITY]. Owned by the policy. */
typedef struct KmsEntity {
    char *identity;
    KmsEntityRole role;
    char *domain;      /**< NULL: not stated */
    char **addresses;  /**< IP addresses in GInetAddress' text form, NULL-terminated, never NULL */
    char *certificate; /**< path of a PEM file, absolute or relative to the working directory */
} KmsEntity;

/** [domain NAME]. Owned by the policy. */
typedef struct KmsDomain {
    char *name;
    char **users;     /**< patterns; never NULL */
    char **kms;       /**< NULL: not stated, the default of kms_domain_owns() applies */
    char **accepts;   /**< NULL: not stated */
    char *home;       /**< NULL: not stated */
    char **secondary; /**< NULL: not stated */
    char **external;  /**< NULL: not stated */
} KmsDomain;

/** Sets of defaults: no users, no KMSs, contract's defaults for the switches. Never NULL. */
KmsPolicy *kms_policy_new(void);

/**
 * Reads and checks a policy file.
 *
 * Paths in it are resolved relative to the file. Checked now: grammar, groups, keys, value ranges,
 * addresses, that files named in it can be read.
 *
 * @param path        NULL: no file, the defaults, and this cannot fail
 * @param rule_names  names allowed in [severity], NULL-terminated; copied
 * @param error       one line, "line N: [group] key: what is wrong" or, where the file cannot be
 *                    read, what is wrong; without the file's name, which callers add
 * @return NULL with @p error set
 */
KmsPolicy *kms_policy_load(const char *path, const char *const *rule_names, GError **error);

void kms_policy_free(KmsPolicy *policy);

/**
 * The effective policy for a user: [kms] and [policy] for own users, the [domain] whose users
 * pattern fits for others, overlaid key by key with the most specific [user]. By default every
 * initiator is an own user, but for those of a domain that states KMSs for its users and another
 * home KMS than [kms] does. The switches of [policy] bind own users only; others
 * have the defaults, and max_sub_krrs from [policy] all the same. Users in the same case share one
 * object; pointers stay good for the life of the policy.
 *
 * An identity that has no scheme is also tried with "sip:" before it; so it is for domains and
 * entities below.
 */
const KmsUser *kms_policy_user(KmsPolicy *policy, const char *identity, KmsUserPart part);

/** What the KMS is to the user. Opaque strings. Asking where !user->knows_kms gives UNKNOWN. */
KmsRole kms_user_role(const KmsUser *user, const char *kms);

/** The domain of a user by the users patterns of the domains (longest pattern first), or NULL. */
const KmsDomain *kms_policy_domain_of_user(const KmsPolicy *policy, const char *identity);
/** The domain by name, in upper or lower case, or NULL. */
const KmsDomain *kms_policy_domain(const KmsPolicy *policy, const char *name);
/** The domain that owns the KMS, or NULL: one that lists it before one that owns it by its name,
 *  and a subdomain before the domain above it. */
const KmsDomain *kms_policy_domain_of_kms(const KmsPolicy *policy, const char *kms);
/** Is it one of the domain's own KMSs: listed, or (unless the domain states a list) its host is the
 *  domain or ends in "." and the domain, in upper or lower case? */
bool kms_domain_owns(const KmsDomain *domain, const char *kms);

/** The entity with that identity (pattern or exact, the most specific first), or NULL. */
const KmsEntity *kms_policy_entity(const KmsPolicy *policy, const char *identity);
/** The entity with that IP address in any spelling (the first in the file, where entities share a
 *  host), or NULL. */
const KmsEntity *kms_policy_entity_at(const KmsPolicy *policy, const char *address);
/** "inbound-cs-proxy" and so on; "not stated" for KMS_ENTITY_ROLE_NOT_STATED. */
const char *kms_entity_role_name(KmsEntityRole role);

/** Key period and offset of a KMS: [kms-domain KMS], its certificate, or the defaults of
 *  mcx-uid.h. */
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
/** Overrides of the command line and of preferences: they replace the keys of [policy]. A [user]
 *  that states max-sub-krrs keeps its own. */
void kms_policy_set_window(KmsPolicy *policy, guint seconds);
void kms_policy_set_max_sub_krrs(KmsPolicy *policy, guint count);

/** [trust] anchors and crls: paths, NULL-terminated, never NULL. */
const char *const *kms_policy_trust_anchors(const KmsPolicy *policy);
const char *const *kms_policy_trust_crls(const KmsPolicy *policy);
/** Adds a file of anchors that the command line or a preference names. */
void kms_policy_add_trust_anchor(KmsPolicy *policy, const char *path);

/** A KMS that the users of a pattern have, stated beside the policy file. */
typedef struct KmsGrant {
    const char *users; /**< an identity or a pattern of them */
    const char *kms;
    KmsRole role; /**< not UNKNOWN */
} KmsGrant;

/**
 * Lays KMSs over the policy file, in place of those that were laid over it before. Grants with the
 * same pattern go together, and of several patterns that fit a user the most specific counts, as
 * for [user]. Its home KMS takes the place of the file's; its secondary and external ones come
 * beside the file's. Pointers to a KmsUser are good no more.
 * @param list   copied
 * @param error  what is wrong, one line: a name that is none, two home KMSs for one pattern
 * @return false with @p error set and the policy as it was
 */
bool kms_policy_grant(KmsPolicy *policy, const KmsGrant *list, guint n, GError **error);

/** Says what is wrong with an identity or a pattern of identities, as for [kms] users. */
bool kms_check_users(const char *pattern, GError **error);
/** Says what is wrong with the URI of a KMS, as for [kms] home. */
bool kms_check_kms(const char *kms, GError **error);

/** Puts a severity in the place of what [severity] says. @param severity  NULL: none is stated
 *  @return false where the policy was loaded without that rule's name */
bool kms_policy_set_severity(KmsPolicy *policy, const char *rule_name, const char *severity);

/** Was there a policy file at all? */
bool kms_policy_loaded(const KmsPolicy *policy);

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
