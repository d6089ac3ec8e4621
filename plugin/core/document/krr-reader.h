/* krr-reader.h
 * From an element to the KRR that it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_READER_H
#define KRR_READER_H

#include "core/document/krr-document.h"
#include "core/document/krr-element.h"

/** While one document is read. */
typedef struct KrrReader {
    KrrDocument *document; /**< takes the first error; its origin takes the elements */
    KrrInput input;
} KrrReader;

/**
 * Reads a KRR and those beneath it.
 * @param depth    its own; at most KRR_MAX_DEPTH
 * @param is_list  a KrrList that itself is a KRR
 * @return to be freed with krr_free()
 */
Krr *krr_reader_take(KrrReader *reader, xmlNodePtr element, guint depth, bool is_list);

/** Takes a Signature element for one of a KRR. */
void krr_reader_take_signature(const KrrReader *reader, Krr *krr, xmlNodePtr element);

/** Notes something in a KRR or beside it that is not read. Takes the reason. */
void krr_reader_note(const KrrReader *reader, Krr *krr, const xmlNode *element, char *reason);

#endif
