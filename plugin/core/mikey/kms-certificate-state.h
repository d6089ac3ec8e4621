/* kms-certificate-state.h
 * Was a KMS certificate good for use at some time?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_CERTIFICATE_STATE_H
#define KMS_CERTIFICATE_STATE_H

typedef enum KmsCertificateState {
    KMS_CERTIFICATE_CURRENT,
    KMS_CERTIFICATE_NOT_YET_VALID, /**< before ValidFrom */
    KMS_CERTIFICATE_OUTDATED,      /**< after ValidTo */
    KMS_CERTIFICATE_REVOKED,       /**< at whatever time */
    KMS_CERTIFICATE_N_STATES
} KmsCertificateState;

/** "current", "not yet valid", "outdated", "revoked". */
const char *kms_certificate_state_name(KmsCertificateState state);

#endif
