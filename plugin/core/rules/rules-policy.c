/* rules-policy.c
 * The rules that a KRR and who may use which KMS decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/octets/kms-uri.h"
#include "core/policy/kms-lookalike.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* A list as the subject of a sentence. */
static const char *const list_names[KRR_N_SIDES] = {
    [KRR_INITIATOR] = "The initiator list",
    [KRR_RECEIVER] = "The receiver list",
};

/* ---- unknown-kms ---- */

/* Both lists are offered to the initiator, who picks from both. IDRkmsi and IDRkmsr are no
 * offers of the KRR: the initiator itself named them. */
static void check_lists(DocumentJudge *judge, const Krr *krr, const char *initiator,
                        const KmsUser *user)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autoptr(GPtrArray) offered = krr_kms_of(krr, side);
        for (guint i = 0; i < offered->len; i++) {
            const KrrValue *kms = g_ptr_array_index(offered, i);
            if (kms_user_role(user, kms->text) != KMS_ROLE_UNKNOWN) {
                continue;
            }
            document_add_finding(judge, KRR_RULE_UNKNOWN_KMS, krr,
                                 finding_in_value(krr_side_element(side), kms),
                                 rule_words("A KMS that the policy lists for this user."),
                                 rule_words("%s offers %pQ, which is neither home, secondary nor "
                                            "external for %pQ.",
                                            list_names[side], kms->text, initiator));
        }
    }
}

/* Is a host a domain, or beneath it? */
static bool is_of_domain(const char *host, gsize length, const char *domain)
{
    gsize domain_length = strlen(domain);

    return length >= domain_length &&
           g_ascii_strncasecmp(host + length - domain_length, domain, domain_length) == 0 &&
           (length == domain_length || host[length - domain_length - 1] == '.');
}

/* Does the policy know a KMS in that domain? */
static bool knows_kms_of(const KmsPolicy *policy, const char *domain)
{
    const GPtrArray *known = kms_policy_known_kms(policy);

    for (guint i = 0; i < known->len; i++) {
        gsize length;
        const char *host = kms_uri_host(g_ptr_array_index(known, i), &length);
        if (is_of_domain(host, length, domain)) {
            return true;
        }
    }
    return false;
}

/* Does the policy know a domain that one is, or is beneath? */
static bool knows_domain_of(const KmsPolicy *policy, const char *domain)
{
    for (const char *part = domain; part; part = strchr(part, '.')) {
        part += *part == '.' ? 1 : 0;
        if (kms_policy_domain(policy, part)) {
            return true;
        }
    }
    return false;
}

/* Is a KMS of the very domain of a user? Who is a stranger to the policy has a KMS that is one, too. */
static bool is_of_user(const DocumentJudge *judge, const Krr *krr, KrrElement user, const char *kms)
{
    const char *identity = document_identity(judge, krr, user);
    gsize length, user_length = 0;
    const char *host = kms_uri_host(kms, &length);
    const char *user_host = identity ? kms_uri_host(identity, &user_length) : NULL;
    g_autofree char *domain = g_strndup(user_host ? user_host : "", user_length);

    return user_length > 0 && !mcx_uid_is_text(identity) && is_of_domain(host, length, domain);
}

static bool is_known_anywhere(const KmsPolicy *policy, const char *kms)
{
    const GPtrArray *known = kms_policy_known_kms(policy);
    gsize length;
    const char *host = kms_uri_host(kms, &length);
    g_autofree char *domain = g_ascii_strdown(host, (gssize)length);

    for (guint i = 0; i < known->len; i++) {
        if (kms_uri_same(g_ptr_array_index(known, i), kms)) {
            return true;
        }
    }
    return knows_domain_of(policy, domain);
}

/* What nobody at all was provisioned with, this initiator was not. */
static void check_lists_for_anybody(DocumentJudge *judge, const Krr *krr)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autoptr(GPtrArray) offered = krr_kms_of(krr, side);
        for (guint i = 0; i < offered->len; i++) {
            const KrrValue *kms = g_ptr_array_index(offered, i);
            if (is_known_anywhere(judge->policy, kms->text) ||
                is_of_user(judge, krr, KRR_ELEMENT_IDRI, kms->text) ||
                is_of_user(judge, krr, KRR_ELEMENT_IDRR, kms->text)) {
                continue;
            }
            document_add_finding(
                judge, KRR_RULE_UNKNOWN_KMS, krr, finding_in_value(krr_side_element(side), kms),
                rule_words("A KMS that the policy knows."),
                rule_words("%s offers %pQ, which the policy knows nowhere; nor does it know the "
                           "KMSs of the initiator.",
                           list_names[side], kms->text));
        }
    }
}

