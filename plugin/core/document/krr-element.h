/* krr-element.h
 * An element of a document: what it is called, its texts, and where they stand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_ELEMENT_H
#define KRR_ELEMENT_H

#include <stdbool.h>

#include <libxml/tree.h>

#include "core/document/krr-parser.h"
#include "core/document/krr-value.h"
#include "core/document/krr-vocabulary.h"

/** What is read. */
typedef struct KrrInput {
    const KrrParse *parse;
    const KrrVocabulary *vocabulary;
    const guint8 *octets;
    gsize length;
} KrrInput;

/** A piece of the input, from and until an octet; all of it where positions are not known. */
KrrRange krr_input_range(const KrrInput *input, gsize start, gsize end);

/** The whole element. */
KrrRange krr_element_range(const KrrInput *input, const xmlNode *element);

/** Its whole text, whatever comments and sections cut it. The text is to be freed. */
KrrValue krr_element_value(const KrrInput *input, const xmlNode *element);

/** An attribute in no namespace; the range is the start tag. The text is to be freed. */
KrrValue krr_attribute_value(const KrrInput *input, const xmlNode *element, const char *name);

/** Its whole text without white space at both ends, to be freed; NULL where nothing is left. */
char *krr_element_text(const xmlNode *element);

/** The same without the text of its children. */
char *krr_element_own_text(const xmlNode *element);

bool krr_element_in_namespace(const xmlNode *element, const char *uri);

/** What its local name stands for in the vocabulary. */
KrrElement krr_element_meaning(const KrrInput *input, const xmlNode *element);

#endif
