/* krr-story.h
 * From the dissection of a frame to events of the story
 *
 * Listens to the taps "krr", "mikey_sakke" and "sip", and puts together what belongs to one message:
 * the facts of the SIP message, its hop, the offers and KRRs that it carried.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_STORY_H
#define KRR_STORY_H

#include <glib.h>

#include "core/story/story-event.h"

struct epan_dissect;

typedef struct KrrStory KrrStory;

/**
 * Takes an event. It owns the event from then on. frame.capture is 0 and frame.number is
 * Wireshark's own number: whoever renews the epan session or reads several files corrects both.
 */
typedef void (*KrrStorySink)(StoryEvent *event, gpointer data);

/**
 * Registers the tap listeners; to be called after epan_init(). One at a time.
 * @param error  what could not be registered, to be freed with g_error_free()
 * @return NULL with @p error set
 */
KrrStory *krr_story_new(KrrStorySink sink, gpointer data, GError **error);

/** Asks for the fields that the events are made of; before every dissection of a frame. The
 *  dissection needs a tree, which may be invisible. */
void krr_story_prime(const KrrStory *story, struct epan_dissect *edt);

/** Hands over the events of a frame; after every dissection of one and before epan_dissect_reset()
 *  or _free(), since it looks at the tree. */
void krr_story_end_frame(KrrStory *story);

void krr_story_free(KrrStory *story);

#endif
