/* packet-mikey-sakke-payload.c
 * The payloads of a MIKEY-SAKKE message, one function each
 *
 * Layouts: RFC 3830 6.x, RFC 6043 6.6 (IDR), RFC 6509 4.2 (SAKKE), RFC 6507 3.3 (ECCSI); SRTP
 * parameters: RFC 3830 6.10.1, RFC 4771, RFC 7714; what 3GPP makes of them: TS 33.180 annex E.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/mikey/packet-mikey-sakke-message.h"

#include "core/mikey/mcx-uid.h"
#include "plugin/frame/krr-nstime.h"

/* Seconds from 1900 to 1970, and those after which NTP's 32 bits begin anew. */
#define NTP_TO_UNIX    2208988800
#define NTP_ERA        (G_GUINT64_CONSTANT(1) << 32)
#define NTP_FIRST_HALF (G_GUINT64_CONSTANT(1) << 31)

#define ECCSI_LENGTH        129 /* r, s, PVT */
#define ECCSI_NUMBER_LENGTH 32
#define ECCSI_PVT_LENGTH    65
#define UNCOMPRESSED_POINT  0x04
#define SAKKE_POINT_LENGTH  257 /* 0x04, x, y of 128 octets each */

/* Far more than any profile needs; keeps a hostile message from flooding the tree. */
#define MAX_SRTP_PARAMETERS 64
#define N_SRTP_PARAMETERS   21

enum { TS_NTP_UTC, TS_NTP, TS_COUNTER };
enum { ID_NAI, ID_URI, ID_BYTE_STRING };
enum { SIGN_RSA_PKCS1, SIGN_RSA_PSS, SIGN_ECCSI };
enum { PROTOCOL_SRTP };

static int hf_t;
static int hf_rand;
static int hf_idr;
static int hf_id;
static int hf_sp;
static int hf_sakke;
static int hf_ext;
static int hf_kemac;
static int hf_v;
static int hf_err;
static int hf_sign;

static int hf_timestamp_type;
static int hf_timestamp;
static int hf_timestamp_counter;
static int hf_rand_length;
static int hf_rand_value;
static int hf_idr_role;
static int hf_idr_type;
static int hf_idr_length;
static int hf_idr_value;
static int hf_id_type;
static int hf_id_length;
static int hf_id_value;
static int hf_sp_policy;
static int hf_sp_prot_type;
static int hf_sp_length;
static int hf_sp_param;
static int hf_sp_param_type;
static int hf_sp_param_length;
static int hf_sp_param_value;
static int hf_srtp[N_SRTP_PARAMETERS];
static int hf_sakke_params;
static int hf_sakke_id_scheme;
static int hf_sakke_length;
static int hf_sakke_data;
static int hf_sakke_point;
static int hf_sakke_hash;
static int hf_kemac_encr_alg;
static int hf_kemac_length;
static int hf_kemac_data;
static int hf_kemac_mac_alg;
static int hf_kemac_mac;
static int hf_v_auth_alg;
static int hf_v_data;
static int hf_err_number;
static int hf_err_reserved;
static int hf_sign_type;
static int hf_sign_length;
static int hf_sign_value;
static int hf_sign_r;
static int hf_sign_s;
static int hf_sign_pvt;

static int ett_param = -1;
static int ett_octets = -1;

static expert_field ei_unsupported_layout;
static expert_field ei_empty_value;
static expert_field ei_trailing_nul;
static expert_field ei_uid_length;
static expert_field ei_identity_not_text;
static expert_field ei_too_many_parameters;
static expert_field ei_sakke_data;
static expert_field ei_sign_type;
static expert_field ei_sign_length;
static expert_field ei_sign_pvt;

const value_string mikey_payload_names[] = {
    {MIKEY_LAST, "Last payload"},
    {MIKEY_KEMAC, "KEMAC"},
    {MIKEY_PKE, "PKE"},
    {MIKEY_DH, "DH"},
    {MIKEY_SIGN, "SIGN"},
    {MIKEY_T, "T"},
    {MIKEY_ID, "ID"},
    {MIKEY_CERT, "CERT"},
    {MIKEY_CHASH, "CHASH"},
    {MIKEY_V, "V"},
    {MIKEY_SP, "SP"},
    {MIKEY_RAND, "RAND"},
    {MIKEY_ERR, "ERR"},
    {MIKEY_TR, "TR"},
    {MIKEY_IDR, "IDR"},
    {MIKEY_RANDR, "RANDR"},
    {MIKEY_TP, "TP"},
    {MIKEY_TICKET, "TICKET"},
    {MIKEY_KEY_DATA, "Key data"},
    {MIKEY_EXT, "General Extension"},
    {MIKEY_SAKKE, "SAKKE"},
    {0, NULL},
};