/* A signer is told by the URI of the certificate alone: a common name has no domain. */
static void check_signer(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    if (!krr_signature_holds(krr) || !verdict->signer_uris ||
        kms_policy_known_kms(judge->policy)->len == 0) {
        return;
    }
    gsize length;
    const char *host = kms_uri_host(verdict->signer, &length);
    g_autofree char *domain = g_strndup(host, length);
    if (length == 0 || kms_policy_entity(judge->policy, verdict->signer) ||
        kms_policy_domain_of_user(judge->policy, verdict->signer) ||
        knows_domain_of(judge->policy, domain) || knows_kms_of(judge->policy, domain)) {
        return;
    }
    document_add_finding(
        judge, KRR_RULE_UNKNOWN_KMS, krr, finding_in_range(krr->signature.range),
        rule_words("A signer of a domain that the policy knows, or knows a KMS of."),
        rule_words("The signer is %pQ; the policy knows neither the domain %pQ nor a KMS of it.",
                   verdict->signer, domain));
}

/* Clause 7.2.1.3.3, above note 1 and in it: a client accepts only external security domains that
 * its Home KMS provisioned; that goes for the KMSs of the lists, from which the initiator picks
 * (clause 7.2.1.3.2.5), and for the domain of the signer. Of an initiator whose KMSs the policy does
 * not state, or whom a UID hides, one is judged that the policy knows nowhere. Silent where: the
 * policy states no KMS at all, or the KMS is of the very domain of one of two such users. */
void rule_unknown_kms(DocumentJudge *judge, const Krr *krr)
{
    const char *initiator = document_identity(judge, krr, KRR_ELEMENT_IDRI);
    const KmsUser user =
        initiator ? kms_policy_user(judge->policy, initiator, KMS_USER_INITIATOR) : KMS_USER_NOBODY;

    if (user.knows_kms) {
        check_lists(judge, krr, initiator, &user);
    } else if (kms_policy_known_kms(judge->policy)->len > 0) {
        check_lists_for_anybody(judge, krr);
    }
    check_signer(judge, krr);
}

/* ---- lookalike-kms ---- */

/* @param place  where the KMS stands, as the subject of a sentence */
static void check_lookalike(DocumentJudge *judge, const Krr *krr, const KrrValue *kms,
                            KrrElement element, const char *place)
{
    const char *known = NULL;
    KmsLikeness likeness =
        kms->text ? kms_lookalike(kms->text, kms_policy_known_kms(judge->policy), &known)
                  : KMS_LIKENESS_NONE;

    if (likeness == KMS_LIKENESS_NONE) {
        return;
    }
    document_add_finding(judge, KRR_RULE_LOOKALIKE_KMS, krr, finding_in_value(element, kms),
                         rule_words("The known KMS %pQ.", known),
                         rule_words("%s names %pQ, which is another KMS but passes for it: %s.",
                                    place, kms->text, kms_likeness_text(likeness)));
}

/* Clause 7.2.1.3.4: users communicate with trusted external security domains only, since whoever
 * misuses one can impersonate users. Unlike an unknown KMS, one that passes for another is worth
 * a word wherever it stands. Silent where: the policy names no KMS; the audit notes that. */
void rule_lookalike_kms(DocumentJudge *judge, const Krr *krr)
{
    static const KrrElement offered[] = {KRR_ELEMENT_IDRKMSI, KRR_ELEMENT_IDRKMSR};

    for (guint i = 0; i < G_N_ELEMENTS(offered); i++) {
        check_lookalike(judge, krr, &krr->values[offered[i]], offered[i],
                        rule_identity_name(offered[i]));
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autoptr(GPtrArray) listed = krr_kms_of(krr, side);
        for (guint i = 0; i < listed->len; i++) {
            check_lookalike(judge, krr, g_ptr_array_index(listed, i), krr_side_element(side),
                            list_names[side]);
        }
    }
}
