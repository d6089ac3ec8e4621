/* mikey-message.h
 * One MIKEY-SAKKE message as it stands in its octets: payloads, their fields, and what is wrong
 *
 * Made by mikey_parse() (mikey-parser.h). RFC 3830, 4563, 6043, 6509; TS 33.180 annex E.
 *
 * The fields of a message are one array in the order in which they are read, which is the order in
 * which a dissector shows them. A field that holds others stands before them; each names the one that
 * holds it. What is wrong is an array of its own, whose entries name the field that is to blame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_MESSAGE_H
#define MIKEY_MESSAGE_H

#include <stdbool.h>

#include <glib.h>

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
    MIKEY_HDR = 256 /**< the header: no other payload names it */
} MikeyPayloadType;

/** "T", "IDR", ... (static strings); NULL: nobody defined it. */
const char *mikey_payload_name(guint type);

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
    MIKEY_ROLE_RESPONDER_UID = 9
} MikeyRole;

/** CS ID map types (RFC 3830 6.1.1, RFC 4563, RFC 6043 6.1.1). */
typedef enum MikeyMapType { MIKEY_MAP_SRTP, MIKEY_MAP_EMPTY, MIKEY_MAP_GENERIC } MikeyMapType;

/** Types of timestamps (RFC 3830 6.6). */
typedef enum MikeyTimestampType {
    MIKEY_TS_NTP_UTC,
    MIKEY_TS_NTP,
    MIKEY_TS_COUNTER
} MikeyTimestampType;

/** Types of identities (RFC 3830 6.7, RFC 6043 6.6). What one is, is not always what it says. */
typedef enum MikeyIdType { MIKEY_ID_NAI, MIKEY_ID_URI, MIKEY_ID_BYTE_STRING } MikeyIdType;

/** Types of signatures (RFC 3830 6.5, RFC 6509). */
typedef enum MikeySignType {
    MIKEY_SIGN_RSA_PKCS1,
    MIKEY_SIGN_RSA_PSS,
    MIKEY_SIGN_ECCSI
} MikeySignType;

/** Types of General Extensions (RFC 3830 6.15, TS 33.180 annex E). */
typedef enum MikeyExtType {
    MIKEY_EXT_VENDOR_ID = 0,
    MIKEY_EXT_SDP_IDS = 1,
    MIKEY_EXT_SAKKE_TO_SELF = 6,
    MIKEY_EXT_KEY_PARAMETERS = 7
} MikeyExtType;

#define MIKEY_PROTOCOL_SRTP     0  /**< protocol type of crypto sessions and of SP */
#define MIKEY_N_SRTP_PARAMETERS 21 /**< the types of SRTP parameters are below (RFC 7714) */
#define MIKEY_MAX_SRTP_NUMBER   4  /**< octets of such a parameter that is a number */

