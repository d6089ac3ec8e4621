/* mikey-signature.h
 * What became of the signature of a MIKEY-SAKKE message, as plain facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_SIGNATURE_H
#define MIKEY_SIGNATURE_H

#include <stdbool.h>

#include <glib.h>

#include "core/mikey/kms-certificate-state.h"

typedef enum MikeySignatureStatus {
    MIKEY_SIGNATURE_ABSENT,       /**< the message has none */
    MIKEY_SIGNATURE_NO_KMS_KEY,   /**< no certificate of the initiator's KMS with a key is known */
    MIKEY_SIGNATURE_UNVERIFIABLE, /**< not ECCSI, or the message does not say who signed it */
    MIKEY_SIGNATURE_INVALID,
    MIKEY_SIGNATURE_VALID,
    MIKEY_SIGNATURE_N_STATUSES
} MikeySignatureStatus;

/** How a signer takes what RFC 3830 5.2 and TS 33.180 E.2.1 say. Only one that matched is known. */
typedef struct MikeySigning {
    bool without_header; /**< the two octets before the signature, its type and length, are not
                              signed */
    bool hex_id;         /**< the identity is the UID's 64 hex digits, not its 32 octets */
} MikeySigning;

typedef struct MikeySignature {
    MikeySignatureStatus status;
    MikeySigning signing;            /**< where VALID */
    KmsCertificateState certificate; /**< where VALID: of the KMS certificate with the key that
                                          verified it, at T of the message */
} MikeySignature;

/** "absent", "no KMS key", "unverifiable", "invalid", "valid". */
const char *mikey_signature_status_name(MikeySignatureStatus status);

/** "header", "no-header", "header-hex-id", "no-header-hex-id"; NULL where it is not VALID. */
const char *mikey_signature_convention(const MikeySignature *signature);

/** The same as a phrase for people; NULL where it is not VALID. */
const char *mikey_signature_convention_text(const MikeySignature *signature);

/** "current", "outdated", ... of the KMS certificate; NULL where it is not VALID. */
const char *mikey_signature_certificate(const MikeySignature *signature);

#endif
