/* krr-signature-parts.h
 * The parts of a ds:Signature element, each where it must stand and once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNATURE_PARTS_H
#define KRR_SIGNATURE_PARTS_H

#include <stdbool.h>

#include <glib.h>
#include <libxml/tree.h>

/* What one signature may hold; far more than any honest one does. */
#define KRR_MAX_REFERENCES   16
#define KRR_MAX_TRANSFORMS   4 /**< of one reference */
#define KRR_MAX_CERTIFICATES 16

/** A Reference element. */
typedef struct KrrReferenceParts {
    xmlNodePtr element;
    xmlNodePtr transforms[KRR_MAX_TRANSFORMS]; /**< in order */
    guint n_transforms;
    xmlNodePtr digest_method;
    xmlNodePtr digest_value;
} KrrReferenceParts;

/** A Signature element. What may be missing is NULL; all else is there. */
typedef struct KrrSignatureParts {
    xmlNodePtr signed_info;
    xmlNodePtr canonicalization;
    xmlNodePtr method;
    xmlNodePtr value;
    xmlNodePtr key_info; /**< may be missing */
    KrrReferenceParts references[KRR_MAX_REFERENCES];
    guint n_references;
    xmlNodePtr certificates[KRR_MAX_CERTIFICATES]; /**< X509Certificate, in order */
    guint n_certificates;
} KrrSignatureParts;

/** Why a signature cannot be taken apart. */
typedef enum KrrPartsProblem {
    KRR_PARTS_FINE,
    KRR_PARTS_BROKEN,  /**< something is missing, or there twice, or should not be there */
    KRR_PARTS_TOO_MANY /**< a limit was met */
} KrrPartsProblem;

/**
 * Takes a Signature element apart.
 * @param parts   out
 * @param reason  out: what is wrong, words that follow a colon, to be freed; NULL where fine
 */
KrrPartsProblem krr_signature_take_apart(xmlNodePtr signature, KrrSignatureParts *parts,
                                         char **reason);

/** An attribute without namespace, to be freed with xmlFree(); NULL where it is absent. */
xmlChar *krr_signature_attribute(const xmlNode *element, const char *name);

#endif
