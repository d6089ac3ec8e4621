/* story-body-record.h
 * The body of a KRR document as octets, with what came of verifying its signatures
 *
 * Whoever reads the record parses the body anew, but does not verify it again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_BODY_RECORD_H
#define STORY_BODY_RECORD_H

#include "core/document/krr-document.h"

/** The type of a record, to be given to g_variant_new_from_data(): the octets of the body, and the
 *  verdicts. */
#define STORY_BODY_RECORD_TYPE ((const GVariantType *)"(ayaya(umaybbumaymaymaaymayxx))")

/** The body of a KRR document as a record; a floating reference.
 *  @param document  of which the tree was not dropped */
GVariant *story_body_record_new(const KrrDocument *document);

/**
 * A document as story_body_record_new() was given it, without its tree.
 * @param vocabulary  that it was read with
 * @return NULL where the record is damaged
 */
KrrDocument *story_body_record_read(GVariant *record, const KrrVocabulary *vocabulary);

#endif
