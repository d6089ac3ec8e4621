/* krr-signature-claims.h
 * What a ds:Signature element claims, without a word on whether it holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNATURE_CLAIMS_H
#define KRR_SIGNATURE_CLAIMS_H

#include "core/document/krr-element.h"
#include "core/document/krr-origin.h"

/** Is it a Signature element of XML Signature 1.1? */
bool krr_is_signature(const xmlNode *element);

/**
 * Reads the claims of a signature.
 * @param signature  out; must be zero
 * @param source     out: the element, the value, the certificates
 */
void krr_signature_read(KrrSignature *signature, KrrSource *source, xmlNodePtr element,
                        const KrrInput *input);

#endif