static const value_string timestamp_type_names[] = {
    {TS_NTP_UTC, "NTP-UTC"},
    {TS_NTP, "NTP"},
    {TS_COUNTER, "Counter"},
    {0, NULL},
};

static const value_string role_names[] = {
    {MIKEY_ROLE_INITIATOR, "Initiator (IDRi)"},
    {MIKEY_ROLE_RESPONDER, "Responder (IDRr)"},
    {MIKEY_ROLE_KMS, "KMS (IDRkms)"},
    {MIKEY_ROLE_PSK, "Pre-shared key (IDRpsk)"},
    {MIKEY_ROLE_APPLICATION, "Application (IDRapp)"},
    {MIKEY_ROLE_INITIATOR_KMS, "Initiator's KMS (IDRkmsi)"},
    {MIKEY_ROLE_RESPONDER_KMS, "Responder's KMS (IDRkmsr)"},
    {MIKEY_ROLE_INITIATOR_UID, "Initiator's UID (IDRuidi)"},
    {MIKEY_ROLE_RESPONDER_UID, "Responder's UID (IDRuidr)"},
    {0, NULL},
};

static const value_string id_type_names[] = {
    {ID_NAI, "NAI"},
    {ID_URI, "URI"},
    {ID_BYTE_STRING, "Byte string"},
    {0, NULL},
};

static const value_string protocol_names[] = {
    {PROTOCOL_SRTP, "SRTP"},
    {0, NULL},
};

static const value_string srtp_parameter_names[] = {
    {0, "Encryption algorithm"},
    {1, "Session encryption key length"},
    {2, "Authentication algorithm"},
    {3, "Session authentication key length"},
    {4, "Session salt key length"},
    {5, "SRTP pseudo-random function"},
    {6, "Key derivation rate"},
    {7, "SRTP encryption"},
    {8, "SRTCP encryption"},
    {9, "Order of FEC and SRTP"},
    {10, "SRTP authentication"},
    {11, "Authentication tag length"},
    {12, "SRTP prefix length"},
    {13, "ROC transmission rate"},
    {18, "SRTP authentication tag length"},
    {19, "SRTCP authentication tag length"},
    {20, "AEAD authentication tag length"},
    {0, NULL},
};

static const value_string srtp_encryption_names[] = {
    {0, "NULL"},     {1, "AES-CM"},   {2, "AES-F8"},  {3, "SEED-CTR"},
    {4, "SEED-CCM"}, {5, "SEED-GCM"}, {6, "AES-GCM"}, {0, NULL},
};

static const value_string srtp_authentication_names[] = {
    {0, "NULL"}, {1, "HMAC-SHA-1"}, {2, "RCCm1"}, {3, "RCCm2"}, {4, "RCCm3"}, {0, NULL},
};

static const value_string srtp_prf_names[] = {
    {0, "AES-CM"},
    {0, NULL},
};

static const value_string srtp_fec_names[] = {
    {0, "FEC, then SRTP"},
    {1, "SRTP, then FEC"},
    {2, "Split"},
    {0, NULL},
};

static const value_string switch_names[] = {
    {0, "off"},
    {1, "on"},
    {0, NULL},
};

static const range_string sakke_params_names[] = {
    {1, 1, "Parameter set 1 (RFC 6509)"},
    {0, 0, NULL},
};

static const range_string sakke_id_scheme_names[] = {
    {1, 1, "tel URI with monthly keys"},
    {2, 2, "3GPP MCX hashed UID"},
    {240, 255, "Private use"},
    {0, 0, NULL},
};

static const value_string encryption_names[] = {
    {0, "NULL"},
    {1, "AES-CM-128"},
    {2, "AES-KW-128"},
    {0, NULL},
};

/* Each MAC algorithm's name, and how many octets its MACs have. */
static const value_string mac_names[] = {
    {0, "NULL"},
    {1, "HMAC-SHA-1-160"},
    {2, "HMAC-SHA-256-256"},
    {0, NULL},
};
static const int mac_lengths[] = {0, 20, 32};

static const value_string error_names[] = {
    {0, "Authentication failure"},
    {1, "Invalid timestamp"},
    {2, "PRF function not supported"},
    {3, "MAC algorithm not supported"},
    {4, "Encryption algorithm not supported"},
    {5, "Hash function not supported"},
    {6, "DH group not supported"},
    {7, "ID not supported"},
    {8, "Certificate not supported"},
    {9, "SP type not supported"},
    {10, "SP parameters not supported"},
    {11, "Data type not supported"},
    {12, "Unspecified error"},
    {0, NULL},
};

