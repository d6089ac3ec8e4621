/* mikey-offer-maker.c
 * The facts of a MIKEY-SAKKE message, from the message itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-offer-maker.h"

#include <openssl/evp.h>

#include "core/mikey/mikey-parser.h"
#include "core/octets/hex.h"

#define DIGEST_LENGTH 32

/* Which fact an identity is; NULL: none. */
static char **fact_of(MikeyOffer *offer, gint64 role, bool is_uid)
{
    switch (role) {
    case MIKEY_ROLE_INITIATOR:
        return is_uid ? &offer->uidi : &offer->idri;
    case MIKEY_ROLE_RESPONDER:
        return is_uid ? &offer->uidr : &offer->idrr;
    case MIKEY_ROLE_INITIATOR_KMS:
        return &offer->idrkmsi;
    case MIKEY_ROLE_RESPONDER_KMS:
        return &offer->idrkmsr;
    case MIKEY_ROLE_INITIATOR_UID:
        return is_uid ? &offer->uidi : NULL;
    case MIKEY_ROLE_RESPONDER_UID:
        return is_uid ? &offer->uidr : NULL;
    default:
        return NULL;
    }
}

static void take_identity(MikeyOffer *offer, const MikeyMessage *message,
                          const MikeyPayload *payload)
{
    const MikeyField *role = mikey_payload_field(message, payload, MIKEY_FIELD_IDR_ROLE);
    const MikeyField *value = mikey_payload_field(message, payload, MIKEY_FIELD_IDR_VALUE);
    char **fact = fact_of(offer, role->number, value->number == MIKEY_IDENTITY_UID);

    if (fact && !*fact && value->length > 0) {
        *fact = g_strdup(value->text);
    }
}

static void take_time(MikeyOffer *offer, const MikeyMessage *message, const MikeyPayload *payload)
{
    const MikeyField *time = mikey_payload_field(message, payload, MIKEY_FIELD_TIMESTAMP);

    if (time && !offer->has_time) {
        offer->has_time = true;
        offer->time_ns = time->number;
    }
}

static void take_header(MikeyOffer *offer, const MikeyMessage *message, const MikeyPayload *header)
{
    const MikeyField *csb_id = mikey_payload_field(message, header, MIKEY_FIELD_CSB_ID);
    const MikeyField *gmk_id = mikey_payload_field(message, header, MIKEY_FIELD_GMK_ID);

    offer->data_type = mikey_message_data_type(message);
    offer->csb_id = csb_id ? (guint32)csb_id->number : 0;
    offer->gmk_id = gmk_id ? g_strdup_printf("%08x", (guint32)gmk_id->number) : NULL;
}

static char *digest_of(const MikeyMessage *message)
{
    guint8 digest[DIGEST_LENGTH];

    if (EVP_Digest(message->octets, message->length, digest, NULL, EVP_sha256(), NULL) != 1) {
        return NULL;
    }
    return hex_encode(digest, sizeof digest);
}

MikeyOffer *mikey_offer_of_message(const MikeyMessage *message)
{
    MikeyOffer *offer = mikey_offer_new();

    for (guint i = 0; i < message->payloads->len; i++) {
        const MikeyPayload *payload = mikey_message_payload(message, i);
        if (payload->type == MIKEY_HDR) {
            take_header(offer, message, payload);
        } else if (payload->type == MIKEY_IDR && payload->whole) {
            take_identity(offer, message, payload);
        } else if (payload->type == MIKEY_T) {
            take_time(offer, message, payload);
        }
    }
    offer->whole = message->state == MIKEY_WHOLE;
    if (message->state != MIKEY_CUT) {
        offer->digest = digest_of(message);
    }
    return offer;
}

MikeyOffer *mikey_offer_of(const guint8 *octets, gsize length)
{
    g_autoptr(MikeyMessage) message = mikey_parse(octets, length, false);

    return mikey_offer_of_message(message);
}