/** What a field is. Those of one payload stand together. */
typedef enum MikeyFieldId {
    /* Header, and the crypto sessions of its map. */
    MIKEY_FIELD_HDR,
    MIKEY_FIELD_VERSION,
    MIKEY_FIELD_DATA_TYPE,
    MIKEY_FIELD_NEXT_PAYLOAD, /**< also of the other payloads but SIGN */
    MIKEY_FIELD_V,
    MIKEY_FIELD_PRF,
    MIKEY_FIELD_CSB_ID,
    MIKEY_FIELD_KEY_PURPOSE, /**< the top four bits of the CSB-ID */
    MIKEY_FIELD_CS_COUNT,
    MIKEY_FIELD_CS_ID_MAP_TYPE,
    MIKEY_FIELD_CS, /**< a crypto session; its number is its place in the map, from 0 */
    MIKEY_FIELD_CS_ID,
    MIKEY_FIELD_CS_PROT_TYPE,
    MIKEY_FIELD_CS_S,
    MIKEY_FIELD_CS_POLICY_COUNT,
    MIKEY_FIELD_CS_POLICY,
    MIKEY_FIELD_CS_SESSION_LENGTH,
    MIKEY_FIELD_CS_SESSION_DATA,
    MIKEY_FIELD_CS_SSRC,
    MIKEY_FIELD_CS_ROC,
    MIKEY_FIELD_CS_SEQ,
    MIKEY_FIELD_CS_SPI_LENGTH,
    MIKEY_FIELD_CS_SPI,
    MIKEY_FIELD_GMK_ID,

    MIKEY_FIELD_T,
    MIKEY_FIELD_TIMESTAMP_TYPE,
    MIKEY_FIELD_TIMESTAMP,
    MIKEY_FIELD_TIMESTAMP_COUNTER,

    MIKEY_FIELD_RAND,
    MIKEY_FIELD_RAND_LENGTH,
    MIKEY_FIELD_RAND_VALUE,

    MIKEY_FIELD_IDR,
    MIKEY_FIELD_IDR_ROLE,
    MIKEY_FIELD_IDR_TYPE,
    MIKEY_FIELD_IDR_LENGTH,
    MIKEY_FIELD_IDR_VALUE, /**< its number is a MikeyIdentityKind */

    MIKEY_FIELD_ID,
    MIKEY_FIELD_ID_TYPE,
    MIKEY_FIELD_ID_LENGTH,
    MIKEY_FIELD_ID_VALUE, /**< likewise */

    MIKEY_FIELD_SP,
    MIKEY_FIELD_SP_POLICY,
    MIKEY_FIELD_SP_PROT_TYPE,
    MIKEY_FIELD_SP_LENGTH,
    MIKEY_FIELD_SP_PARAM,
    MIKEY_FIELD_SP_PARAM_TYPE,
    MIKEY_FIELD_SP_PARAM_LENGTH,
    MIKEY_FIELD_SP_PARAM_VALUE,  /**< as octets */
    MIKEY_FIELD_SP_PARAM_NUMBER, /**< of SRTP, where its type is known */

    MIKEY_FIELD_SAKKE,
    MIKEY_FIELD_SAKKE_PARAMS,
    MIKEY_FIELD_SAKKE_ID_SCHEME,
    MIKEY_FIELD_SAKKE_LENGTH,
    MIKEY_FIELD_SAKKE_DATA,
    MIKEY_FIELD_SAKKE_POINT,
    MIKEY_FIELD_SAKKE_HASH,

    MIKEY_FIELD_KEMAC,
    MIKEY_FIELD_KEMAC_ENCR_ALG,
    MIKEY_FIELD_KEMAC_LENGTH,
    MIKEY_FIELD_KEMAC_DATA,
    MIKEY_FIELD_KEMAC_MAC_ALG,
    MIKEY_FIELD_KEMAC_MAC,

    MIKEY_FIELD_VER,
    MIKEY_FIELD_VER_AUTH_ALG,
    MIKEY_FIELD_VER_DATA,

    MIKEY_FIELD_ERR,
    MIKEY_FIELD_ERR_NUMBER,
    MIKEY_FIELD_ERR_RESERVED,

    MIKEY_FIELD_SIGN,
    MIKEY_FIELD_SIGN_TYPE,
    MIKEY_FIELD_SIGN_LENGTH,
    MIKEY_FIELD_SIGN_VALUE,
    MIKEY_FIELD_SIGN_R,
    MIKEY_FIELD_SIGN_S,
    MIKEY_FIELD_SIGN_PVT,

    MIKEY_FIELD_EXT,
    MIKEY_FIELD_EXT_TYPE,
    MIKEY_FIELD_EXT_LENGTH,
    MIKEY_FIELD_EXT_DATA,
    MIKEY_FIELD_KRR, /**< all of the data, which look like a KRR, whatever the type says */
    MIKEY_FIELD_VENDOR_ID,
    MIKEY_FIELD_SDP_IDS,
    MIKEY_FIELD_SELF_NEXT_PAYLOAD, /**< of the SAKKE payload in a SAKKE-to-self: without meaning */
    MIKEY_FIELD_SELF_PARAMS,
    MIKEY_FIELD_SELF_ID_SCHEME,
    MIKEY_FIELD_SELF_LENGTH,
    MIKEY_FIELD_SELF_DATA,
    MIKEY_FIELD_SELF_POINT,
    MIKEY_FIELD_SELF_HASH,
    MIKEY_FIELD_KEY_MESSAGE_TYPE, /**< from here to TAG: key parameters in the protected form */
    MIKEY_FIELD_KEY_TIME,
    MIKEY_FIELD_KEY_PAYLOAD_ID,
    MIKEY_FIELD_KEY_SEQUENCE,
    MIKEY_FIELD_KEY_ALGORITHM,
    MIKEY_FIELD_KEY_IV,
    MIKEY_FIELD_KEY_DPPK_ID,
    MIKEY_FIELD_KEY_IEI,
    MIKEY_FIELD_KEY_LENGTH,
    MIKEY_FIELD_KEY_CIPHERTEXT,
    MIKEY_FIELD_KEY_TAG,
    MIKEY_FIELD_KEY_TYPE, /**< from here on: in the clear form */
    MIKEY_FIELD_KEY_STATUS,
    MIKEY_FIELD_KEY_ACTIVATION,
    MIKEY_FIELD_KEY_EXPIRY,
    MIKEY_FIELD_KEY_TEXT_LENGTH,
    MIKEY_FIELD_KEY_TEXT,
    MIKEY_FIELD_KEY_GROUPS_LENGTH,
    MIKEY_FIELD_KEY_GROUPS_COUNT,
    MIKEY_FIELD_KEY_GROUP_IEI,
    MIKEY_FIELD_KEY_GROUP_LENGTH,
    MIKEY_FIELD_KEY_GROUP_URI,

    MIKEY_FIELD_UNREAD, /**< octets that were not taken apart; of any payload, or of none */
    MIKEY_N_FIELDS
} MikeyFieldId;

