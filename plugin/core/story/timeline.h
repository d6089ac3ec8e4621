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

/** About how much memory the events that wait for earlier ones may take, MiB; then the first of them
 *  are told at once. */
#define TIMELINE_MAX_MIB 16

typedef struct Timeline Timeline;

/** @param ledger  gets the events; must outlive the timeline */
Timeline *timeline_new(Ledger *ledger);
void timeline_free(Timeline *timeline);

/** Takes an event, which it owns from then on. It is told as soon as none before it can follow any
 *  more, so that memory does not grow with the capture. */
void timeline_add(Timeline *timeline, StoryEvent *event);

/** Gives the ledger all that is left: in the order of time, ties in the order of
 *  frames, messages of one frame as they were added. */
void timeline_finish(Timeline *timeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

#endif