static const value_string sign_names[] = {
    {SIGN_RSA_PKCS1, "RSA/PKCS#1 1.5"},
    {SIGN_RSA_PSS, "RSA/PSS"},
    {SIGN_ECCSI, "ECCSI"},
    {0, NULL},
};

/* Says that a number, shown as item, leaves open how long what follows is. */
static void break_at_unknown(MikeyReader *reader, proto_item *item, const char *what)
{
    if (!mikey_reader_intact(reader)) {
        return;
    }
    expert_add_info_format(reader->pinfo, item, &ei_unsupported_layout,
                           "%s that is not known: what follows cannot be read", what);
    mikey_read_rest(reader);
    mikey_reader_break(reader);
}

static void note_empty(const MikeyReader *reader, guint32 length)
{
    if (length == 0 && mikey_reader_intact(reader)) {
        expert_add_info(reader->pinfo, reader->announced, &ei_empty_value);
    }
}

/* A timestamp of NTP's 64 bits. Seconds of the first half belong to the era that begins in 2036
 * (RFC 4330 section 3): a MIKEY message is not older than MIKEY. */
static gint64 ntp_to_unix_ns(guint32 seconds, guint32 fraction)
{
    const guint64 since_1900 = seconds + (seconds < NTP_FIRST_HALF ? NTP_ERA : 0);

    return ((gint64)since_1900 - NTP_TO_UNIX) * G_GINT64_CONSTANT(1000000000) +
           (gint64)(((guint64)fraction * 1000000000) >> 32);
}

static void dissect_ntp(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;

    if (!mikey_reader_has(reader, 8)) {
        return;
    }
    const guint32 seconds = tvb_get_ntohl(reader->tvb, reader->offset);
    const guint32 fraction = tvb_get_ntohl(reader->tvb, reader->offset + 4);
    const gint64 ns = ntp_to_unix_ns(seconds, fraction);
    const nstime_t time = krr_nstime(ns);

    proto_tree_add_time(reader->tree, hf_timestamp, reader->tvb, reader->offset, 8, &time);
    reader->offset += 8;
    if (!message->offer->has_time) {
        message->offer->has_time = true;
        message->offer->time_ns = ns;
    }
}

static void dissect_t(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    proto_item *item;

    switch (mikey_read_uint(reader, hf_timestamp_type, 1, &item)) {
    case TS_NTP_UTC:
    case TS_NTP:
        dissect_ntp(message);
        break;
    case TS_COUNTER:
        mikey_read_uint(reader, hf_timestamp_counter, 4, NULL);
        break;
    default:
        break_at_unknown(reader, item, "A timestamp type");
    }
}

static void dissect_rand(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    const guint32 length = mikey_read_length(reader, hf_rand_length, 1);

    note_empty(reader, length);
    mikey_read_octets(reader, hf_rand_value, length);
}

/* Is it text that can be shown as it is? */
static bool is_printable(const char *text, gsize length)
{
    if (!g_utf8_validate(text, length, NULL)) {
        return false;
    }
    for (gsize i = 0; i < length; i++) {
        if (g_ascii_iscntrl(text[i])) {
            return false;
        }
    }
    return true;
}

/* Text of any octets: what is no text becomes U+FFFD. */
static char *make_printable(wmem_allocator_t *pool, const char *octets, gsize length)
{
    g_autofree char *valid = g_utf8_make_valid(octets, length);
    wmem_strbuf_t *text = wmem_strbuf_new(pool, "");

    for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
        wmem_strbuf_append_unichar(text, g_ascii_iscntrl(*c) ? 0xfffd : g_utf8_get_char(c));
    }
    return wmem_strbuf_finalize(text);
}

/* What an identity is, whatever its ID type claims. */
typedef struct Identity {
    const char *text; /* for people; in the pool of the packet */
    bool is_uid;
    bool has_nul; /* dropped from the text */
    bool not_text;
} Identity;

/* A hash has 32 octets and is announced as a URI, or stands under the role of the user that it
 * hides: so the role and the octets themselves decide. */
static Identity identity_of(const MikeyReader *reader, guint32 role, guint32 type, int length)
{
    wmem_allocator_t *pool = reader->pinfo->pool;
    const char *octets =
        length > 0 ? (const char *)tvb_get_ptr(reader->tvb, reader->offset, length) : "";
    const bool uid_role = role == MIKEY_ROLE_INITIATOR_UID || role == MIKEY_ROLE_RESPONDER_UID;
    const bool user_role = role == MIKEY_ROLE_INITIATOR || role == MIKEY_ROLE_RESPONDER;
    gsize text_length = length;
    Identity identity = {0};

    while (text_length > 0 && octets[text_length - 1] == '\0') {
        text_length--;
    }

    const bool printable = is_printable(octets, text_length);

    identity.is_uid = length == MCX_UID_LENGTH && (uid_role || (user_role && !printable));
    if (identity.is_uid || (!printable && (uid_role || type == ID_BYTE_STRING))) {
        identity.text = tvb_bytes_to_str(pool, reader->tvb, reader->offset, length);
        return identity;
    }
    identity.has_nul = text_length < (gsize)length;
    identity.not_text = !printable;
    identity.text = printable ? wmem_strndup(pool, octets, text_length)
                              : make_printable(pool, octets, text_length);
    return identity;
}

