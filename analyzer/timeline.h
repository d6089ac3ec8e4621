/* timeline.h
 * The events of all captures, as one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TIMELINE_H
#define TIMELINE_H

#include <glib.h>

#include "core/story/ledger.h"

typedef struct Timeline Timeline;

Timeline *timeline_new(void);
void timeline_free(Timeline *timeline);

/** Keeps an event, which it owns from then on. The same document or offer seen again is kept once:
 *  retransmissions and further legs cost next to nothing. */
void timeline_add(Timeline *timeline, StoryEvent *event);

/** Gives all events to the ledger and forgets them: in the order of time, ties in the order of
 *  captures and frames, messages of one frame as they were added. */
void timeline_tell(Timeline *timeline, Ledger *ledger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

#endif
