/* krr-signer.h
 * Who signed a KRR, as the certificate has it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNER_H
#define KRR_SIGNER_H

#include "core/document/krr-document.h"

/** Does the signer's certificate bear that name: one of its URIs or, where it has none, its common
 *  name? With or without "sip:" or "sips:" before it. */
bool krr_verdict_names(const KrrVerdict *verdict, const char *identity);

#endif
