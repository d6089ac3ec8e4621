/* krr-signature-run.h
 * Runs one signature: whose key made it, and what does it cover?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNATURE_RUN_H
#define KRR_SIGNATURE_RUN_H

#include "core/document/krr-document.h"
#include "core/signature/krr-algorithms.h"
#include "core/signature/krr-signature-parts.h"

/** What running a signature came to, in rising order of merit. */
typedef enum KrrOutcome {
    KRR_OUTCOME_TOO_MUCH,       /**< the work that is left was not enough */
    KRR_OUTCOME_NO_FORM,        /**< canonical XML has no form for what it covers */
    KRR_OUTCOME_VALUE_DIFFERS,  /**< no certificate's key made the signature value */
    KRR_OUTCOME_DIGEST_DIFFERS, /**< what it covers is not what was signed */
    KRR_OUTCOME_COVERS_OTHER,   /**< it verifies, but not for the entire KRR and nothing else */
    KRR_OUTCOME_COVERS_ALL
} KrrOutcome;

/** A signature that can be taken apart, and names algorithms that run. */
typedef struct KrrSignatureRun {
    const Krr *krr;
    xmlNodePtr element;            /**< of the KRR, in the document's own tree */
    xmlNodePtr signature;          /**< likewise */
    const KrrAlgorithm *method;    /**< SignatureMethod */
    const KrrAlgorithm *canonical; /**< CanonicalizationMethod */
    const GPtrArray *certificates; /**< of X509, or NULL where one cannot be read */
    gulong *elements;              /**< in and out: how many more elements may be canonicalized */

    int signer;   /**< out: index of the certificate whose key verifies the value; -1: none does */
    char *reason; /**< out: why it does not cover all, words that follow a colon, to be freed */
} KrrSignatureRun;

KrrOutcome krr_signature_run(KrrSignatureRun *run);

/** What a Transform element names; NULL where that is not known. */
const KrrAlgorithm *krr_transform_algorithm(const xmlNode *transform);

/** A text of the document in quotation marks, cut where it is long; to be freed. */
char *krr_signature_quote(const xmlChar *text);

#endif
