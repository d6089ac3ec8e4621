/* krr-standalone.h
 * A KRR as the document that it was before it was embedded in another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_STANDALONE_H
#define KRR_STANDALONE_H

#include <stdbool.h>

#include <libxml/tree.h>

/**
 * Copies an element into a document of its own: ancestors excluded, with those inherited namespace
 * declarations, on the root, that the element or its content uses.
 *
 * @param element  a KRR; or a list that itself is a KRR, see @p rename
 * @param rename   the root becomes KmsRedirectResponse in the KRR namespace
 * @return to be freed with xmlFreeDoc()
 */
xmlDocPtr krr_standalone_new(xmlNodePtr element, bool rename);

/**
 * Moves the inherited declarations that the root itself has no use for to the elements that use
 * them: the other form that the document may have had.
 *
 * @param copy     made of @p element, not renamed
 * @return false where there are none, and nothing was changed
 */
bool krr_standalone_move_declarations(xmlDocPtr copy, const xmlNode *element);

/**
 * The element of a copy that was made of an element.
 * @param original  what @p copy was made of
 * @param element   @p original itself or one beneath it
 */
xmlNodePtr krr_standalone_counterpart(xmlDocPtr copy, const xmlNode *original,
                                      const xmlNode *element);

#endif