/** How the value of a field is to be taken. */
typedef enum MikeyFieldKind {
    MIKEY_KIND_GROUP,   /**< holds others */
    MIKEY_KIND_NUMBER,  /**< an integer in the octets, or in some bits of them */
    MIKEY_KIND_DERIVED, /**< a number that follows from another field */
    MIKEY_KIND_OCTETS,  /**< the octets themselves, be they text or not */
    MIKEY_KIND_TEXT,    /**< of people: what the octets mean as a text */
    MIKEY_KIND_NTP,     /**< number: nanoseconds since 1970 UTC */
    MIKEY_KIND_SECONDS, /**< number: seconds since 1970 UTC */
    MIKEY_KIND_KRR      /**< a document for another parser */
} MikeyFieldKind;

/** What an identity is, whatever its ID type claims. */
typedef enum MikeyIdentityKind {
    MIKEY_IDENTITY_TEXT,  /**< the text of the field is the identity */
    MIKEY_IDENTITY_UID,   /**< it is the UID that hides the user, 64 hex digits */
    MIKEY_IDENTITY_OCTETS /**< it is hex digits of octets that are no text */
} MikeyIdentityKind;

/** No field: of a field, that it stands in the message itself; of a problem, that the whole message is
 *  to blame. */
#define MIKEY_NO_FIELD G_MAXUINT

typedef struct MikeyField {
    MikeyFieldId id;
    MikeyFieldKind kind;
    guint parent;   /**< index of the field that holds it, or MIKEY_NO_FIELD */
    guint32 offset; /**< in the message; always within it */
    guint32 length; /**< in octets, of a GROUP that is not whole: to the end of what was captured */
    gint64 number;
    char *text; /**< UTF-8, owned; of TEXT only */
} MikeyField;

