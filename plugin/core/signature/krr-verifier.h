/* krr-verifier.h
 * Verifies documents, and remembers what came of those that it has seen
 *
 * The same KRR is seen on every hop, and a dissector sees each frame again whenever somebody looks
 * at it. Verifying takes most of the time of reading a KRR, so it is done once for each document.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_VERIFIER_H
#define KRR_VERIFIER_H

#include "core/document/krr-document.h"
#include "core/trust/krr-trust.h"

typedef struct KrrVerifier KrrVerifier;

/** @param trust  taken over; NULL: signatures are not verified */
KrrVerifier *krr_verifier_new(KrrTrust *trust);
void krr_verifier_free(KrrVerifier *verifier);

/** Fills the verdicts of a document as krr_signature_verify() does. Does nothing where they are final:
 *  the document shares its texts, or its origin was dropped. Documents with the same octets must have
 *  been read with the same vocabulary. */
void krr_verifier_run(KrrVerifier *verifier, KrrDocument *document);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrVerifier, krr_verifier_free)

#endif
