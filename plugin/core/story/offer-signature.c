/* offer-signature.c
 * Is an offer genuine? Its ECCSI signature, held against the KMS keys that the policy names
 *
 * A wrong signature costs most, since every combination is tried: at most KMS_MAX_CERTIFICATES keys,
 * N_SPELLINGS * N_PERIODS identities and four conventions, 0.2 ms each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/offer-signature.h"

#include <string.h>

#include "core/octets/hex.h"

#define NS_PER_SECOND      G_GINT64_CONSTANT(1000000000)
#define SIGN_HEADER_LENGTH 2
#define SIP_SCHEME         "sip:"
#define N_SPELLINGS        2
#define N_PERIODS          3 /* that of T, the next and the one before */

/* UIDs under which the signature may hold. */
typedef struct Signers {
    guint n;
    guint8 uid[N_SPELLINGS * N_PERIODS][MCX_UID_LENGTH];
} Signers;

/* A message up to the end of its signature. */
typedef struct SignedMessage {
    const guint8 *octets;
    gsize value; /* offset of the signature's value: what is before it is signed */
} SignedMessage;

/* Adds the UIDs of an identity in clear, the likeliest first. */
static void add_computed(Signers *signers, const MikeyOffer *offer, McxKeyPeriod key_period)
{
    const guint64 number = mcx_uid_period_number(offer->time_ns, key_period);
    const guint64 numbers[N_PERIODS] = {number, number + 1, number - MIN(number, 1)};
    const bool has_scheme = g_str_has_prefix(offer->idri, SIP_SCHEME);
    g_autofree char *other = has_scheme ? g_strdup(offer->idri + strlen(SIP_SCHEME))
                                        : g_strconcat(SIP_SCHEME, offer->idri, NULL);
    const char *const spellings[N_SPELLINGS] = {offer->idri, other};

    for (guint i = 0; i < N_PERIODS; i++) {
        for (guint k = 0; k < N_SPELLINGS; k++) {
            mcx_uid_compute(spellings[k], offer->idrkmsi, key_period, numbers[i],
                            signers->uid[signers->n++]);
        }
    }
}

static Signers find_signers(const MikeyOffer *offer, const KmsPolicy *policy)
{
    Signers signers = {0};

    const McxKeyPeriod key_period = kms_policy_key_period(policy, offer->idrkmsi);
    const bool computable = offer->idri && offer->has_time;

    if (!offer->uidi) {
        if (computable) {
            add_computed(&signers, offer, key_period);
        }
        return signers;
    }
    g_autofree char *match = computable ? mcx_uid_match(offer->uidi, offer->idri, offer->idrkmsi,
                                                        key_period, offer->time_ns)
                                        : NULL;
    if (match || !computable) {
        signers.n = hex_decode(offer->uidi, signers.uid[0], MCX_UID_LENGTH) ? 1 : 0;
    }
    return signers;
}

static bool verify_as(const SignedMessage *message, const guint8 *key, const guint8 *uid,
                      MikeySigning signing)
{
    const gsize length = message->value - (signing.without_header ? SIGN_HEADER_LENGTH : 0);
    const guint8 *signature = message->octets + message->value;

    if (!signing.hex_id) {
        return eccsi_verify(key, uid, MCX_UID_LENGTH, message->octets, length, signature);
    }
    g_autofree char *hex = hex_encode(uid, MCX_UID_LENGTH);
    return eccsi_verify(key, (const guint8 *)hex, strlen(hex), message->octets, length, signature);
}

static bool verify_with(const SignedMessage *message, const guint8 *key, const Signers *signers,
                        MikeySigning *signing)
{
    static const MikeySigning conventions[] = {
        {false, false}, {true, false}, {false, true}, {true, true}};

    for (guint i = 0; i < G_N_ELEMENTS(conventions); i++) {
        for (guint k = 0; k < signers->n; k++) {
            if (verify_as(message, key, signers->uid[k], conventions[i])) {
                *signing = conventions[i];
                return true;
            }
        }
    }
    return false;
}

/* Was a certificate good at T? Without T only whether it is revoked counts. */
static KmsCertificateState state_at(const KmsCertificate *certificate, const MikeyOffer *offer)
{
    if (offer->has_time) {
        return kms_certificate_state(certificate, offer->time_ns / NS_PER_SECOND);
    }
    return certificate->revoked ? KMS_CERTIFICATE_REVOKED : KMS_CERTIFICATE_CURRENT;
}

MikeySignature offer_signature_verify(const MikeyOffer *offer, const KmsPolicy *policy,
                                      const guint8 *message, gsize value, gsize length)
{
    const GPtrArray *certificates =
        offer->idrkmsi ? kms_policy_certificates(policy, offer->idrkmsi) : NULL;
    const bool names_signer = offer->uidi || (offer->idri && offer->has_time);
    const SignedMessage signed_message = {message, value};
    MikeySignature outcome = {.status = MIKEY_SIGNATURE_NO_KMS_KEY};

    if (!certificates) {
        return outcome;
    }
    const Signers signers =
        length == ECCSI_SIGNATURE_LENGTH ? find_signers(offer, policy) : (Signers){0};
    for (guint i = 0; i < certificates->len; i++) {
        const KmsCertificate *certificate = g_ptr_array_index(certificates, i);
        if (!certificate->has_key) {
            continue;
        }
        outcome.status = names_signer ? MIKEY_SIGNATURE_INVALID : MIKEY_SIGNATURE_UNVERIFIABLE;
        if (verify_with(&signed_message, certificate->key, &signers, &outcome.signing)) {
            outcome.status = MIKEY_SIGNATURE_VALID;
            outcome.certificate = state_at(certificate, offer);
            break;
        }
    }
    return outcome;
}
