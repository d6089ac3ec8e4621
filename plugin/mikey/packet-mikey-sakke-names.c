/* packet-mikey-sakke-names.c
 * What the numbers in a MIKEY-SAKKE message stand for
 *
 * RFC 3830, 4563, 4771, 6043, 6509, 7714; TS 33.180 annex E.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/mikey/packet-mikey-sakke-names.h"

#include "core/mikey/mikey-message.h"
#include "core/mikey/mikey-offer.h"

const value_string mikey_data_type_names[] = {
    {MIKEY_DATA_TYPE_SAKKE, "SAKKE I_MESSAGE"},
    {MIKEY_DATA_TYPE_CS_ID_MAP_TR, "CS ID map update"},
    {0, NULL},
};

const value_string mikey_prf_names[] = {
    {0, "MIKEY-1"}, {1, "PRF-HMAC-SHA-256"}, {2, "PRF-HMAC-SHA-384"}, {3, "PRF-HMAC-SHA-512"},
    {0, NULL},
};

const value_string mikey_purpose_names[] = {
    {MIKEY_PURPOSE_GMK, "GMK"},     {MIKEY_PURPOSE_PCK, "PCK"},
    {MIKEY_PURPOSE_CSK, "CSK"},     {MIKEY_PURPOSE_SPK, "SPK"},
    {MIKEY_PURPOSE_MKFC, "MKFC"},   {MIKEY_PURPOSE_MSCCK, "MSCCK"},
    {MIKEY_PURPOSE_MUSIK, "MuSiK"}, {0, NULL},
};

const value_string mikey_map_type_names[] = {
    {MIKEY_MAP_SRTP, "SRTP-ID"},
    {MIKEY_MAP_EMPTY, "Empty map"},
    {MIKEY_MAP_GENERIC, "GENERIC-ID"},
    {0, NULL},
};

const value_string mikey_cs_id_names[] = {
    {0, "MCPTT private call, initiator"},
    {1, "MCPTT private call, receiver"},
    {2, "MCVideo private call, initiator"},
    {3, "MCVideo private call, receiver"},
    {4, "MCPTT group"},
    {5, "MCVideo group"},
    {6, "CSK, SRTCP of MCPTT"},
    {7, "MuSiK, SRTCP of MCPTT"},
    {8, "CSK, SRTCP of MCVideo"},
    {9, "MuSiK, SRTCP of MCVideo"},
    {0, NULL},
};

const value_string mikey_timestamp_type_names[] = {
    {MIKEY_TS_NTP_UTC, "NTP-UTC"},
    {MIKEY_TS_NTP, "NTP"},
    {MIKEY_TS_COUNTER, "Counter"},
    {0, NULL},
};

const value_string mikey_role_names[] = {
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

const value_string mikey_id_type_names[] = {
    {MIKEY_ID_NAI, "NAI"},
    {MIKEY_ID_URI, "URI"},
    {MIKEY_ID_BYTE_STRING, "Byte string"},
    {0, NULL},
};

const value_string mikey_protocol_names[] = {
    {MIKEY_PROTOCOL_SRTP, "SRTP"},
    {0, NULL},
};

const value_string mikey_srtp_parameter_names[] = {
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

const value_string mikey_srtp_encryption_names[] = {
    {0, "NULL"},     {1, "AES-CM"},   {2, "AES-F8"},  {3, "SEED-CTR"},
    {4, "SEED-CCM"}, {5, "SEED-GCM"}, {6, "AES-GCM"}, {0, NULL},
};

const value_string mikey_srtp_authentication_names[] = {
    {0, "NULL"}, {1, "HMAC-SHA-1"}, {2, "RCCm1"}, {3, "RCCm2"}, {4, "RCCm3"}, {0, NULL},
};

const value_string mikey_srtp_prf_names[] = {
    {0, "AES-CM"},
    {0, NULL},
};

const value_string mikey_srtp_fec_names[] = {
    {0, "FEC, then SRTP"},
    {1, "SRTP, then FEC"},
    {2, "Split"},
    {0, NULL},
};

const value_string mikey_switch_names[] = {
    {0, "off"},
    {1, "on"},
    {0, NULL},
};

const range_string mikey_sakke_params_names[] = {
    {1, 1, "Parameter set 1 (RFC 6509)"},
    {0, 0, NULL},
};

const range_string mikey_sakke_id_scheme_names[] = {
    {1, 1, "tel URI with monthly keys"},
    {2, 2, "3GPP MCX hashed UID"},
    {240, 255, "Private use"},
    {0, 0, NULL},
};

const value_string mikey_encryption_names[] = {
    {0, "NULL"},
    {1, "AES-CM-128"},
    {2, "AES-KW-128"},
    {0, NULL},
};

const value_string mikey_mac_names[] = {
    {0, "NULL"},
    {1, "HMAC-SHA-1-160"},
    {2, "HMAC-SHA-256-256"},
    {0, NULL},
};

const value_string mikey_error_names[] = {
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

const value_string mikey_sign_names[] = {
    {MIKEY_SIGN_RSA_PKCS1, "RSA/PKCS#1 1.5"},
    {MIKEY_SIGN_RSA_PSS, "RSA/PSS"},
    {MIKEY_SIGN_ECCSI, "ECCSI"},
    {0, NULL},
};

const value_string mikey_ext_type_names[] = {
    {MIKEY_EXT_VENDOR_ID, "Vendor-ID"},
    {MIKEY_EXT_SDP_IDS, "SDP-IDs"},
    {MIKEY_EXT_SAKKE_TO_SELF, "SAKKE-to-self"},
    {MIKEY_EXT_KEY_PARAMETERS, "3GPP key parameters"},
    {0, NULL},
};

const value_string mikey_key_algorithm_names[] = {
    {1, "AEAD_AES_128_GCM"},
    {0, NULL},
};

/* Only the clear form of older releases is seen on the wire, and that counts from 1. */
const value_string mikey_key_type_names[] = {
    {1, "GMK"},
    {2, "PCK"},
    {3, "CSK"},
    {0, NULL},
};
