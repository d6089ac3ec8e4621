/* krr-verdict.h
 * What was found out about a signature
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_VERDICT_H
#define KRR_VERDICT_H

#include <stdbool.h>

#include <glib.h>

/** What a signature is worth. Each is another story for whoever looks for fraud. */
typedef enum KrrSignatureStatus {
    KRR_SIGNATURE_ABSENT,     /**< there is none */
    KRR_SIGNATURE_VALID,      /**< it holds for the entire KRR, by a signer who is trusted */
    KRR_SIGNATURE_UNTRUSTED,  /**< it holds for the entire KRR, by whoever has that certificate */
    KRR_SIGNATURE_INVALID,    /**< digest or signature value do not verify */
    KRR_SIGNATURE_PARTIAL,    /**< it verifies, but for something else than the entire KRR */
    KRR_SIGNATURE_UNSUPPORTED /**< not verified: too weak to prove anything, not known, too much */
} KrrSignatureStatus;

/** How a signature relates to the profile of TS 33.180 D.4.2. */
typedef enum KrrSignatureGrade {
    KRR_GRADE_PROFILE, /**< as the profile has it */
    KRR_GRADE_UNUSUAL, /**< outside the profile, but not weak */
    KRR_GRADE_WEAK     /**< can be forged with some effort, or by more people than the signer */
} KrrSignatureGrade;

/** What verifying came to, see krr-signature.h. */
typedef struct KrrVerdict {
    KrrSignatureStatus status;
    char *reason;      /**< why it is not valid, words that follow a colon; NULL: valid or absent */
    bool verified;     /**< false: nobody has looked at it, or there is none */
    bool trust_judged; /**< false: it did not come to that, or there was nothing to trust in */
    KrrSignatureGrade grade;
    char *grade_reason;     /**< what is outside the profile, words that follow a colon, or NULL */
    char *signer;           /**< first name of the signer's certificate; NULL: none. Proven only
                                where valid; a claim where it does not verify. */
    GPtrArray *signer_uris; /**< of char *: its URIs (subjectAltName); NULL: none */
    char *certificate;      /**< SHA-256 of the signer's certificate, 64 hex digits; NULL: none */
    gint64 not_before;      /**< of that certificate, seconds since 1970 UTC */
    gint64 not_after;       /**< likewise; both 0 where there is no signer */
} KrrVerdict;

/** "absent", "valid", "untrusted", "invalid", "partial", "unsupported": as in the report. */
const char *krr_signature_status_name(KrrSignatureStatus status);

/** Makes @p copy, whatever it held, the same verdict. */
void krr_verdict_copy(KrrVerdict *copy, const KrrVerdict *verdict);

/** Frees what a verdict holds; it then is that of no signature. */
void krr_verdict_clear(KrrVerdict *verdict);

#endif
