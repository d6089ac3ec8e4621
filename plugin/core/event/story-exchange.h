/* story-exchange.h
 * Offers and the KRRs that answer them on the same hop, frame by frame
 *
 * The ledger knows that of legs, but takes events in the order of time and tells it at the end. This
 * is for whoever shows one frame after the other: it takes events in any order, answers at once, and
 * knows every repetition of a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_EXCHANGE_H
#define STORY_EXCHANGE_H

#include "core/event/story-event.h"

typedef struct StoryExchanges StoryExchanges;

StoryExchanges *story_exchanges_new(void);
void story_exchanges_free(StoryExchanges *exchanges);

/**
 * Notes a SIP request that carries an offer, or a response that carries a KRR; ignores other messages.
 *
 * State is bounded: an exchange without its answer is forgotten some minutes after its last message
 * or when there are too many, the oldest first; of those with one a great number is kept.
 *
 * @param event  all events are of one capture
 * @param place  which offer or KRR of the frame is meant, as whoever asks counts them. To be called once
 *               for each of them
 */
void story_exchanges_take(StoryExchanges *exchanges, const StoryEvent *event, guint place);

/** The first request with the offer that a KRR answers; NULL where none is known.
 *  @param frame     number of the response that carries the KRR, @param place  of the KRR in it
 *  @param delay_ns  out: from that request to this response */
const StoryFrame *story_exchanges_offer_of(const StoryExchanges *exchanges, guint64 frame,
                                           guint place, gint64 *delay_ns);

/** The first response with a KRR that answers an offer; NULL where none is known.
 *  @param frame  number of the request that carries the offer, @param place  of the offer in it */
const StoryFrame *story_exchanges_answer_of(const StoryExchanges *exchanges, guint64 frame,
                                            guint place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryExchanges, story_exchanges_free)

#endif
