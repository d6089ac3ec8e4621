/* kms-certificate.h
 * KMS certificates: a KMS, its public key and its key periods, as the KMS itself provisions them
 *
 * TS 33.180 annex D: a KmsCertificate stands alone, in a SignedKmsCertificate, or in the answer
 * of a KMS to its users (KmsResponse with KmsInit, KmsKeyProv or KmsCertCache). Whoever names such a
 * file in the policy vouches for it: signatures over it are not looked at, nor is key material of
 * users.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_CERTIFICATE_H
#define KMS_CERTIFICATE_H

#include <stdbool.h>

#include <glib.h>

#include "core/mikey/eccsi.h"
#include "core/mikey/kms-certificate-state.h"

/** Of one KMS: each is tried on a signature, so that their number is bounded. */
#define KMS_MAX_CERTIFICATES 8

/** What the KMS is to the users who were provisioned with the certificate. */
typedef enum KmsCertificateRole {
    KMS_CERTIFICATE_ROOT,     /**< their own KMS */
    KMS_CERTIFICATE_EXTERNAL, /**< of users whom they may talk to */
    KMS_CERTIFICATE_ROLE_NOT_STATED
} KmsCertificateRole;

/** Constant once it is read. */
typedef struct KmsCertificate {
    char *kms; /**< KmsUri */
    KmsCertificateRole role;
    gint64 valid_from; /**< seconds since 1970 UTC; the least number there is where not stated */
    gint64 valid_to;   /**< likewise; the greatest */
    bool revoked;
    guint64 user_key_period; /**< seconds; 0: not stated */
    bool has_user_key_offset;
    guint64 user_key_offset; /**< seconds */
    bool has_key;
    guint8 key[ECCSI_POINT_LENGTH]; /**< PubAuthKey, an eccsi_is_point() */
} KmsCertificate;

/**
 * All certificates in a document, in its order.
 * @return of KmsCertificate, at least one; NULL with @p error set, one line that names the element
 *         where the document is XML
 */
GPtrArray *kms_certificates_read(const guint8 *octets, gsize length, GError **error);

/** The same for a file; @p error begins with its name. */
GPtrArray *kms_certificates_load(const char *path, GError **error);

/** @param at  seconds since 1970 UTC */
KmsCertificateState kms_certificate_state(const KmsCertificate *certificate, gint64 at);

#endif
