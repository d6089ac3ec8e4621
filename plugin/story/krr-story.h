/* krr-story.h
 * From the dissection of a frame to events of the story
 *
 * Puts together what belongs to one message: the facts of the SIP message, its hop, the offers and
 * KRRs that it carried. Asked by krraudit after each frame, and by the plugin's postdissector
 * (krr-links.h) at the end of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_STORY_H
#define KRR_STORY_H

#include <glib.h>

#include <epan/packet.h>

#include "core/story/story-event.h"

typedef struct KrrStory KrrStory;

/**
 * Takes an event. It owns the event from then on. frame.capture is 0 and frame.number is
 * Wireshark's own number: whoever renews the epan session or reads several files corrects both.
 */
typedef void (*KrrStorySink)(StoryEvent *event, gpointer data);

/**
 * To be called after epan_init() has registered all protocols.
 * @param error  what this Wireshark lacks, to be freed with g_error_free()
 * @return NULL with @p error set
 */
KrrStory *krr_story_new(KrrStorySink sink, GError **error);

/** Another capture begins. */
void krr_story_begin(KrrStory *story);

/** Asks for the fields that the events are made of; before every dissection of a frame. The
 *  dissection needs a tree, which may be invisible. */
void krr_story_prime(const KrrStory *story, struct epan_dissect *edt);

/** Of what events are made. */
typedef enum KrrStoryFacts {
    KRR_STORY_TRANSACTIONS, /**< who sends what to whom in which transaction, no more */
    KRR_STORY_ALL           /**< all that an event has a place for */
} KrrStoryFacts;

/** The fields to ask for, of int; owned by the caller. */
GArray *krr_story_fields(const KrrStory *story, KrrStoryFacts facts);

/** May there be something to tell of the frame to whoever links KRRs and offers: SIP, a KRR, an
 *  offer? At the end of the dissection. */
bool krr_story_may_tell(const KrrStory *story, packet_info *pinfo);

/**
 * Hands over the events of a frame, those of SIP and HTTP messages in their order, then that of all
 * else; and
 * notes with the frame's cargo (krr-cargo.h) by which of them it came. At the end of the dissection
 * of the frame and before its tree is reset.
 * @param tvb   the frame's octets
 * @param tree  NULL: nothing is told
 * @param data  for the sink
 */
void krr_story_tell(const KrrStory *story, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
                    gpointer data);

void krr_story_free(KrrStory *story);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrStory, krr_story_free)

#endif
