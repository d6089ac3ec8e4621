/* packet-mikey-sakke-signature.c
 * Is it genuine? The signature of a message, held against the KMS keys of the policy file
 *
 * A message is dissected several times, on several legs and whenever somebody looks at it; it is
 * verified once, and what came of it is remembered by its digest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/frame/krr-experts.h"
#include "plugin/mikey/packet-mikey-sakke-signature.h"
#include "plugin/preferences/krr-settings.h"

#include "core/rules/rules-offer-signature.h"
#include "core/story/offer-signature.h"

/* Messages remembered. A capture may hold any number of them. */
#define MAX_REMEMBERED 16384
/* Octets of a SIGN payload before the signature. */
#define SIGN_HEADER 2

static int hf_sign_status;
static int hf_sign_convention;
static int hf_sign_kms;
static int hf_sign_kms_certificate;

static GHashTable *remembered;              /* digest -> MikeySignature; survives captures */
static const KrrSettings *remembered_under; /* what they were verified under; a share, or NULL */

static void forget_all(void)
{
    g_hash_table_remove_all(remembered);
    g_clear_pointer(&remembered_under, krr_settings_unref);
}

/* Under another policy what was verified before may come out otherwise. */
static void forget_outdated(void)
{
    if (remembered_under == krr_settings()) {
        return;
    }
    forget_all();
    remembered_under = krr_settings_ref(krr_settings());
}

/* With at least one key at hand: without one there is nothing to verify, nor to remember. */
static MikeySignature verify_once(const MikeyTree *shown, const MikeyPayload *sign,
                                  const MikeyOffer *offer)
{
    const guint8 *octets = shown->message->octets;
    const guint32 value = sign->offset + SIGN_HEADER;

    forget_outdated();
    const MikeySignature *known =
        offer->digest ? g_hash_table_lookup(remembered, offer->digest) : NULL;
    if (known) {
        return *known;
    }
    const MikeySignature signature = offer_signature_verify(
        offer, krr_settings()->policy, octets, value, sign->offset + sign->length - value);
    if (offer->digest && g_hash_table_size(remembered) < MAX_REMEMBERED) {
        g_hash_table_insert(remembered, g_strdup(offer->digest),
                            g_memdup2(&signature, sizeof signature));
    }
    return signature;
}

static MikeySignature verify(const MikeyTree *shown, const MikeyPayload *sign,
                             const MikeyOffer *offer)
{
    if (!sign) {
        return (MikeySignature){.status = MIKEY_SIGNATURE_ABSENT};
    }
    if (mikey_payload_field(shown->message, sign, MIKEY_FIELD_SIGN_TYPE)->number !=
        MIKEY_SIGN_ECCSI) {
        return (MikeySignature){.status = MIKEY_SIGNATURE_UNVERIFIABLE};
    }
    if (!offer->idrkmsi || !kms_policy_certificates(krr_settings()->policy, offer->idrkmsi)) {
        return (MikeySignature){.status = MIKEY_SIGNATURE_NO_KMS_KEY};
    }
    return verify_once(shown, sign, offer);
}

static void show_text(const MikeyTree *shown, const MikeyPayload *sign, int hf, const char *value,
                      const char *for_people)
{
    if (!value) {
        return;
    }
    proto_item *item = proto_tree_add_string(mikey_tree_of_payload(shown, sign), hf, shown->tvb,
                                             (int)(sign->offset + SIGN_HEADER),
                                             (int)(sign->length - SIGN_HEADER), value);
    proto_item_set_generated(item);
    if (for_people) {
        proto_item_append_text(item, " (%s)", for_people);
    }
}

static void show(const MikeyTree *shown, const MikeyPayload *sign, const MikeyOffer *offer)
{
    const MikeySignature *signature = &offer->signature;
    const bool used_key = signature->status >= MIKEY_SIGNATURE_INVALID;
    const char *status = mikey_signature_status_name(signature->status);

    show_text(shown, sign, hf_sign_status, status, NULL);
    show_text(shown, sign, hf_sign_convention, mikey_signature_convention(signature),
              mikey_signature_convention_text(signature));
    show_text(shown, sign, hf_sign_kms, used_key ? offer->idrkmsi : NULL, NULL);
    show_text(shown, sign, hf_sign_kms_certificate, mikey_signature_certificate(signature), NULL);
    proto_item_append_text(shown->items[sign->first], ", %s", status);
}

static void judge(const MikeyTree *shown, const MikeyPayload *sign, const MikeyOffer *offer)
{
    g_autofree char *observed = NULL;
    const KrrRuleId rule = rules_offer_signature(offer, krr_settings()->policy, &observed);

    if (rule == KRR_N_RULES) {
        return;
    }
    const KrrSeverity severity =
        krr_rule_severity(krr_settings()->policy, rule, krr_rules[rule].severity);
    if (severity != KRR_SEVERITY_OFF) {
        krr_experts_add_rule(shown->pinfo, shown->items[sign->first], rule, severity, observed);
    }
}

void mikey_signature_judge(const MikeyTree *shown, MikeyOffer *offer)
{
    const MikeyPayload *sign = mikey_message_find(shown->message, MIKEY_SIGN);

    offer->signature = verify(shown, sign, offer);
    if (sign) {
        show(shown, sign, offer);
        judge(shown, sign, offer);
    }
}

static void end(void)
{
    forget_all();
    g_clear_pointer(&remembered, g_hash_table_unref);
}

void mikey_signature_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_sign_status,
         {"Status", "mikey_sakke.sign.status", FT_STRING, BASE_NONE, NULL, 0x0,
          "One of valid, invalid, unverifiable and no KMS key", HFILL}},
        {&hf_sign_convention,
         {"Convention", "mikey_sakke.sign.convention", FT_STRING, BASE_NONE, NULL, 0x0,
          "What a valid signature covers, and the form of the identity that made it", HFILL}},
        {&hf_sign_kms,
         {"KMS", "mikey_sakke.sign.kms", FT_STRING, BASE_NONE, NULL, 0x0,
          "The KMS whose keys were tried", HFILL}},
        {&hf_sign_kms_certificate,
         {"KMS certificate", "mikey_sakke.sign.kms_certificate", FT_STRING, BASE_NONE, NULL, 0x0,
          "What the certificate with the key was good for at the time in the message", HFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    register_shutdown_routine(end);
    remembered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}
