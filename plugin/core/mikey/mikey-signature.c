/* mikey-signature.c
 * What became of the signature of a MIKEY-SAKKE message, as plain facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-signature.h"

/* By without_header, by hex_id. */
static const struct {
    const char *name, *text;
} conventions[2][2] = {
    {{"header", "with the SIGN header, for the UID"},
     {"header-hex-id", "with the SIGN header, for the UID in hex digits"}},
    {{"no-header", "without the SIGN header, for the UID"},
     {"no-header-hex-id", "without the SIGN header, for the UID in hex digits"}},
};

const char *mikey_signature_status_name(MikeySignatureStatus status)
{
    static const char *const names[MIKEY_SIGNATURE_N_STATUSES] = {
        [MIKEY_SIGNATURE_ABSENT] = "absent",
        [MIKEY_SIGNATURE_NO_KMS_KEY] = "no KMS key",
        [MIKEY_SIGNATURE_UNVERIFIABLE] = "unverifiable",
        [MIKEY_SIGNATURE_INVALID] = "invalid",
        [MIKEY_SIGNATURE_VALID] = "valid",
    };

    return names[status];
}

const char *mikey_signature_convention(const MikeySignature *signature)
{
    const MikeySigning signing = signature->signing;

    if (signature->status != MIKEY_SIGNATURE_VALID) {
        return NULL;
    }
    return conventions[signing.without_header][signing.hex_id].name;
}

const char *mikey_signature_convention_text(const MikeySignature *signature)
{
    const MikeySigning signing = signature->signing;

    if (signature->status != MIKEY_SIGNATURE_VALID) {
        return NULL;
    }
    return conventions[signing.without_header][signing.hex_id].text;
}

const char *mikey_signature_certificate(const MikeySignature *signature)
{
    if (signature->status != MIKEY_SIGNATURE_VALID) {
        return NULL;
    }
    return kms_certificate_state_name(signature->certificate);
}
