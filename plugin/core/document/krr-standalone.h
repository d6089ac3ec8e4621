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

/** Inherited declarations that are moved; what goes beyond stays on the root. */
#define KRR_MAX_MOVABLE 3

/**
 * How many inherited declarations may have stood elsewhere than on the root, since the root itself
 * has no use for them. Each that is or is not moved makes another form of the document.
 * @param copy  made of @p element, not renamed
 */
unsigned krr_standalone_movable(xmlDocPtr copy, const xmlNode *element);

/**
 * Moves inherited declarations from the root to the topmost elements that use them.
 * @param copy   made of @p element, not renamed
 * @param which  a bit for each of those that can be moved
 */
void krr_standalone_move(xmlDocPtr copy, const xmlNode *element, unsigned which);

/**
 * The element of a copy that was made of an element.
 * @param original  what @p copy was made of
 * @param element   @p original itself or one beneath it
 */
xmlNodePtr krr_standalone_counterpart(xmlDocPtr copy, const xmlNode *original,
                                      const xmlNode *element);

#endif
