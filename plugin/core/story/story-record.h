/* story-record.h
 * Events of the story as octets, to be read again by another process of the same program
 *
 * A record is a GVariant in the byte order of the machine, and holds many events as a few arrays of
 * numbers and one of texts: most are SIP messages that carry neither an offer nor a KRR, and to make a
 * value of each would cost more than all the rest. Events that are read lean on the texts of their
 * record. Of a KRR an event only says where its body is. The body is a record of its own, since the
 * same one is seen on many hops, and is parsed anew by who reads it; what came of verifying its
 * signatures goes with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_RECORD_H
#define STORY_RECORD_H

#include "core/story/story-event.h"

/** The types of the records, to be given to g_variant_new_from_data(): of events, the numbers of the
 *  events, of their offers, their KRRs and their HTTP, and all texts; of a body, its octets and the verdicts. */
#define STORY_RECORD_TYPE      ((const GVariantType *)"(a(xtuuuuuuuuuqq)a(xuuuuuu)a(tuu)a(uuuuuu)ay)")
#define STORY_BODY_RECORD_TYPE ((const GVariantType *)"(aya(umaybbumaymaymaayuxx))")

/* ---- events to records ---- */

typedef struct StoryRecordWriter StoryRecordWriter;

StoryRecordWriter *story_record_writer_new(void);
void story_record_writer_free(StoryRecordWriter *writer);

/**
 * Adds an event to the record.
 * @param places  of each KRR of the event: where its body is; NULL where there is none. Whatever
 *                number the reader can find it by.
 * @return how full the record is, in octets or so
 */
gsize story_record_writer_add(StoryRecordWriter *writer, const StoryEvent *event,
                              const guint64 *places);

/** The events added since the last call as a record, a floating reference; NULL: there are none. */
GVariant *story_record_writer_take(StoryRecordWriter *writer);

/* ---- records to events ---- */

/**
 * Finds the body of a KRR.
 * @param digest  KrrDocument.body_digest
 * @return a reference; NULL where it cannot be had
 */
typedef KrrDocument *(*StoryRecordBody)(guint64 place, const char *digest, gpointer data);

typedef struct StoryRecordReader StoryRecordReader;

/** @param record  kept by the reader and by its events; of the type above, but it may be damaged: that
 *                 does no harm */
StoryRecordReader *story_record_reader_new(GVariant *record);
void story_record_reader_free(StoryRecordReader *reader);

/**
 * The next event, as story_record_writer_add() was given it.
 * @return NULL at the end; NULL with @p error set where the record is damaged, or a body cannot be
 *         had
 */
StoryEvent *story_record_reader_next(StoryRecordReader *reader, StoryRecordBody body, gpointer data,
                                     GError **error);

/* ---- bodies ---- */

/** The body of a KRR document as a record; a floating reference.
 *  @param document  of which the tree was not dropped */
GVariant *story_body_record_new(const KrrDocument *document);

/**
 * A document as story_body_record_new() was given it, without its tree.
 * @param vocabulary  that it was read with
 * @return NULL where the record is damaged
 */
KrrDocument *story_body_record_read(GVariant *record, const KrrVocabulary *vocabulary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryRecordWriter, story_record_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryRecordReader, story_record_reader_free)

#endif
