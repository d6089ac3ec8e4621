/* krr-keeping.h
 * Documents that are kept for long: what they weigh, and how they weigh less
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_KEEPING_H
#define KRR_KEEPING_H

#include "core/document/krr-document.h"
#include "core/document/krr-texts.h"

/**
 * About how many octets of memory a document takes once its texts are shared. Depends on the
 * document and the texts alone, so that limits made of it are the same in every run.
 *
 * @param texts  those that it would share: what is among them costs nothing more; NULL: none
 */
gsize krr_document_weight(const KrrDocument *document, const KrrTexts *texts);

/**
 * Lets a document share its texts with others. They read as before, and pointers to them that were
 * taken before are no longer valid. To be done once nothing is verified any more: the verdict is
 * final. A document shares with the first texts that it is given to.
 */
void krr_document_share(KrrDocument *document, KrrTexts *texts);

#endif
