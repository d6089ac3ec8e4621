/* krr-signature-claims.h
 * What a ds:Signature element claims, without a word on whether it holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNATURE_CLAIMS_H
#define KRR_SIGNATURE_CLAIMS_H

#include <libxml/tree.h>

#include "core/document/krr-document.h"
#include "core/document/krr-parser.h"

/** Is it a Signature element of XML Signature 1.1? */
bool krr_is_signature(const xmlNode *element);

/**
 * Reads the claims of a signature.
 * @param signature  out; must be cleared or zero
 * @param length     octets of the input: the range of everything where positions are not known
 */
void krr_signature_read(KrrSignature *signature, xmlNodePtr element, const KrrParse *parse,
                        gsize length);

/** Frees what only the tree gives sense to, or only who verifies or shows a signature asks: the nodes,
 *  the value, the certificates. */
void krr_signature_forget(KrrSignature *signature);

/** Frees what a signature holds. */
void krr_signature_clear(KrrSignature *signature);

#endif
