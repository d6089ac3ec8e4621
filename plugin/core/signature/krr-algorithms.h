/* krr-algorithms.h
 * The algorithms that an XML signature may name, and what each is worth
 *
 * Profile: TS 33.180 D.4.2. An algorithm that is not in the table is not known. One without a klass
 * is known, but never run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_ALGORITHMS_H
#define KRR_ALGORITHMS_H

#include <xmlsec/transforms.h>
#include <xmlsec/xmlsec.h>

#include "core/document/krr-document.h"

/** Where an algorithm can be named. */
typedef enum KrrAlgorithmUse {
    KRR_USE_SIGNATURE, /**< SignatureMethod */
    KRR_USE_DIGEST,    /**< DigestMethod */
    KRR_USE_CANONICAL, /**< CanonicalizationMethod, Transform */
    KRR_USE_TRANSFORM  /**< Transform alone */
} KrrAlgorithmUse;

typedef struct KrrAlgorithm {
    const char *uri;
    const char *name; /**< for people */
    KrrAlgorithmUse use;
    KrrSignatureGrade grade;
    xmlSecTransformId (*klass)(void); /**< xmlsec's; NULL: never run */
    int key_type;                     /**< EVP_PKEY_EC, ... of a signature; else 0 */
} KrrAlgorithm;

/** The algorithm with that URI for that use, or NULL. */
const KrrAlgorithm *krr_algorithm_lookup(const char *uri, KrrAlgorithmUse use);

#endif
