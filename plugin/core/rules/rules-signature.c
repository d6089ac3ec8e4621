/* rules-signature.c
 * The rules on what the signature of a KRR is worth
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-creator.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"
#include "core/signature/krr-signature.h"
#include "core/signature/krr-signer.h"

/* Clause 7.2.1.3.2.1: a signature is over the message. Silent where: it was not verified, being
 * of an algorithm that is too weak or not known; the audit notes that. */
void rule_signature_invalid(DocumentJudge *judge, const Krr *krr)
{
    const KrrSignature *signature = &krr->signature;

    if (signature->verdict.status == KRR_SIGNATURE_INVALID) {
        document_add_finding(
            judge, KRR_RULE_SIGNATURE_INVALID, krr, finding_in_range(signature->range),
            rule_words("A signature that verifies: what was signed is what arrived."),
            rule_words("The signature does not verify: %s.", signature->verdict.reason));
    }
}

/* Clause 7.2.1.3.2.1: a signature is over the entire message. Silent where: it was not verified,
 * or it does not even hold for the part, which is signature-invalid. */
void rule_signature_partial(DocumentJudge *judge, const Krr *krr)
{
    const KrrSignature *signature = &krr->signature;

    if (signature->verdict.status == KRR_SIGNATURE_PARTIAL) {
        document_add_finding(judge, KRR_RULE_SIGNATURE_PARTIAL, krr,
                             finding_in_range(signature->range),
                             rule_words("One signature over the entire KRR."),
                             rule_words("The signature does not cover the entire KRR: %s.",
                                        signature->verdict.reason));
    }
}

/* Clause 7.2.1.3.3, note 1: a KRR may be signed under a KMS that is not recognised, and policy
 * decides whether it is accepted. Silent where: no trust anchor is given, for then all are
 * strangers, which says nothing; the audit notes that. */
void rule_signature_untrusted(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    if (verdict->status == KRR_SIGNATURE_UNTRUSTED && verdict->trust_judged) {
        document_add_finding(
            judge, KRR_RULE_SIGNATURE_UNTRUSTED, krr, finding_in_range(krr->signature.range),
            rule_words("A signer whose certificate chains to a trust anchor at the KRR's time."),
            rule_words("The signer is not trusted: %s.", verdict->reason));
    }
}

/* TS 33.180 D.4.2: the profile of signatures names algorithms and keys. Silent where: the signature
 * does not verify, so that it proves nothing whatever it is made with. */
void rule_signature_weak(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    if (verdict->grade == KRR_GRADE_PROFILE || verdict->status == KRR_SIGNATURE_INVALID) {
        return;
    }
    document_add_finding(
        judge, KRR_RULE_SIGNATURE_WEAK, krr, finding_in_range(krr->signature.range),
        rule_words("The profile: ECDSA-SHA256, SHA-256, canonical XML 1.0, an X.509 certificate."),
        rule_words(verdict->grade == KRR_GRADE_WEAK
                       ? "Outside the profile and weak, so that it proves nothing: %s."
                       : "Outside the profile, not weak: %s.",
                   verdict->grade_reason));
}

/* Clause 7.2.1.3.2.1: the signature uses the originating identity. Silent where: it does not
 * hold for the entire KRR, or the KRR states no creator. */
void rule_signer_not_creator(DocumentJudge *judge, const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);

    if (!krr_signature_holds(krr) || !creator || krr_verdict_names(verdict, creator)) {
        return;
    }
    document_add_finding(judge, KRR_RULE_SIGNER_NOT_CREATOR, krr,
                         finding_in_range(krr->signature.range),
                         rule_words("A certificate that names the creator, %pQ.", creator),
                         rule_words("The signer's certificate names %pQ.", verdict->signer));
}
