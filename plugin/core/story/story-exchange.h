/* story-exchange.h
 * Offers and the KRRs that answer them on the same hop, frame by frame
 *
 * The ledger tells the same of transactions, in the order of time and when all is settled. Whoever
 * shows one frame after the other wants to know at once, and of every repetition of a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_EXCHANGE_H
#define STORY_EXCHANGE_H

#include "core/story/story-event.h"

typedef struct StoryExchanges StoryExchanges;

StoryExchanges *story_exchanges_new(void);
void story_exchanges_free(StoryExchanges *exchanges);

/**
 * Takes note of a SIP request that carries an offer, and of a response that carries a KRR; of other
 * messages nothing. They may come in any order.
 *
 * State is bounded: an exchange without its answer is forgotten some minutes after its last message
 * or when there are too many, the oldest first; of those with one a great number is kept.
 *
 * @param event    of one capture
 * @param place  what in the frame it is about: the number of an offer or a KRR that the message
 *               carries, as whoever asks counts them. Each is taken by itself
 */
void story_exchanges_take(StoryExchanges *exchanges, const StoryEvent *event, guint place);

/** The first request with the offer that the KRR in a place answers; NULL where none is known.
 *  @param delay_ns  out: from that request to this response */
const StoryFrame *story_exchanges_offer_of(const StoryExchanges *exchanges, guint64 frame,
                                           guint place, gint64 *delay_ns);

/** The first response with a KRR to the request with the offer in a place; NULL where none is known. */
const StoryFrame *story_exchanges_answer_of(const StoryExchanges *exchanges, guint64 frame,
                                            guint place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoryExchanges, story_exchanges_free)

#endif
