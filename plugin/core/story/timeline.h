/* timeline.h
 * The events of one capture, in the order of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TIMELINE_H
#define TIMELINE_H

#include <stdbool.h>

#include <glib.h>

#include "core/story/ledger.h"

/** How far the times of the frames of one capture may run back: probes with several interfaces write
 *  frames a little out of order. */
#define TIMELINE_DISORDER_NS (10 * STORY_SECOND)

/** About how much memory the events may take that wait for earlier ones, MiB. Beyond that the earliest
 *  events go to the ledger without waiting longer. */
#define TIMELINE_MAX_MIB 16

typedef struct Timeline Timeline;

/** @param ledger  gets the events; must outlive the timeline */
Timeline *timeline_new(Ledger *ledger);
void timeline_free(Timeline *timeline);

/** Adds an event, which the timeline owns from then on. The event goes to the ledger as soon as no earlier
 *  one can follow, so that memory does not grow with the capture. */
void timeline_add(Timeline *timeline, StoryEvent *event);

/** Gives the ledger all events that are left: in the order of time, ties in the order of frames, messages
 *  of one frame as they were added. */
void timeline_finish(Timeline *timeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

#endif
