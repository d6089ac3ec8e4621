/* story-record.h
 * Events of the story as octets, to be read again by another process of the same program
 *
 * A record is a GVariant in the byte order of the machine, and holds many events as a few arrays of
 * numbers and one of texts: most are SIP messages that carry neither an offer nor a KRR, and to make a
 * value of each would cost more than all the rest. Events that are read borrow the texts of their
 * record. Of a KRR an event only says where its body is: that is a record of its own (story-body-record.h),
 * since the same one is seen on many hops.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_RECORD_H
#define STORY_RECORD_H

#include "core/event/story-event.h"

/** The type of a record, to be given to g_variant_new_from_data(): the numbers of the events, of their
 *  offers, their KRRs and their HTTP, and all texts. */
#define STORY_RECORD_TYPE ((const GVariantType *)"(a(xxtuuuuuuuuuqq)a(xuuuuuu)a(tuu)a(uuuuuu)ay)")

/* ---- events to records ---- */

typedef struct StoryRecordWriter StoryRecordWriter;

StoryRecordWriter *story_record_writer_new(void);
void story_record_writer_free(StoryRecordWriter *writer);

/**
 * Adds an event to the record.
 * @param places  a number for each KRR of the event, by which the reader finds its body; NULL where there
 *                is no KRR
 * @return about how many octets the record has
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

/** @param record  of the type above; the reader and its events keep it. It may be damaged: that does no
 *                 harm */
StoryRecordReader *story_record_reader_new(GVariant *record);
void story_record_reader_free(StoryRecordReader *reader);

/**
 * The next event, as story_record_writer_add() was given it.
 * @return NULL at the end; NULL with @p error set where the record is damaged, or a body cannot be
 *         had
 */
StoryEvent *story_record_reader_next(StoryRecordReader *reader, StoryRecordBody body, gpointer data,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryRecordWriter, story_record_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryRecordReader, story_record_reader_free)

#endif
