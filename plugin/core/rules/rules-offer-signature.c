/* rules-offer-signature.c
 * The rules on the signatures of offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rules-offer-signature.h"

#include "core/rules/rules-private.h"

KrrRuleId rules_offer_signature(const MikeyOffer *offer, const KmsPolicy *policy, char **observed)
{
    const MikeySignature *signature = &offer->signature;
    g_autofree char *kms = NULL;

    if (!kms_policy_has_certificates(policy) || offer->data_type != MIKEY_DATA_TYPE_SAKKE) {
        return KRR_N_RULES;
    }
    kms = rules_quote(offer->idrkmsi);
    if (signature->status == MIKEY_SIGNATURE_INVALID) {
        *observed = g_strdup_printf("The signature does not hold for the initiator that the offer "
                                    "names, under any known key of %s.",
                                    kms);
        return KRR_RULE_OFFER_SIGNATURE_INVALID;
    }
    if (signature->status == MIKEY_SIGNATURE_NO_KMS_KEY) {
        *observed = offer->idrkmsi
                        ? g_strdup_printf("The policy has no certificate of %s with a key.", kms)
                        : g_strdup("The offer does not name the initiator's KMS.");
        return KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS;
    }
    if (signature->status == MIKEY_SIGNATURE_VALID &&
        signature->certificate != KMS_CERTIFICATE_CURRENT) {
        *observed = g_strdup_printf("The signature holds, but the certificate of %s is %s at the "
                                    "time in the offer.",
                                    kms, kms_certificate_state_name(signature->certificate));
        return KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS;
    }
    return KRR_N_RULES;
}

static void fire_invalid(StoryJudge *judge, const StoryOffer *offer,
                         const StoryNegotiation *negotiation, const char *observed)
{
    StorySubject subject = {.negotiation = negotiation, .offer = offer};
    GArray *frames = evidence_new();

    g_array_append_vals(frames, offer->frames->data, offer->frames->len);
    story_fire(judge, KRR_RULE_OFFER_SIGNATURE_INVALID, subject, frames,
               g_strdup("An ECCSI signature by the initiator over the whole offer."),
               g_strdup(observed));
}

/* Offers of which the same is to be said: there may be very many of one KMS. */
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
    evidence_add(same->frames, g_array_index(offer->frames, StoryFrame, 0));
}

static void fire_stranger(StoryJudge *judge, const Strangers *strangers,
                          const StoryNegotiation *negotiation, const char *observed)
{
    StorySubject subject = {.negotiation = negotiation, .offer = strangers->first};
    g_autofree char *others = strangers->count > 1
                                  ? g_strdup_printf(" So it is with %u offers.", strangers->count)
                                  : g_strdup("");

    story_fire(judge, KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS, subject, strangers->frames,
               g_strdup("A certificate of the initiator's KMS that is neither revoked nor "
                        "outdated."),
               g_strconcat(observed, others, NULL));
}

static void note_unverified(StoryJudge *judge, guint signed_offers, guint unverifiable)
{
    if (signed_offers > 0 && !kms_policy_has_certificates(judge->policy)) {
        static const char reason[] =
            "The policy names no KMS certificate: signatures of offers are not verified.";
        story_gap(judge, KRR_RULE_OFFER_SIGNATURE_INVALID, g_strdup(reason));
        story_gap(judge, KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS, g_strdup(reason));
    } else if (unverifiable > 0) {
        story_gap(judge, KRR_RULE_OFFER_SIGNATURE_INVALID,
                  g_strdup_printf("The signature%s of %u offer%s not ECCSI, or the offer does not "
                                  "say who signed it.",
                                  unverifiable == 1 ? "" : "s", unverifiable,
                                  unverifiable == 1 ? " is" : "s are"));
    }
}

void rules_offer_signature_judge(StoryJudge *judge)
{
    const GPtrArray *offers = ledger_all_offers(judge->ledger);
    g_autoptr(GHashTable) strangers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    guint signed_offers = 0;
    guint unverifiable = 0;

    for (guint i = 0; i < offers->len; i++) {
        const StoryOffer *offer = g_ptr_array_index(offers, i);
        const MikeySignatureStatus status = offer->facts->signature.status;
        g_autofree char *observed = NULL;
        signed_offers += status != MIKEY_SIGNATURE_ABSENT ? 1 : 0;
        unverifiable += status == MIKEY_SIGNATURE_UNVERIFIABLE ? 1 : 0;
        switch (rules_offer_signature(offer->facts, judge->policy, &observed)) {
        case KRR_RULE_OFFER_SIGNATURE_INVALID:
            fire_invalid(judge, offer, story_negotiation_of_offer(judge, offer), observed);
            break;
        case KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS:
            note_stranger(strangers, order, offer, observed);
            break;
        default:
            break;
        }
    }
    for (guint i = 0; i < order->len; i++) {
        const Strangers *same = g_hash_table_lookup(strangers, order->pdata[i]);
        fire_stranger(judge, same, story_negotiation_of_offer(judge, same->first), order->pdata[i]);
    }
    note_unverified(judge, signed_offers, unverifiable);
}
