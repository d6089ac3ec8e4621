/* join.h
 * The spools of all captures as one timeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef JOIN_H
#define JOIN_H

#include <stdbool.h>

#include "core/event/story-event.h"

typedef struct Join Join;

/** Events between two looks at whether to stop. */
#define JOIN_STOP_INTERVAL 1024

/** Documents that are remembered, since the same one is seen on many hops. Then all are forgotten,
 *  and the next ones parsed anew. */
#define JOIN_MAX_DOCUMENTS 1024

/** What is told by a join. */
typedef struct JoinCalls {
    void (*event)(StoryEvent *event, gpointer data); /**< owns the event */
    /** The spool of a capture cannot be read on: what is left of a run of it is missing. */
    void (*trouble)(guint32 capture, const char *why, gpointer data);
    bool (*stop)(gpointer data); /**< asked now and then: is the join to end? */
} JoinCalls;

/**
 * @param directory   of the spools
 * @param vocabulary  that the KRRs were read with; must outlive the join
 */
Join *join_new(const char *directory, const KrrVocabulary *vocabulary);
void join_free(Join *join);

/**
 * Adds the spool of a capture. Whoever wrote it has read what an attacker wrote, so it is not believed
 * to speak of that capture, nor of frames that the capture has: what does not is trouble.
 * @param frames     of the capture
 * @param offset_ns  is added to all of its times
 * @param lengths    of guint64: see spool_lengths()
 */
void join_add(Join *join, guint32 capture, guint64 frames, gint64 offset_ns, const GArray *lengths);

/**
 * Tells all events: in the order of time, ties in the order of captures and frames, messages of one
 * frame as they were added. Memory does not grow with the spools. Once in the life of a join.
 * @return false where it was stopped
 */
bool join_run(Join *join, const JoinCalls *calls, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Join, join_free)

#endif
