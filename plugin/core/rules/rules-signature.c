/* rules-signature.c
 * The rules on who signed a KRR, and what that is worth
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/policy/kms-uri.h"
#include "core/rules/rules-private.h"
#include "core/signature/krr-signature.h"

/* Adds a finding on the Signature element. Takes both texts. */
static void fire(DocumentJudge *judge, KrrRuleId rule, const Krr *krr, char *expected,
                 char *observed)
{
    KrrFinding *finding = document_fire(judge, rule, krr_rules[rule].severity, krr, KRR_ELEMENT_KRR,
                                        expected, observed);

    if (finding) {
        finding->range = krr->signature.range;
    }
}

/* Does the signature hold for the entire KRR, whoever made it? */
static bool holds(const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    return verdict->status == KRR_SIGNATURE_VALID || verdict->status == KRR_SIGNATURE_UNTRUSTED;
}

void rule_signature_invalid(DocumentJudge *judge, const Krr *krr)
{
    if (krr->signature.verdict.status == KRR_SIGNATURE_INVALID) {
        fire(judge, KRR_RULE_SIGNATURE_INVALID, krr,
             g_strdup("A signature that verifies: what was signed is what arrived."),
             g_strdup_printf("The signature does not verify: %s.", krr->signature.verdict.reason));
    }
}

void rule_signature_partial(DocumentJudge *judge, const Krr *krr)
{
    if (krr->signature.verdict.status == KRR_SIGNATURE_PARTIAL) {
        fire(judge, KRR_RULE_SIGNATURE_PARTIAL, krr, g_strdup("One signature over the entire KRR."),
             g_strdup_printf("The signature does not cover the entire KRR: %s.",
                             krr->signature.verdict.reason));
    }
}

/* Without any anchor all are strangers, which says nothing; the audit notes that. */
void rule_signature_untrusted(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    if (verdict->status == KRR_SIGNATURE_UNTRUSTED && verdict->trust_judged) {
        fire(judge, KRR_RULE_SIGNATURE_UNTRUSTED, krr,
             g_strdup("A signer whose certificate chains to a trust anchor at the KRR's time."),
             g_strdup_printf("The signer is not trusted: %s.", verdict->reason));
    }
}

void rule_signature_weak(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    if (verdict->grade == KRR_GRADE_PROFILE || verdict->status == KRR_SIGNATURE_INVALID) {
        return;
    }
    fire(judge, KRR_RULE_SIGNATURE_WEAK, krr,
         g_strdup("The profile: ECDSA-SHA256, SHA-256, canonical XML 1.0, an X.509 certificate."),
         g_strdup_printf(verdict->grade == KRR_GRADE_WEAK
                             ? "Outside the profile and weak, so that it proves nothing: %s."
                             : "Outside the profile, not weak: %s.",
                         verdict->grade_reason));
}

void rule_signer_not_creator(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);

    if (!holds(krr) || !creator || krr_verdict_names(verdict, creator)) {
        return;
    }
    g_autofree char *quoted_creator = rules_quote(creator);
    g_autofree char *quoted_signer = rules_quote(verdict->signer);
    fire(judge, KRR_RULE_SIGNER_NOT_CREATOR, krr,
         g_strdup_printf("A certificate that names the creator, %s.", quoted_creator),
         g_strdup_printf("The signer's certificate names %s.", quoted_signer));
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

/* A signer is told by the URI of the certificate alone: a common name has no domain. */
void rule_unknown_signer(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    if (!holds(krr) || !verdict->signer_uris || kms_policy_known_kms(judge->policy)->len == 0) {
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
    g_autofree char *quoted_signer = rules_quote(verdict->signer);
    g_autofree char *quoted_domain = rules_quote(domain);
    fire(
        judge, KRR_RULE_UNKNOWN_KMS, krr,
        g_strdup("A signer of a domain that the policy knows, or knows a KMS of."),
        g_strdup_printf("The signer is %s; the policy knows neither the domain %s nor a KMS of it.",
                        quoted_signer, quoted_domain));
}

/* ---- what could not be judged ---- */

/* The first KRR with a verdict of that status that nobody has judged; NULL: there is none. */
static const StoryKrr *find_unjudged(const StoryJudge *judge, KrrSignatureStatus status)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);
        const KrrVerdict *verdict = &krr->krr->signature.verdict;
        if (verdict->status == status &&
            (status == KRR_SIGNATURE_UNTRUSTED ? !verdict->trust_judged : !verdict->verified)) {
            return krr;
        }
    }
    return NULL;
}

void note_unjudged_signatures(StoryJudge *judge)
{
    static const KrrRuleId rules[] = {KRR_RULE_SIGNATURE_INVALID, KRR_RULE_SIGNATURE_PARTIAL,
                                      KRR_RULE_SIGNATURE_UNTRUSTED, KRR_RULE_SIGNATURE_WEAK,
                                      KRR_RULE_SIGNER_NOT_CREATOR};
    const StoryKrr *untrusted = find_unjudged(judge, KRR_SIGNATURE_UNTRUSTED);
    const StoryKrr *unverified = find_unjudged(judge, KRR_SIGNATURE_UNSUPPORTED);

    if (untrusted) {
        story_gap(judge, KRR_RULE_SIGNATURE_UNTRUSTED,
                  g_strdup_printf("No trust anchor is given that the certificate of krr-%u could "
                                  "chain to.",
                                  untrusted->number));
    }
    for (guint i = 0; unverified && i < G_N_ELEMENTS(rules); i++) {
        story_gap(judge, rules[i],
                  g_strdup_printf("Signatures were not verified: %s.",
                                  unverified->krr->signature.verdict.reason));
    }
}
