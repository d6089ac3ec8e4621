/* krr-signature.h
 * Is a KRR genuine? What its signature covers, whether it holds, and who made it
 *
 * TR 33.880 clause 7.2.1.3.2.1 asks for a signature over the entire message; profile: TS 33.180
 * D.4.2. Whether a KRR is unsigned, or its signature invalid, valid for something else, valid but by a
 * stranger, or valid and trusted makes a difference to an auditor: each has a status of its own. Nothing outside of the document is fetched,
 * and no transform is run but enveloped-signature and canonicalization.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNATURE_H
#define KRR_SIGNATURE_H

#include "core/document/krr-document.h"
#include "core/document/krr-verdict.h"
#include "core/trust/krr-trust.h"

/* Limits of the work that one document can cause. What goes beyond is unsupported. */
#define KRR_MAX_SIGNATURES    128    /**< signatures verified */
#define KRR_MAX_CANONICALIZED 200000 /**< elements canonicalized, each as often as it happens */

/**
 * Verifies the signature of each KRR of a document, at every depth, each as the document that it
 * was before it was embedded; fills KrrSignature.verdict. The document must still have its origin.
 *
 * @param trust  whose certificates are believed; NULL: no signature is verified, those that are
 *               there become unsupported
 */
void krr_signature_verify(KrrDocument *document, const KrrTrust *trust);

#endif
