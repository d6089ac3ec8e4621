/* krr-document.h
 * One KMS Redirect Response document: what it says
 *
 * Namespace, root and carriers: TS 33.180 5.2.8, D.4. There is one libxml2 parse of each document, see
 * krr-document-reader.h: the tree that gives the facts is the tree that signatures are verified on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_DOCUMENT_H
#define KRR_DOCUMENT_H

#include "core/document/krr-limits.h"
#include "core/document/krr.h"

typedef enum KrrDocumentKind {
    KRR_DOCUMENT_MALFORMED,   /**< no KRR could be read; see error */
    KRR_DOCUMENT_KRR,         /**< root is a KRR or a SignedKmsRedirectResponse */
    KRR_DOCUMENT_KMS_REQUEST, /**< root is a (Signed)KmsRequest that uploads KRRs */
    KRR_DOCUMENT_UNREAD /**< a message names a KRR, and no body came to be read as one; see error */
} KrrDocumentKind;

typedef struct KrrDocument {
    KrrDocumentKind kind;
    char *
        error; /**< why it is malformed or unread, one line, or NULL. May stand beside KRRs that were
                             read: more than KRR_MAX_DEPTH levels leave the upper ones readable. */
    gsize error_offset; /**< where, as far as that is known */
    bool has_ranges;    /**< false: not UTF-8, every range is the whole input */
    gsize length;       /**< of the input */
    char *body_digest;  /**< SHA-256 of the input, 64 hex digits: tells malformed bodies apart */
    GPtrArray *krrs;    /**< of Krr: one in a KRR document, any number in a request, none if
                             malformed */
    struct KrrOrigin *origin; /**< what it was read from; NULL once that is dropped */
    struct KrrTexts *texts;   /**< with which it shares its texts, see krr-keeping.h; NULL: none */
    gint references;
} KrrDocument;

/** An empty document with one reference, to be filled by krr-document-reader.c. */
KrrDocument *krr_document_new(void);

/** What stands for a KRR that a message names and nobody could read: none of its facts is known.
 *  @param digest  tells it apart from others: 64 hex digits
 *  @param why     the end of a sentence, without a full stop; both are copied */
KrrDocument *krr_document_new_unread(const char *digest, const char *why);

/** Frees what a document was read from and keeps what it says. A document that is neither verified
 *  nor shown again needs a fraction of the memory. */
void krr_document_drop_origin(KrrDocument *document);

/** All KRRs of a document, of Krr (borrowed): each before those beneath it. Caller frees. */
GPtrArray *krr_document_all_krrs(const KrrDocument *document);

KrrDocument *krr_document_ref(KrrDocument *document);
void krr_document_unref(KrrDocument *document);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrDocument, krr_document_unref)

#endif
