/* event-extractor.h
 * From the dissection of a frame to events of the story
 *
 * Puts together what belongs to one message: the facts of the SIP message, its hop, the offers and
 * KRRs that it carried. Asked by krraudit after each frame, and by the plugin's postdissector
 * (krr-links.h) at the end of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EVENT_EXTRACTOR_H
#define EVENT_EXTRACTOR_H

#include <glib.h>

#include <epan/packet.h>

#include "core/event/story-event.h"

typedef struct EventExtractor EventExtractor;

/**
 * Takes an event. It owns the event from then on. frame.capture is 0 and frame.number is
 * Wireshark's own number: whoever renews the epan session or reads several files corrects both.
 */
typedef void (*EventSink)(StoryEvent *event, gpointer data);

/**
 * To be called after epan_init() has registered all protocols.
 * @param error  what this Wireshark lacks, to be freed with g_error_free()
 * @return NULL with @p error set
 */
EventExtractor *event_extractor_new(EventSink sink, GError **error);

/** Another capture begins. */
void event_extractor_begin(EventExtractor *extractor);

/** Asks for the fields that the events are made of; before every dissection of a frame. The
 *  dissection needs a tree, which may be invisible. */
void event_extractor_prime(const EventExtractor *extractor, struct epan_dissect *edt);

/** Of what events are made. */
typedef enum EventFacts {
    EVENT_FACTS_TRANSACTIONS, /**< who sends what to whom in which transaction, no more */
    EVENT_FACTS_ALL           /**< all that an event has a place for */
} EventFacts;

/** The fields to ask for, of int; owned by the caller. */
GArray *event_extractor_fields(const EventExtractor *extractor, EventFacts facts);

/** May the frame hold an event for whoever links KRRs and offers: SIP, a KRR, an offer? At the end of
 *  the dissection. */
bool event_extractor_may_tell(const EventExtractor *extractor, packet_info *pinfo);

/**
 * Hands over the events of a frame: those of SIP and HTTP messages in their order, then that of all
 * else; and notes with the frame's cargo (krr-cargo.h) by which of them it came. At the end of the
 * dissection of the frame and before its tree is reset.
 * @param tvb   the frame's octets
 * @param tree  NULL: there are no events
 * @param data  for the sink
 */
void event_extractor_run(const EventExtractor *extractor, packet_info *pinfo, tvbuff_t *tvb,
                         proto_tree *tree, gpointer data);

void event_extractor_free(EventExtractor *extractor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventExtractor, event_extractor_free)

#endif
