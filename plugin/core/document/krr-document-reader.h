/* krr-document-reader.h
 * From octets to a document
 *
 * Nothing is expanded, fetched or trusted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_DOCUMENT_READER_H
#define KRR_DOCUMENT_READER_H

#include "core/document/krr-document.h"

/**
 * Reads a document.
 *
 * The digest of a KRR is the SHA-256 of the inclusive canonical XML 1.0 (no comments) of its
 * element taken as a document of its own: ancestors excluded, with those inherited namespace
 * declarations that the element or its content uses. A KrrList that itself is a KRR is digested
 * under the name KmsRedirectResponse in the KRR namespace.
 *
 * @param octets      the body as it was carried (transfer and content encodings undone); need not
 *                    be text; copied
 * @param length      octets
 * @param vocabulary  the element names; not kept
 * @return a document with one reference, never NULL: what cannot be read has kind MALFORMED
 */
KrrDocument *krr_document_parse(const guint8 *octets, gsize length,
                                const KrrVocabulary *vocabulary);

#endif