/** What is wrong, or cannot be told. */
typedef enum MikeyProblemId {
    MIKEY_PROBLEM_LENGTH_PAST_END, /**< a length points past the end of what it is a part of */
    MIKEY_PROBLEM_CUT,             /**< likewise, but the capture may have lost what is missing */
    MIKEY_PROBLEM_V_SET,
    MIKEY_PROBLEM_PRF,
    MIKEY_PROBLEM_PURPOSE,
    MIKEY_PROBLEM_MAP_TYPE,
    MIKEY_PROBLEM_MAP_COUNT,
    MIKEY_PROBLEM_UNDEFINED_PAYLOAD,
    MIKEY_PROBLEM_UNSUPPORTED_PAYLOAD,
    MIKEY_PROBLEM_TOO_MANY_PAYLOADS,
    MIKEY_PROBLEM_NO_SIGNATURE,
    MIKEY_PROBLEM_MISSING_PAYLOAD,
    MIKEY_PROBLEM_REPEATED_PAYLOAD,
    MIKEY_PROBLEM_LEFT_OVER,
    MIKEY_PROBLEM_UNSUPPORTED_LAYOUT, /**< a number that is not known leaves open what follows */
    MIKEY_PROBLEM_EMPTY_VALUE,
    MIKEY_PROBLEM_TRAILING_NUL,
    MIKEY_PROBLEM_UID_LENGTH,
    MIKEY_PROBLEM_IDENTITY_NOT_TEXT,
    MIKEY_PROBLEM_TOO_MANY_PARAMETERS,
    MIKEY_PROBLEM_SAKKE_DATA,
    MIKEY_PROBLEM_SIGN_TYPE,
    MIKEY_PROBLEM_SIGN_LENGTH,
    MIKEY_PROBLEM_SIGN_PVT,
    MIKEY_PROBLEM_EXT_LEFT_OVER,
    MIKEY_PROBLEM_DPPK_ID,
    MIKEY_PROBLEM_SHORT_CIPHERTEXT,
    MIKEY_PROBLEM_GROUP_IEI,
    MIKEY_PROBLEM_EMPTY_EXTENSION,
    MIKEY_N_PROBLEMS
} MikeyProblemId;

typedef struct MikeyProblem {
    MikeyProblemId id;
    guint field; /**< index of the field to blame, or MIKEY_NO_FIELD */
    guint place; /**< how many fields had been read when it was found */
    char *text;  /**< a sentence with the particulars, owned; NULL: there are none */
} MikeyProblem;

/** How far a message could be read. */
typedef enum MikeyState {
    MIKEY_WHOLE,  /**< to the end of its chain: what is not in it is truly absent */
    MIKEY_BROKEN, /**< a length points past the end, or a layout is not known */
    MIKEY_CUT     /**< the capture does not hold what the message announces */
} MikeyState;

/** A payload: its fields are those from first on. */
typedef struct MikeyPayload {
    MikeyPayloadType type;
    bool whole;     /**< read to its end */
    guint32 offset; /**< of the octets that it takes, "next payload" included */
    guint32 length;
    guint first; /**< index of the GROUP that holds all of it */
    guint count; /**< of fields, that one included */
} MikeyPayload;

typedef struct MikeyMessage {
    const guint8 *octets; /**< borrowed */
    guint32 length;
    MikeyState state;
    GArray *payloads; /**< of MikeyPayload, in the order of the message; the header is the first */
    GArray *fields;   /**< of MikeyField */
    GArray *problems; /**< of MikeyProblem */
} MikeyMessage;

/** For mikey-parser.c: a message of which nothing was read yet. */
MikeyMessage *mikey_message_new(const guint8 *octets, guint32 length);

void mikey_message_free(MikeyMessage *message);

static inline const MikeyField *mikey_message_field(const MikeyMessage *message, guint index)
{
    return &g_array_index(message->fields, MikeyField, index);
}

static inline const MikeyPayload *mikey_message_payload(const MikeyMessage *message, guint index)
{
    return &g_array_index(message->payloads, MikeyPayload, index);
}

/** The data type of the header; 0: it was not read. */
guint8 mikey_message_data_type(const MikeyMessage *message);

/** The first payload of a type that was read to its end; NULL: there is none. */
const MikeyPayload *mikey_message_find(const MikeyMessage *message, MikeyPayloadType type);

/** How many payloads of a type were read to their end. */
guint mikey_message_count(const MikeyMessage *message, MikeyPayloadType type);

/** The first field of a kind in a payload; NULL: it was not read. */
const MikeyField *mikey_payload_field(const MikeyMessage *message, const MikeyPayload *payload,
                                      MikeyFieldId id);

/** Likewise of those that the field with that index holds, at any depth. */
const MikeyField *mikey_group_field(const MikeyMessage *message, guint group, MikeyFieldId id);

/** The IDR payload of a role: the first, should it repeat. @param count  out, unless NULL: how many
 *  there are @return NULL: none was read to its end */
const MikeyPayload *mikey_message_identity(const MikeyMessage *message, MikeyRole role,
                                           guint *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MikeyMessage, mikey_message_free)

#endif
