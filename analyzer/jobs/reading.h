/* reading.h
 * Several captures: each read by a process of its own, what they tell joined
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef READING_H
#define READING_H

#include "analyzer/capture/capture-reader.h"
#include "analyzer/jobs/join.h"
#include "analyzer/process/confinement.h"

/** What is read, and how. */
typedef struct ReadingPlan {
    GPtrArray *captures;         /**< of Capture; each gets what became of it */
    const CaptureMethod *method; /**< whose engine has dissected nothing yet, and gets nothing to
                                      dissect in this process */
    FrameLinks *links;           /**< gets those of all captures; NULL: not wanted */
    guint jobs; /**< so many captures are read at a time; 1: and nothing else happens at
                                the same time, the joining neither */
    const KrrVocabulary *vocabulary; /**< that the engine reads KRRs with */
    Confinement *confinement; /**< of this process; each worker is confined further. Or NULL. */
} ReadingPlan;

/**
 * Reads all captures and tells their events as one timeline: in the order of time, ties in the
 * order of captures and frames. The result does not depend on the number of jobs. What cannot be
 * read, or not to its end, is complained about in the order of the captures.
 *
 * @param event  is told of each event, which it owns
 * @return whether all were read to their ends; false also where it was interrupted
 */
bool reading_run(const ReadingPlan *plan, Progress *progress,
                 void (*event)(StoryEvent *event, gpointer data), gpointer data);

#endif
