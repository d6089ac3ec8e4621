/* krr-origin.h
 * What a document was read from: its octets, and the tree that they are
 *
 * It takes several times the memory of the facts, so it can be dropped while they are kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_ORIGIN_H
#define KRR_ORIGIN_H

#include <libxml/tree.h>

#include "core/document/krr.h"

/** Where a KRR stands in the tree, and values that are needed only to verify or show it. */
typedef struct KrrSource {
    xmlNodePtr element;
    GPtrArray *signatures;    /**< of xmlNodePtr: its Signature elements, that of the facts first;
                                   NULL: none */
    KrrValue signature_value; /**< SignatureValue, base64 as written */
    GPtrArray *certificates;  /**< of KrrValue: X509Certificate, base64 as written; NULL where there
                                   is no signature */
} KrrSource;

/** Signatures are verified on the tree that the facts were read from: a document is parsed once. */
typedef struct KrrOrigin {
    GBytes *octets; /**< the input */
    xmlDocPtr xml;  /**< NULL where it could not be parsed */
    GArray *krrs;   /**< of KrrSource, by Krr.number */
} KrrOrigin;

/** @param octets  copied */
KrrOrigin *krr_origin_new(const guint8 *octets, gsize length);
void krr_origin_free(KrrOrigin *origin);

/** Adds a KRR, and gives it its number. */
void krr_origin_add(KrrOrigin *origin, Krr *krr, xmlNodePtr element);

/** Where a KRR stands; good until another one is added. */
KrrSource *krr_origin_of(const KrrOrigin *origin, const Krr *krr);

#endif
