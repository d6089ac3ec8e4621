/* rules-offer-signature.c
 * The rules on the signatures of offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rules-offer-signature.h"

#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* ---- one offer ---- */

KrrRuleId rules_offer_signature(const MikeyOffer *offer, const KmsPolicy *policy, char **observed)
{
    const MikeySignature *signature = &offer->signature;

    if (!kms_policy_has_certificates(policy) || offer->data_type != MIKEY_DATA_TYPE_SAKKE) {
        return KRR_N_RULES;
    }
    if (signature->status == MIKEY_SIGNATURE_INVALID) {
        *observed = rule_words("The signature does not hold for the initiator that the offer "
                               "names, under any known key of %pQ.",
                               offer->idrkmsi);
        return KRR_RULE_OFFER_SIGNATURE_INVALID;
    }
    if (signature->status == MIKEY_SIGNATURE_NO_KMS_KEY) {
        *observed = offer->idrkmsi ? rule_words("The policy has no certificate of %pQ with a key.",
                                                offer->idrkmsi)
                                   : rule_words("The offer does not name the initiator's KMS.");
        return KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS;
    }
    if (signature->status == MIKEY_SIGNATURE_VALID &&
        signature->certificate != KMS_CERTIFICATE_CURRENT) {
        *observed = rule_words("The signature holds, but the certificate of %pQ is %s at the time "
                               "in the offer.",
                               offer->idrkmsi, kms_certificate_state_name(signature->certificate));
        return KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS;
    }
    return KRR_N_RULES;
}

/* What one of the two rules says of an offer; NULL: nothing. Caller frees. */
static char *observed_of(const StoryJudge *judge, KrrRuleId rule, const StoryOffer *offer)
{
    g_autofree char *observed = NULL;

    return rules_offer_signature(offer->facts, judge->policy, &observed) == rule
               ? g_steal_pointer(&observed)
               : NULL;
}

/* Notes that a rule judges nothing where the policy names no certificate of any KMS. */
static bool can_verify(StoryJudge *judge, KrrRuleId rule)
{
    const GPtrArray *offers = ledger_all_offers(judge->ledger);

    if (kms_policy_has_certificates(judge->policy)) {
        return true;
    }
    for (guint i = 0; i < offers->len; i++) {
        const StoryOffer *offer = story_offer_at(offers, i);
        if (offer->facts->signature.status != MIKEY_SIGNATURE_ABSENT) {
            audit_add_gap(judge, rule,
                          rule_words("The policy names no KMS certificate: signatures of offers "
                                     "are not verified."));
            return false;
        }
    }
    return false;
}

/* RFC 6507, 5.2.2: the verifier computes from the signer's identity and its KMS's key whether
 * the signature is valid. Silent where: the offer is not signed by ECCSI or not at all, or its
 * signer or the key of its KMS is not known. */
void rule_offer_signature_invalid(StoryJudge *judge)
{
    const GPtrArray *offers = ledger_all_offers(judge->ledger);

    if (!can_verify(judge, KRR_RULE_OFFER_SIGNATURE_INVALID)) {
        return;
    }
    for (guint i = 0; i < offers->len; i++) {
        const StoryOffer *offer = story_offer_at(offers, i);
        char *observed = observed_of(judge, KRR_RULE_OFFER_SIGNATURE_INVALID, offer);
        if (observed) {
            audit_add_finding(
                judge, KRR_RULE_OFFER_SIGNATURE_INVALID, story_subject_offer(judge, offer),
                g_array_copy(offer->frames),
                rule_words("An ECCSI signature by the initiator over the whole offer."), observed);
        }
        if (offer->facts->signature.status == MIKEY_SIGNATURE_UNVERIFIABLE) {
            audit_count_gap(judge, KRR_RULE_OFFER_SIGNATURE_INVALID, AUDIT_GAP_OFFER_UNVERIFIABLE);
        }
    }
}

/* ---- offers of which the same is to be said: there may be very many of one KMS ---- */

typedef struct Strangers {
    const StoryOffer *first;
    guint count;
    GArray *frames; /* the first one of each */
} Strangers;

static void note_stranger(GHashTable *strangers, GPtrArray *order, const StoryOffer *offer,
                          const char *observed)
{
    Strangers *same = g_hash_table_lookup(strangers, observed);

    if (!same) {
        char *key = g_strdup(observed);
        same = g_new0(Strangers, 1);
        same->first = offer;
        same->frames = evidence_new();
        g_hash_table_insert(strangers, key, same);
        g_ptr_array_add(order, key);
    }
    same->count++;
    evidence_add(same->frames, *story_frame_at(offer->frames, 0));
}

static void say_strangers(StoryJudge *judge, const Strangers *strangers, const char *observed)
{
    audit_add_finding(
        judge, KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS, story_subject_offer(judge, strangers->first),
        strangers->frames,
        rule_words("A certificate of the initiator's KMS that is neither revoked nor outdated."),
        strangers->count > 1 ? rule_words("%s So it is with %u offers.", observed, strangers->count)
                             : rule_words("%s", observed));
}

/* TS 33.180 annex D: the KMS certificate gives the key under which its users sign, and how long it
 * holds. Silent where: the policy names no certificate at all; the audit notes that. */
void rule_offer_signer_unknown_kms(StoryJudge *judge)
{
    const GPtrArray *offers = ledger_all_offers(judge->ledger);
    g_autoptr(GHashTable) strangers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    if (!can_verify(judge, KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS)) {
        return;
    }
    for (guint i = 0; i < offers->len; i++) {
        const StoryOffer *offer = story_offer_at(offers, i);
        g_autofree char *observed = observed_of(judge, KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS, offer);
        if (observed) {
            note_stranger(strangers, order, offer, observed);
        }
    }
    for (guint i = 0; i < order->len; i++) {
        const char *observed = g_ptr_array_index(order, i);
        say_strangers(judge, g_hash_table_lookup(strangers, observed), observed);
    }
}
