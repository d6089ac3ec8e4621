/* spool.h
 * The events of one capture in files, in the order of time
 *
 * Of several captures each is read by itself, and what it tells must wait until all others have
 * been read. It waits on disk, so that memory does not grow with the captures.
 *
 * Frames mostly come in order, but probes with several interfaces write them a little out of it,
 * and a clock may jump. So the events are dealt into runs, each of which is in order by itself: one
 * that is older than the last of a run goes to the next. The reader merges the runs as it merges
 * captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>

#include <glib.h>

#include "core/event/story-event.h"

/** Runs of one capture. An event that fits into none of so many is told out of order. */
#define SPOOL_MAX_RUNS 32

/** Each record in a file is preceded by this, and padded to a multiple of its size with zeros. */
typedef struct SpoolMark {
    guint32 length; /**< of the record, in octets */
    guint32 magic;  /**< SPOOL_MAGIC */
} SpoolMark;

#define SPOOL_MAGIC        0x4b525253u
#define SPOOL_MAX_RECORD   (64u * 1024 * 1024) /**< octets; far beyond what a message can say */
#define SPOOL_PADDING(len) ((sizeof(SpoolMark) - (len) % sizeof(SpoolMark)) % sizeof(SpoolMark))
/** What a record of that length takes with its mark and its padding. */
#define SPOOL_WHOLE(len) (sizeof(SpoolMark) + (len) + SPOOL_PADDING(len))

/** The files: that of the bodies of KRRs, and those of the runs. Caller frees. */
char *spool_bodies_path(const char *directory, guint32 capture);
char *spool_run_path(const char *directory, guint32 capture, guint run);

typedef struct Spool Spool;

/**
 * Begins the spool of a capture.
 * @param directory  where its files are put; nothing removes them
 */
Spool *spool_new(const char *directory, guint32 capture);
void spool_free(Spool *spool);

/**
 * Writes an event, which it owns from then on whatever comes of it. Trees of its KRRs must not have
 * been dropped.
 * @return false with @p error set, for example where the disk is full; the spool is not to be used
 *         any more then
 */
bool spool_add(Spool *spool, StoryEvent *event, GError **error);

/** Hands everything to the system: what was added so far can be read, whatever becomes of this
 *  process. */
bool spool_flush(Spool *spool, GError **error);

/** How many octets of each run there are, of guint64; good until the next call. They count once
 *  they are flushed. */
const GArray *spool_lengths(Spool *spool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spool, spool_free)

#endif
