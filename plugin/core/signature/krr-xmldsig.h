/* krr-xmldsig.h
 * xmlsec at work: does a signature value hold, does a digest hold?
 *
 * xmlsec canonicalizes, digests and verifies the nodes that the caller chooses. It resolves no reference,
 * reads no key, and runs only the transforms that it is given.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_XMLDSIG_H
#define KRR_XMLDSIG_H

#include <stdbool.h>

#include <glib.h>
#include <libxml/tree.h>
#include <openssl/evp.h>

#include "core/signature/krr-algorithms.h"

/** A transform of a reference: an algorithm that runs, and the element that names it. */
typedef struct KrrTransform {
    const KrrAlgorithm *algorithm;
    xmlNodePtr element;
} KrrTransform;

/** Starts xmlsec, once in the life of the program; false where it cannot be used. */
bool krr_xmldsig_start(void);

/**
 * Does the key verify a signature value over SignedInfo?
 * @param canonicalization, method  CanonicalizationMethod and SignatureMethod, both of algorithms
 *                                  that run, the latter of one that suits the key
 * @param value                     what SignatureValue holds, as long as such a key makes it
 */
bool krr_xmldsig_value_holds(xmlNodePtr signed_info, KrrTransform canonicalization,
                             KrrTransform method, GBytes *value, EVP_PKEY *key);

/**
 * Has an element, with its content and without comments, that digest after the transforms?
 * @param target      NULL: the whole document
 * @param transforms  in order; where they leave no octets, canonical XML 1.0 is made
 * @param digest      DigestMethod
 * @param value       what DigestValue holds
 */
bool krr_xmldsig_digest_holds(xmlDocPtr document, xmlNodePtr target, const KrrTransform *transforms,
                              guint n_transforms, KrrTransform digest, GBytes *value);

#endif