/* Which fact of the offer an identity is. */
static char **fact_of(MikeyOffer *offer, guint32 role, bool is_uid)
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

static void judge_identity(const MikeyReader *reader, proto_item *item, guint32 role,
                           const Identity *identity)
{
    if (identity->has_nul) {
        expert_add_info(reader->pinfo, item, &ei_trailing_nul);
    }
    if (identity->not_text) {
        expert_add_info(reader->pinfo, item, &ei_identity_not_text);
    }
    if (!identity->is_uid &&
        (role == MIKEY_ROLE_INITIATOR_UID || role == MIKEY_ROLE_RESPONDER_UID)) {
        expert_add_info(reader->pinfo, item, &ei_uid_length);
    }
}

/* The value of an ID or IDR payload, which length octets hold. */
static Identity dissect_identity(MikeyReader *reader, int hf, guint32 role, guint32 type,
                                 int length)
{
    Identity identity = {0};

    note_empty(reader, length);
    if (!mikey_reader_has(reader, length)) {
        return identity;
    }
    identity = identity_of(reader, role, type, length);

    proto_item *item =
        proto_tree_add_string(reader->tree, hf, reader->tvb, reader->offset, length, identity.text);

    judge_identity(reader, item, role, &identity);
    proto_item_append_text(proto_tree_get_parent(reader->tree), ": %s", identity.text);
    reader->offset += length;
    reader->announced = NULL;
    return identity;
}

static void dissect_idr(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    const guint32 role = mikey_read_uint(reader, hf_idr_role, 1, NULL);
    const guint32 type = mikey_read_uint(reader, hf_idr_type, 1, NULL);
    const int length = (int)mikey_read_length(reader, hf_idr_length, 2);
    const int offset = reader->offset;

    if (mikey_reader_intact(reader)) {
        proto_item_append_text(proto_tree_get_parent(reader->tree), ", %s",
                               val_to_str_const(role, role_names, "Unknown role"));
    }

    const Identity identity = dissect_identity(reader, hf_idr_value, role, type, length);

    if (!mikey_reader_intact(reader)) {
        return;
    }

    char **fact = fact_of(message->offer, role, identity.is_uid);

    if (fact && !*fact && length > 0) {
        *fact = g_strdup(identity.text);
    }
    if (role < MIKEY_N_ROLES && message->places[role].count++ == 0) {
        message->places[role].tree = reader->tree;
        message->places[role].offset = offset;
        message->places[role].length = length;
    }
}

static void dissect_id(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    const guint32 type = mikey_read_uint(reader, hf_id_type, 1, NULL);
    const int length = (int)mikey_read_length(reader, hf_id_length, 2);

    dissect_identity(reader, hf_id_value, 0, type, length);
}

/* One SRTP parameter: its value under its own name where it has one and is a number. */
static void dissect_srtp_parameter(MikeyReader *reader, bool srtp)
{
    proto_tree *outer = reader->tree;
    const int start = reader->offset;
    proto_item *item = proto_tree_add_item(outer, hf_sp_param, reader->tvb, start,
                                           mikey_reader_left(reader), ENC_NA);

    reader->tree = proto_item_add_subtree(item, ett_param);

    const guint32 type = mikey_read_uint(reader, hf_sp_param_type, 1, NULL);
    const guint32 length = mikey_read_length(reader, hf_sp_param_length, 1);
    const int hf = srtp && type < N_SRTP_PARAMETERS ? hf_srtp[type] : 0;

    if (hf > 0 && length >= 1 && length <= 4) {
        const guint32 value = mikey_read_uint(reader, hf, length, NULL);

        proto_item_append_text(item, ", %s: %u", proto_registrar_get_name(hf), value);
    } else {
        note_empty(reader, length);
        mikey_read_octets(reader, hf_sp_param_value, length);
        proto_item_append_text(item, ", type %u", type);
    }
    proto_item_set_len(item, reader->offset - start);
    reader->tree = outer;
}

