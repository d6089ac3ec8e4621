/* krr-rules.c
 * The catalogue of rules, one table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-rules.h"

#define NOTE    KRR_SEVERITY_NOTE
#define WARNING KRR_SEVERITY_WARNING
#define ERROR   KRR_SEVERITY_ERROR

/* name, field, severity, clause, needs, summary. Clause 3.x is 7.2.1.3.x of TR 33.880. */
#define RULE(id, rule_name, rule_field, rule_severity, rule_clause, rule_needs, text)              \
    [KRR_RULE_##id] = {.name = (rule_name),                                                        \
                       .field = "krr." rule_field,                                                 \
                       .severity = (rule_severity),                                                \
                       .clause = (rule_clause),                                                    \
                       .summary = (text),                                                          \
                       .needs = KRR_NEEDS_##rule_needs}

/* clang-format off */
const KrrRule krr_rules[KRR_N_RULES] = {
    RULE(MALFORMED_KRR, "malformed-krr", "malformed_krr", ERROR, "3.2.1", DOCUMENT,
         "A body labelled as a KRR is not one that can be read"),
    RULE(MISSING_FIELD, "missing-field", "missing_field", ERROR, "3.2.1", DOCUMENT,
         "A required field of the KRR is absent"),
    RULE(BAD_TIME, "bad-time", "bad_time", WARNING, "3.2.1", DOCUMENT,
         "The KRR's time is no xsd:dateTime"),
    RULE(UNRECOGNISED_ELEMENT, "unrecognised-element", "unrecognised_element", NOTE, "3.2.1",
         DOCUMENT, "The KRR holds something that the vocabulary does not know"),
    RULE(UNSIGNED_KRR, "unsigned-krr", "unsigned_krr", WARNING, "3.2.1, 3.5", DOCUMENT,
         "The KRR carries no signature"),
    RULE(SIGNATURE_INVALID, "signature-invalid", "signature_invalid", ERROR, "3.2.1", SIGNATURE,
         "The signature of the KRR does not verify"),
    RULE(SIGNATURE_PARTIAL, "signature-partial", "signature_partial", ERROR, "3.2.1", SIGNATURE,
         "The signature verifies but does not cover the entire KRR"),
    RULE(SIGNATURE_UNTRUSTED, "signature-untrusted", "signature_untrusted", WARNING, "3.3 note 1",
         SIGNATURE, "The signer's certificate does not chain to a trust anchor"),
    RULE(SIGNATURE_WEAK, "signature-weak", "signature_weak", WARNING, "TS 33.180 D.4.2", SIGNATURE,
         "An algorithm or key of the signature is outside the profile"),
    RULE(SIGNER_NOT_CREATOR, "signer-not-creator", "signer_not_creator", WARNING, "3.2.1",
         SIGNATURE, "The certificate names somebody else than the creator"),
    RULE(UNKNOWN_KMS, "unknown-kms", "unknown_kms", WARNING, "3.3 note 1", POLICY,
         "The KRR offers a KMS that is neither home, secondary nor external for the user"),
    RULE(LOOKALIKE_KMS, "lookalike-kms", "lookalike_kms", ERROR, "3.4", POLICY,
         "An unknown KMS URI passes for a known one"),
    RULE(EMPTY_LIST, "empty-list", "empty_list", NOTE, "3.2.4", DOCUMENT,
         "A list is empty: the communication must fail"),
    RULE(NOTHING_REJECTED, "nothing-rejected", "nothing_rejected", WARNING, "3.2.3", DOCUMENT,
         "A creator other than the receiver answers a pair that its own lists accept"),
    RULE(TOO_MANY_SUB_KRRS, "too-many-sub-krrs", "too_many_sub_krrs", WARNING, "3.2.4", DOCUMENT,
         "More sub-KRRs are embedded than the policy allows"),
    RULE(SUB_KRR_IDS_DIFFER, "sub-krr-ids-differ", "sub_krr_ids_differ", ERROR, "3.2.4", DOCUMENT,
         "An embedded KRR speaks of other identities or KMSs"),
    RULE(SUB_KRR_NEWER, "sub-krr-newer", "sub_krr_newer", WARNING, "3.2.4", DOCUMENT,
         "An embedded KRR is dated after the one that embeds it"),
    RULE(LIST_WIDENED, "list-widened", "list_widened", ERROR, "3.2.4", DOCUMENT,
         "A list holds a KMS that the embedded KRR's list does not"),
    RULE(LIST_REORDERED, "list-reordered", "list_reordered", WARNING, "3.2.4", DOCUMENT,
         "What is left of a list is not in its old order"),
    RULE(BOTH_LISTS_CHANGED, "both-lists-changed", "both_lists_changed", ERROR, "3.2.4", DOCUMENT,
         "Both lists differ from those of the embedded KRR"),
    RULE(NEEDLESS_KRR, "needless-krr", "needless_krr", NOTE, "3.2.4", DOCUMENT,
         "Neither list differs from those of the embedded KRR"),
    RULE(WRONG_CARRIER, "wrong-carrier", "wrong_carrier", WARNING, "TS 33.180 D.4.1", SIGHTING,
         "A KRR in anything but a SIP 488 or an upload to a KMS"),
    RULE(CLOCK_SKEW, "clock-skew", "clock_skew", WARNING, "3.2.1", SIGHTING,
         "The KRR's time is far from the time at which it was first seen"),
    RULE(UNSOLICITED_KRR, "unsolicited-krr", "unsolicited_krr", WARNING, "3.2.3", OFFER,
         "A KRR answers although no offer asked for it"),
    RULE(IDS_DIFFER_FROM_OFFER, "ids-differ-from-offer", "ids_differ_from_offer", ERROR, "3.2.1",
         OFFER, "An identity or KMS in the KRR is not the offer's"),
    RULE(WRONG_LIST_FOR_ROLE, "wrong-list-for-role", "wrong_list_for_role", ERROR, "3.2.3", POLICY,
         "A proxy restricts the list that its case leaves ANY, or leaves ANY the other"),
    RULE(RECEIVER_OMITS_OWN_KMS, "receiver-omits-own-kms", "receiver_omits_own_kms", ERROR,
         "3.2.2 2a", POLICY,
         "The receiver's list lacks IDRkmsr although that is its home or secondary KMS"),
    RULE(RECEIVER_OMITS_INITIATOR_KMS, "receiver-omits-initiator-kms",
         "receiver_omits_initiator_kms", ERROR, "3.2.2 1a", POLICY,
         "The receiver's initiator list lacks IDRkmsi although that is one of its external KMSs"),
    RULE(LIST_NOT_OF_DOMAIN, "list-not-of-domain", "list_not_of_domain", ERROR, "3.2.2, 3.2.3",
         POLICY, "A list holds a KMS that the creator's domain does not accept"),
    RULE(OFFER_FORWARDED_AFTER_KRR, "offer-forwarded-after-krr", "offer_forwarded_after_krr", ERROR,
         "3.2.3", PATH, "The creator forwarded the offer that it rejected"),
    RULE(KRR_NOT_FORWARDED, "krr-not-forwarded", "krr_not_forwarded", WARNING, "3.2.3", PATH,
         "A KRR entered a server and neither it nor a successor left"),
    RULE(RECEIVED_KRR_NOT_EMBEDDED, "received-krr-not-embedded", "received_krr_not_embedded", ERROR,
         "3.2.4", PATH, "A server replaced a KRR and does not embed the one it received"),
    RULE(EMBEDDED_KRR_ALTERED, "embedded-krr-altered", "embedded_krr_altered", ERROR, "3.2.4", PATH,
         "The embedded KRR differs from the one seen on the wire"),
    RULE(COMPETING_KRRS, "competing-krrs", "competing_krrs", ERROR, "3.4", OFFER,
         "Two different KRRs answer one request on one leg"),
    RULE(KRR_REPLAYED, "krr-replayed", "krr_replayed", ERROR, "3.4", OFFER,
         "One KRR answers different offers"),
    RULE(RETRY_OUTSIDE_LIST, "retry-outside-list", "retry_outside_list", ERROR, "3.2.5", SELECTION,
         "The next offer uses a KMS that the KRR's lists do not allow"),
    RULE(RETRY_UNPROVISIONED_KMS, "retry-unprovisioned-kms", "retry_unprovisioned_kms", ERROR,
         "3.2.5", SELECTION,
         "The next offer uses a KMS that the initiator was not provisioned with"),
    RULE(RETRY_AFTER_EMPTY_LIST, "retry-after-empty-list", "retry_after_empty_list", ERROR, "3.2.5",
         SELECTION, "A new offer although a list was empty"),
    RULE(RETRY_SAME_PAIR, "retry-same-pair", "retry_same_pair", WARNING, "3.2.5", SELECTION,
         "The next offer repeats the pair that was not allowed"),
    RULE(RETRY_NOT_PREFERRED, "retry-not-preferred", "retry_not_preferred", NOTE, "3.2.5",
         SELECTION, "The next offer uses an allowed pair, but not the preferred one"),
    RULE(REDIRECT_LOOP, "redirect-loop", "redirect_loop", WARNING, "3.2.1", SELECTION,
         "A negotiation returns to a pair that an earlier KRR did not allow"),
    RULE(ACTED_ON_FORBIDDEN_KRR, "acted-on-forbidden-krr", "acted_on_forbidden_krr", ERROR, "3.5",
         SELECTION, "A new offer follows a KRR although KRRs shall be ignored"),
    RULE(ACTED_ON_UNSIGNED_KRR, "acted-on-unsigned-krr", "acted_on_unsigned_krr", ERROR, "3.5",
         SELECTION, "A new offer follows an unsigned KRR although signed ones are required"),
    RULE(ACTED_BEFORE_ACCEPTANCE, "acted-before-acceptance", "acted_before_acceptance", ERROR,
         "3.5", KMS, "A new offer before the Home KMS accepted the redirect"),
    RULE(KRR_NOT_REPORTED, "krr-not-reported", "krr_not_reported", WARNING, "3.3 step 4, 3.5", KMS,
         "The KRR was not uploaded to the Home KMS"),
    RULE(CERTIFICATE_NOT_REQUESTED, "certificate-not-requested", "certificate_not_requested",
         WARNING, "3.5", KMS, "The certificate of an unknown KMS was not requested"),
    RULE(STEERED_TO_OWN_DOMAIN, "steered-to-own-domain", "steered_to_own_domain", WARNING, "3.4",
         POLICY, "A creator leaves only KMSs of its own domain for a user that is not of it"),
    RULE(KRR_FLOOD, "krr-flood", "krr_flood", WARNING, "3.4", SIGHTING,
         "One creator makes very many distinct KRRs in a short time"),
    RULE(OFFER_SIGNATURE_INVALID, "offer-signature-invalid", "offer_signature_invalid", ERROR,
         "RFC 6507 5.2.2", OFFER, "The signature of the offer does not verify"),
    RULE(OFFER_SIGNER_UNKNOWN_KMS, "offer-signer-unknown-kms", "offer_signer_unknown_kms", NOTE,
         "TS 33.180 annex D", OFFER,
         "No certificate that holds is known of the KMS of the offer's signer"),
};
/* clang-format on */

static const char *const severity_names[] = {
    [KRR_SEVERITY_OFF] = "off",
    [KRR_SEVERITY_NOTE] = "note",
    [KRR_SEVERITY_WARNING] = "warning",
    [KRR_SEVERITY_ERROR] = "error",
};

KrrRuleId krr_rule_lookup(const char *name)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        if (g_str_equal(krr_rules[rule].name, name)) {
            return rule;
        }
    }
    return KRR_N_RULES;
}

const char *const *krr_rule_names(void)
{
    static const char *names[KRR_N_RULES + 1];

    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        names[rule] = krr_rules[rule].name;
    }
    return names;
}

const char *krr_severity_name(KrrSeverity severity)
{
    return severity_names[severity];
}

bool krr_severity_parse(const char *name, KrrSeverity *severity)
{
    for (guint i = 0; i < G_N_ELEMENTS(severity_names); i++) {
        if (g_str_equal(severity_names[i], name)) {
            *severity = (KrrSeverity)i;
            return true;
        }
    }
    return false;
}

KrrSeverity krr_rule_severity(const KmsPolicy *policy, KrrRuleId rule, KrrSeverity otherwise)
{
    const char *stated = kms_policy_severity(policy, krr_rules[rule].name);
    KrrSeverity severity = otherwise;

    if (stated) {
        krr_severity_parse(stated, &severity);
    }
    return severity;
}

void krr_finding_free(KrrFinding *finding)
{
    if (finding) {
        g_free(finding->expected);
        g_free(finding->observed);
        g_free(finding);
    }
}
