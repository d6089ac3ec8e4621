/* hop-view.h
 * From when to when each hop was in view
 *
 * That something did not happen is proven by what else the capture shows of the same hop: its first
 * request, its last message. Evidence of absence needs these frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HOP_VIEW_H
#define HOP_VIEW_H

#include <stdbool.h>

#include "core/event/story-event.h"

typedef struct HopView HopView;

/** What was seen from one address to another. */
typedef struct HopSight {
    bool has_request;
    StoryFrame first_request;
    bool has_message;
    StoryFrame last_message;
    bool has_cut;
    StoryFrame first_cut; /**< a message that the capture cut short */
} HopSight;

HopView *hop_view_new(void);
void hop_view_free(HopView *view);

/** Notes an event; in any order. */
void hop_view_note(HopView *view, const StoryEvent *event);

/** NULL: no SIP message was seen in that direction. */
const HopSight *hop_view_sight(const HopView *view, const char *source, const char *destination);

/** The last event of all, whatever it was; NULL: there was none. */
const StoryFrame *hop_view_last(const HopView *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HopView, hop_view_free)

#endif