static void dissect_sp(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    guint count = 0;

    mikey_read_uint(reader, hf_sp_policy, 1, NULL);

    const bool srtp = mikey_read_uint(reader, hf_sp_prot_type, 1, NULL) == PROTOCOL_SRTP;
    MikeyReader parameters =
        mikey_reader_part(reader, (int)mikey_read_length(reader, hf_sp_length, 2));

    while (mikey_reader_left(&parameters) > 0 && count++ < MAX_SRTP_PARAMETERS) {
        dissect_srtp_parameter(&parameters, srtp);
    }
    if (mikey_reader_left(&parameters) > 0) {
        expert_add_info(reader->pinfo, proto_tree_get_parent(reader->tree),
                        &ei_too_many_parameters);
        mikey_read_rest(&parameters);
    }
}

void mikey_sakke_dissect(MikeyReader *reader, const MikeySakkeFields *fields)
{
    mikey_read_uint(reader, *fields->params, 1, NULL);
    mikey_read_uint(reader, *fields->id_scheme, 1, NULL);

    const int length = (int)mikey_read_length(reader, *fields->length, 2);
    const int start = reader->offset;
    proto_item *length_item = reader->announced;
    proto_item *item = mikey_read_octets(reader, *fields->data, length);

    if (!mikey_reader_intact(reader)) {
        return;
    }
    if (length <= SAKKE_POINT_LENGTH || tvb_get_uint8(reader->tvb, start) != UNCOMPRESSED_POINT) {
        expert_add_info(reader->pinfo, item ? item : length_item, &ei_sakke_data);
        return;
    }

    proto_tree *tree = proto_item_add_subtree(item, ett_octets);

    proto_tree_add_item(tree, *fields->point, reader->tvb, start, SAKKE_POINT_LENGTH, ENC_NA);
    proto_tree_add_item(tree, *fields->hash, reader->tvb, start + SAKKE_POINT_LENGTH,
                        length - SAKKE_POINT_LENGTH, ENC_NA);
}

static void dissect_sakke(MikeyMessage *message)
{
    static const MikeySakkeFields fields = {&hf_sakke_params, &hf_sakke_id_scheme, &hf_sakke_length,
                                            &hf_sakke_data,   &hf_sakke_point,     &hf_sakke_hash};

    mikey_sakke_dissect(&message->reader, &fields);
}

/* An algorithm, then a MAC as long as that algorithm makes it. */
static void dissect_mac(MikeyReader *reader, int hf_algorithm, int hf_mac)
{
    proto_item *item;
    const guint32 algorithm = mikey_read_uint(reader, hf_algorithm, 1, &item);

    if (algorithm >= array_length(mac_lengths)) {
        break_at_unknown(reader, item, "A MAC algorithm");
    } else if (mac_lengths[algorithm] > 0) {
        mikey_read_octets(reader, hf_mac, mac_lengths[algorithm]);
    }
}

static void dissect_kemac(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;

    mikey_read_uint(reader, hf_kemac_encr_alg, 1, NULL);
    mikey_read_octets(reader, hf_kemac_data, (int)mikey_read_length(reader, hf_kemac_length, 2));
    dissect_mac(reader, hf_kemac_mac_alg, hf_kemac_mac);
}

static void dissect_v(MikeyMessage *message)
{
    dissect_mac(&message->reader, hf_v_auth_alg, hf_v_data);
}

static void dissect_err(MikeyMessage *message)
{
    mikey_read_uint(&message->reader, hf_err_number, 1, NULL);
    mikey_read_uint(&message->reader, hf_err_reserved, 2, NULL);
}

static void dissect_eccsi(const MikeyReader *reader, proto_item *item, int offset)
{
    proto_tree *tree = proto_item_add_subtree(item, ett_octets);
    const int s = offset + ECCSI_NUMBER_LENGTH;
    const int pvt = s + ECCSI_NUMBER_LENGTH;

    proto_tree_add_item(tree, hf_sign_r, reader->tvb, offset, ECCSI_NUMBER_LENGTH, ENC_NA);
    proto_tree_add_item(tree, hf_sign_s, reader->tvb, s, ECCSI_NUMBER_LENGTH, ENC_NA);
    item = proto_tree_add_item(tree, hf_sign_pvt, reader->tvb, pvt, ECCSI_PVT_LENGTH, ENC_NA);
    if (tvb_get_uint8(reader->tvb, pvt) != UNCOMPRESSED_POINT) {
        expert_add_info(reader->pinfo, item, &ei_sign_pvt);
    }
}

