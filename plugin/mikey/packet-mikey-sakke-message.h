/* packet-mikey-sakke-message.h
 * One MIKEY-SAKKE message under dissection, for the files that share the work
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_MIKEY_SAKKE_MESSAGE_H
#define PACKET_MIKEY_SAKKE_MESSAGE_H

#include "core/mikey/mikey-offer.h"
#include "core/policy/kms-policy.h"

#include "plugin/mikey/packet-mikey-sakke-reader.h"

/** Payload numbers (RFC 3830 6.1, RFC 6043, RFC 6509). */
typedef enum MikeyPayloadType {
    MIKEY_LAST = 0,
    MIKEY_KEMAC = 1,
    MIKEY_PKE = 2,
    MIKEY_DH = 3,
    MIKEY_SIGN = 4,
    MIKEY_T = 5,
    MIKEY_ID = 6,
    MIKEY_CERT = 7,
    MIKEY_CHASH = 8,
    MIKEY_V = 9,
    MIKEY_SP = 10,
    MIKEY_RAND = 11,
    MIKEY_ERR = 12,
    MIKEY_TR = 13,
    MIKEY_IDR = 14,
    MIKEY_RANDR = 15,
    MIKEY_TP = 16,
    MIKEY_TICKET = 17,
    MIKEY_KEY_DATA = 20,
    MIKEY_EXT = 21,
    MIKEY_SAKKE = 26,
    MIKEY_N_PAYLOADS
} MikeyPayloadType;

/** Roles of an IDR payload (RFC 6043 6.6, RFC 6509, TS 33.180 annex E). */
typedef enum MikeyRole {
    MIKEY_ROLE_INITIATOR = 1,
    MIKEY_ROLE_RESPONDER = 2,
    MIKEY_ROLE_KMS = 3,
    MIKEY_ROLE_PSK = 4,
    MIKEY_ROLE_APPLICATION = 5,
    MIKEY_ROLE_INITIATOR_KMS = 6,
    MIKEY_ROLE_RESPONDER_KMS = 7,
    MIKEY_ROLE_INITIATOR_UID = 8,
    MIKEY_ROLE_RESPONDER_UID = 9,
    MIKEY_N_ROLES
} MikeyRole;

/** Where the identity of a role stands in the message: the first one, should it repeat. */
typedef struct MikeyIdentityPlace {
    guint count;      /**< IDR payloads of the role */
    proto_tree *tree; /**< of the payload, or NULL */
    int offset;       /**< of the value */
    int length;
} MikeyIdentityPlace;

/** Where the signature stands in the message. */
typedef struct MikeySignPlace {
    bool seen;
    bool eccsi;
    proto_tree *tree; /**< of the payload, or NULL */
    int offset;       /**< of the value */
    int length;
} MikeySignPlace;

/** Lives while the message is being dissected. */
typedef struct MikeyMessage {
    MikeyReader reader;
    MikeyOffer *offer;            /**< the facts, filled with or without a tree */
    guint seen[MIKEY_N_PAYLOADS]; /**< payloads of each type */
    MikeyIdentityPlace places[MIKEY_N_ROLES];
    MikeySignPlace sign;
    proto_item *header; /**< of HDR, or NULL */
} MikeyMessage;

/** What a message carries in its payload of one type. */
typedef struct MikeyPayload {
    guint8 type;
    int *hf; /**< of its subtree */
    /** Reads all that follows "next payload", into message->reader. */
    void (*dissect)(MikeyMessage *message);
} MikeyPayload;

/** For the protocol's registration. */
void mikey_payload_register(int proto, expert_module_t *expert);

/** How to read a payload; NULL: not a payload of a MIKEY-SAKKE message. */
const MikeyPayload *mikey_payload_lookup(guint8 type);

/** Is it a payload of MIKEY at all? */
bool mikey_payload_is_defined(guint8 type);

/** The names of payloads, for fields. */
extern const value_string mikey_payload_names[];

/** The fields of a SAKKE payload; one within another payload has its own. */
typedef struct MikeySakkeFields {
    int *params, *id_scheme, *length, *data, *point, *hash;
} MikeySakkeFields;

/** Reads a SAKKE payload after its "next payload". */
void mikey_sakke_dissect(MikeyReader *reader, const MikeySakkeFields *fields);

/** For the protocol's registration. */
void mikey_extension_register(int proto, expert_module_t *expert);
void mikey_extension_handoff(void);

/** Reads a General Extension payload after its "next payload". */
void mikey_extension_dissect(MikeyMessage *message);

/** For the protocol's registration. */
void mikey_identity_register(int proto);

/** Shows whose UIDs the message carries, as far as the identities are known from elsewhere. */
void mikey_identity_resolve(const MikeyMessage *message);

/** For the protocol's registration. */
void mikey_signature_register(int proto);

/** Verifies the signature, and shows what came of it. To be called when all else is read. */
void mikey_signature_judge(const MikeyMessage *message);

/** For the protocol's registration: @p proto is that of MIKEY-SAKKE. */
void mikey_carrier_register(int proto, expert_module_t *expert);
/** @param sakke  takes messages that mikey_is_sakke() */
void mikey_carrier_handoff(dissector_handle_t sakke);

#endif
