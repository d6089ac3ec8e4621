/* kms-certificate-state.c
 * Was a KMS certificate good for use at some time?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/kms-certificate-state.h"

const char *kms_certificate_state_name(KmsCertificateState state)
{
    static const char *const names[KMS_CERTIFICATE_N_STATES] = {
        [KMS_CERTIFICATE_CURRENT] = "current",
        [KMS_CERTIFICATE_NOT_YET_VALID] = "not yet valid",
        [KMS_CERTIFICATE_OUTDATED] = "outdated",
        [KMS_CERTIFICATE_REVOKED] = "revoked",
    };
    return names[state];
}