/* SIGN has no "next payload": it ends the message. */
static void dissect_sign(MikeyMessage *message)
{
    MikeyReader *reader = &message->reader;
    const guint32 type = mikey_peek_uint(reader, 2) >> 12;
    proto_item *item = NULL;

    if (mikey_reader_intact(reader)) {
        item = proto_tree_add_item(reader->tree, hf_sign_type, reader->tvb, reader->offset, 2,
                                   ENC_BIG_ENDIAN);
    }
    if (mikey_reader_intact(reader) && type != SIGN_ECCSI) {
        expert_add_info(reader->pinfo, item, &ei_sign_type);
    }

    const int length = mikey_read_length(reader, hf_sign_length, 2) & 0x0fff;
    const int offset = reader->offset;

    if (mikey_reader_intact(reader) && type == SIGN_ECCSI && length != ECCSI_LENGTH) {
        expert_add_info(reader->pinfo, reader->announced, &ei_sign_length);
    }
    item = mikey_read_octets(reader, hf_sign_value, length);
    if (!mikey_reader_intact(reader)) {
        return;
    }
    if (type == SIGN_ECCSI && length == ECCSI_LENGTH) {
        dissect_eccsi(reader, item, offset);
    }
    message->sign = (MikeySignPlace){true, type == SIGN_ECCSI, reader->tree, offset, length};
}

static const MikeyPayload payloads[] = {
    {MIKEY_T, &hf_t, dissect_t},
    {MIKEY_RAND, &hf_rand, dissect_rand},
    {MIKEY_IDR, &hf_idr, dissect_idr},
    {MIKEY_ID, &hf_id, dissect_id},
    {MIKEY_SP, &hf_sp, dissect_sp},
    {MIKEY_SAKKE, &hf_sakke, dissect_sakke},
    {MIKEY_EXT, &hf_ext, mikey_extension_dissect},
    {MIKEY_KEMAC, &hf_kemac, dissect_kemac},
    {MIKEY_V, &hf_v, dissect_v},
    {MIKEY_ERR, &hf_err, dissect_err},
    {MIKEY_SIGN, &hf_sign, dissect_sign},
};

const MikeyPayload *mikey_payload_lookup(guint8 type)
{
    for (gsize i = 0; i < array_length(payloads); i++) {
        if (payloads[i].type == type) {
            return &payloads[i];
        }
    }
    return NULL;
}

bool mikey_payload_is_defined(guint8 type)
{
    return try_val_to_str(type, mikey_payload_names) != NULL;
}

