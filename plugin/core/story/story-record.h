/* story-record.h
 * An event of the story as octets, to be read again by another process of the same program
 *
 * A record is a GVariant in the byte order of the machine. Most events are SIP messages that carry
 * neither an offer nor a KRR, so these are short and quickly read. Of a KRR an event only says where
 * its body is: the body is a record of its own, since the same one is seen on many hops, and is
 * parsed anew by who reads it. What came of verifying its signatures goes with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_RECORD_H
#define STORY_RECORD_H

#include "story-event.h"

/** The types of the records, to be given to g_variant_new_from_data(). */
#define STORY_RECORD_TYPE                                                                          \
    ((const GVariantType *)"(a(xtuuuuqqu)aym(a(uts)a" STORY_OFFER_TYPE "aay))")
#define STORY_BODY_RECORD_TYPE ((const GVariantType *)"(aya" STORY_VERDICT_TYPE ")")

/** A MikeyOffer: its texts, numbers, and what came of its signature. */
#define STORY_OFFER_TYPE "(mayyubbxmaymaymaymaymaymaymay(ubbu))"
/** A KrrVerdict. */
#define STORY_VERDICT_TYPE "(umaybbumaymaymaayuxx)"

/**
 * An event as a record; a floating reference.
 * @param places  of each KRR of the event: where its body is; NULL where there is none. Whatever
 *                number the reader can find it by.
 */
GVariant *story_record_new(const StoryEvent *event, const guint64 *places);

/**
 * Finds the body of a KRR.
 * @param digest  KrrDocument.body_digest
 * @return a reference; NULL where it cannot be had
 */
typedef KrrDocument *(*StoryRecordBody)(guint64 place, const char *digest, gpointer data);

/**
 * An event as story_record_new() was given it. A damaged record gives no event, or one with other
 * facts, but does no harm.
 * @return NULL where the record is none, or a body cannot be had
 */
StoryEvent *story_record_read(GVariant *record, StoryRecordBody body, gpointer data);

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