void mikey_payload_register(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
        {&hf_t,
         {"Timestamp (T)", "mikey_sakke.payload.t", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_rand,
         {"Random value (RAND)", "mikey_sakke.payload.rand", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_idr,
         {"Identity with role (IDR)", "mikey_sakke.payload.idr", FT_NONE, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_id,
         {"Identity (ID)", "mikey_sakke.payload.id", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_sp,
         {"Security policy (SP)", "mikey_sakke.payload.sp", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_sakke,
         {"SAKKE", "mikey_sakke.payload.sakke", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_ext,
         {"General Extension", "mikey_sakke.payload.ext", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_kemac,
         {"Key data transport (KEMAC)", "mikey_sakke.payload.kemac", FT_NONE, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_v,
         {"Verification message (V)", "mikey_sakke.payload.v", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_err,
         {"Error (ERR)", "mikey_sakke.payload.err", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_sign,
         {"Signature (SIGN)", "mikey_sakke.payload.sign", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_timestamp_type,
         {"Timestamp type", "mikey_sakke.timestamp.type", FT_UINT8, BASE_DEC,
          VALS(timestamp_type_names), 0x0, NULL, HFILL}},
        {&hf_timestamp,
         {"Time", "mikey_sakke.timestamp", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_timestamp_counter,
         {"Counter", "mikey_sakke.timestamp.counter", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_rand_length,
         {"Length", "mikey_sakke.rand.length", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_rand_value,
         {"RAND", "mikey_sakke.rand", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Random octets for key derivation", HFILL}},
        {&hf_idr_role,
         {"Role", "mikey_sakke.idr.role", FT_UINT8, BASE_DEC, VALS(role_names), 0x0, NULL, HFILL}},
        {&hf_idr_type,
         {"ID type", "mikey_sakke.idr.type", FT_UINT8, BASE_DEC, VALS(id_type_names), 0x0, NULL,
          HFILL}},
        {&hf_idr_length,
         {"Length", "mikey_sakke.idr.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_idr_value,
         {"Value", "mikey_sakke.idr.value", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_id_type,
         {"ID type", "mikey_sakke.id.type", FT_UINT8, BASE_DEC, VALS(id_type_names), 0x0, NULL,
          HFILL}},
        {&hf_id_length,
         {"Length", "mikey_sakke.id.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_id_value,
         {"Value", "mikey_sakke.id.value", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_sp_policy,
         {"Policy number", "mikey_sakke.sp.policy", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_sp_prot_type,
         {"Protocol type", "mikey_sakke.sp.prot_type", FT_UINT8, BASE_DEC, VALS(protocol_names),
          0x0, NULL, HFILL}},
        {&hf_sp_length,
         {"Length of parameters", "mikey_sakke.sp.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_sp_param,
         {"Parameter", "mikey_sakke.sp.param", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_sp_param_type,
         {"Type", "mikey_sakke.sp.param.type", FT_UINT8, BASE_DEC, VALS(srtp_parameter_names), 0x0,
          NULL, HFILL}},
        {&hf_sp_param_length,
         {"Length", "mikey_sakke.sp.param.length", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_sp_param_value,
         {"Value", "mikey_sakke.sp.param.value", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_srtp[0],
         {"Encryption algorithm", "mikey_sakke.sp.encr_alg", FT_UINT32, BASE_DEC,
          VALS(srtp_encryption_names), 0x0, NULL, HFILL}},
        {&hf_srtp[1],
         {"Session encryption key length", "mikey_sakke.sp.encr_key_length", FT_UINT32, BASE_DEC,
          NULL, 0x0, NULL, HFILL}},
        {&hf_srtp[2],
         {"Authentication algorithm", "mikey_sakke.sp.auth_alg", FT_UINT32, BASE_DEC,
          VALS(srtp_authentication_names), 0x0, NULL, HFILL}},
        {&hf_srtp[3],
         {"Session authentication key length", "mikey_sakke.sp.auth_key_length", FT_UINT32,
          BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_srtp[4],
         {"Session salt key length", "mikey_sakke.sp.salt_key_length", FT_UINT32, BASE_DEC, NULL,
          0x0, NULL, HFILL}},
        {&hf_srtp[5],
         {"SRTP pseudo-random function", "mikey_sakke.sp.prf", FT_UINT32, BASE_DEC,
          VALS(srtp_prf_names), 0x0, NULL, HFILL}},
        {&hf_srtp[6],
         {"Key derivation rate", "mikey_sakke.sp.kdr", FT_UINT32, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_srtp[7],
         {"SRTP encryption", "mikey_sakke.sp.srtp_encr", FT_UINT32, BASE_DEC, VALS(switch_names),
          0x0, NULL, HFILL}},
        {&hf_srtp[8],
         {"SRTCP encryption", "mikey_sakke.sp.srtcp_encr", FT_UINT32, BASE_DEC, VALS(switch_names),
          0x0, NULL, HFILL}},
        {&hf_srtp[9],
         {"Order of FEC and SRTP", "mikey_sakke.sp.fec", FT_UINT32, BASE_DEC, VALS(srtp_fec_names),
          0x0, NULL, HFILL}},
        {&hf_srtp[10],
         {"SRTP authentication", "mikey_sakke.sp.srtp_auth", FT_UINT32, BASE_DEC,
          VALS(switch_names), 0x0, NULL, HFILL}},
        {&hf_srtp[11],
         {"Authentication tag length", "mikey_sakke.sp.auth_tag_length", FT_UINT32, BASE_DEC, NULL,
          0x0, NULL, HFILL}},
        {&hf_srtp[12],
         {"SRTP prefix length", "mikey_sakke.sp.prefix_length", FT_UINT32, BASE_DEC, NULL, 0x0,
          NULL, HFILL}},
        {&hf_srtp[13],
         {"ROC transmission rate", "mikey_sakke.sp.roc_rate", FT_UINT32, BASE_DEC, NULL, 0x0, NULL,
          HFILL}},
        {&hf_srtp[18],
         {"SRTP authentication tag length", "mikey_sakke.sp.srtp_auth_tag_length", FT_UINT32,
          BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_srtp[19],
         {"SRTCP authentication tag length", "mikey_sakke.sp.srtcp_auth_tag_length", FT_UINT32,
          BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_srtp[20],
         {"AEAD authentication tag length", "mikey_sakke.sp.aead_auth_tag_length", FT_UINT32,
          BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_sakke_params,
         {"SAKKE params", "mikey_sakke.sakke.params", FT_UINT8, BASE_DEC | BASE_RANGE_STRING,
          RVALS(sakke_params_names), 0x0, NULL, HFILL}},
        {&hf_sakke_id_scheme,
         {"ID scheme", "mikey_sakke.sakke.id_scheme", FT_UINT8, BASE_DEC | BASE_RANGE_STRING,
          RVALS(sakke_id_scheme_names), 0x0, NULL, HFILL}},
        {&hf_sakke_length,
         {"Length", "mikey_sakke.sakke.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_sakke_data,
         {"SAKKE data", "mikey_sakke.sakke.data", FT_BYTES, BASE_NONE, NULL, 0x0,
          "The key, encrypted to the identity of the receiver", HFILL}},
        {&hf_sakke_point,
         {"R_(b,S)", "mikey_sakke.sakke.point", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Point of the SAKKE encapsulated data", HFILL}},
        {&hf_sakke_hash,
         {"H", "mikey_sakke.sakke.hash", FT_BYTES, BASE_NONE, NULL, 0x0,
          "The shared secret value, masked", HFILL}},
        {&hf_kemac_encr_alg,
         {"Encryption algorithm", "mikey_sakke.kemac.encr_alg", FT_UINT8, BASE_DEC,
          VALS(encryption_names), 0x0, NULL, HFILL}},
        {&hf_kemac_length,
         {"Length", "mikey_sakke.kemac.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_kemac_data,
         {"Encrypted data", "mikey_sakke.kemac.data", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_kemac_mac_alg,
         {"MAC algorithm", "mikey_sakke.kemac.mac_alg", FT_UINT8, BASE_DEC, VALS(mac_names), 0x0,
          NULL, HFILL}},
        {&hf_kemac_mac,
         {"MAC", "mikey_sakke.kemac.mac", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_v_auth_alg,
         {"Authentication algorithm", "mikey_sakke.ver.auth_alg", FT_UINT8, BASE_DEC,
          VALS(mac_names), 0x0, NULL, HFILL}},
        {&hf_v_data,
         {"Verification data", "mikey_sakke.ver.data", FT_BYTES, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_err_number,
         {"Error", "mikey_sakke.err.number", FT_UINT8, BASE_DEC, VALS(error_names), 0x0, NULL,
          HFILL}},
        {&hf_err_reserved,
         {"Reserved", "mikey_sakke.err.reserved", FT_UINT16, BASE_HEX, NULL, 0x0, NULL, HFILL}},
        {&hf_sign_type,
         {"Signature type", "mikey_sakke.sign.type", FT_UINT16, BASE_DEC, VALS(sign_names), 0xf000,
          NULL, HFILL}},
        {&hf_sign_length,
         {"Length", "mikey_sakke.sign.length", FT_UINT16, BASE_DEC, NULL, 0x0fff, NULL, HFILL}},
        {&hf_sign_value,
         {"Signature", "mikey_sakke.sign.value", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_sign_r,
         {"r", "mikey_sakke.sign.r", FT_BYTES, BASE_NONE, NULL, 0x0,
          "First half of the ECCSI signature", HFILL}},
        {&hf_sign_s,
         {"s", "mikey_sakke.sign.s", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Second half of the ECCSI signature", HFILL}},
        {&hf_sign_pvt,
         {"PVT", "mikey_sakke.sign.pvt", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Public validation token of the signer", HFILL}},
    };
    static int *ett[] = {&ett_param, &ett_octets};
    static ei_register_info ei[] = {
        {&ei_unsupported_layout,
         {"mikey_sakke.unsupported_layout", PI_UNDECODED, PI_WARN,
          "A number that is not known leaves open what follows", EXPFILL}},
        {&ei_empty_value,
         {"mikey_sakke.empty_value", PI_PROTOCOL, PI_WARN, "An empty value", EXPFILL}},
        {&ei_trailing_nul,
         {"mikey_sakke.trailing_nul", PI_PROTOCOL, PI_NOTE,
          "The identity ends in a NUL octet, which is not part of it", EXPFILL}},
        {&ei_uid_length,
         {"mikey_sakke.uid_length", PI_PROTOCOL, PI_ERROR, "A UID has 32 octets", EXPFILL}},
        {&ei_identity_not_text,
         {"mikey_sakke.identity_not_text", PI_PROTOCOL, PI_WARN,
          "The identity is announced as text and is none", EXPFILL}},
        {&ei_too_many_parameters,
         {"mikey_sakke.too_many_parameters", PI_PROTOCOL, PI_WARN,
          "More parameters than are taken apart", EXPFILL}},
        {&ei_sakke_data,
         {"mikey_sakke.sakke_data", PI_PROTOCOL, PI_ERROR,
          "SAKKE data are an uncompressed point (04, x, y) and a masked value", EXPFILL}},
        {&ei_sign_type,
         {"mikey_sakke.sign_type", PI_PROTOCOL, PI_ERROR,
          "MIKEY-SAKKE messages are signed with ECCSI", EXPFILL}},
        {&ei_sign_length,
         {"mikey_sakke.sign_length", PI_PROTOCOL, PI_ERROR, "An ECCSI signature has 129 octets",
          EXPFILL}},
        {&ei_sign_pvt,
         {"mikey_sakke.sign_pvt", PI_PROTOCOL, PI_ERROR,
          "The PVT is not an uncompressed point (04, x, y)", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));
}
