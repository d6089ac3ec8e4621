/* attempt.h
 * One attempt: an offer, the legs that carried it, the KRRs that answered it, how it ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "core/stores/story.h"

/** By what two things were linked; the first that applies. The first five and the last tie a leg to an
 *  attempt, the first and the last three an attempt to a negotiation. */
typedef enum StoryLink {
    STORY_LINK_TRANSACTION, /**< same SIP transaction: hop reversed, Call-ID, CSeq, branch; it began
                                  the attempt or the negotiation, or is another branch of a request */
    STORY_LINK_OFFER_DIGEST, /**< same offer on another leg */
    STORY_LINK_CREDENTIALS,  /**< an offer that was asked for credentials, or came anew with them */
    STORY_LINK_KRR_DIGEST,   /**< same KRR on another leg */
    STORY_LINK_EMBEDDED,     /**< a KRR embeds that of another leg */
    STORY_LINK_IDENTITIES,   /**< same IDRi and IDRr as texts, same key purpose, in the window */
    STORY_LINK_UID,          /**< the same, with an identity recomputed from its UID */
    STORY_LINK_KRR_IDENTITIES /**< the KRR's own identities: no offer in the capture, or none in the
                                   request that the KRR answers */
} StoryLink;

/** "transaction", "offer-digest", ... as in the report. */
const char *story_link_name(StoryLink link);

/** Beyond every purpose tag, which has four bits. */
#define STORY_PURPOSE_UNKNOWN 16

typedef struct StoryAttempt {
    StoryOffer *offer;   /**< NULL: not in the capture */
    GPtrArray *legs;     /**< of StoryLeg, from the initiator outwards as far as that is known */
    GPtrArray *krrs;     /**< of StoryKrr, in the order of their first sightings */
    StoryKrr *received;  /**< the KRR that reached the initiator, as far as the capture shows; NULL:
                            none did */
    guint status;        /**< final status on the initiator's leg; 0: none seen */
    StoryLink linked_by; /**< what ties this attempt to the negotiation */
    StoryFrame started;  /**< first frame of it */
    StoryFrame ended;    /**< the answer on the initiator's leg, else the last frame of it */
} StoryAttempt;

/* ---- what rules and reports ask ---- */

static inline StoryAttempt *story_attempt_at(const GPtrArray *attempts, guint place)
{
    return (StoryAttempt *)g_ptr_array_index(attempts, place);
}

/** The leg nearest to the initiator; NULL where no leg was captured. */
const StoryLeg *story_attempt_first_leg(const StoryAttempt *attempt);

/** Did the initiator send the request of a leg, as far as was captured: whoever sent the first one? It
 *  may try several servers. @param leg  of the attempt */
bool story_attempt_is_from_initiator(const StoryAttempt *attempt, const StoryLeg *leg);

/** Is a leg between the same two addresses as the first one? @param leg  of the attempt */
bool story_attempt_is_first_hop(const StoryAttempt *attempt, const StoryLeg *leg);

/** What the offer is to bring a key for: MikeyKeyPurpose, or STORY_PURPOSE_UNKNOWN. */
guint story_attempt_purpose(const StoryAttempt *attempt);

/** What ties a leg to its attempt, by its place among the attempt's legs: TRANSACTION for the first. */
StoryLink story_attempt_leg_link(const StoryAttempt *attempt, guint place);

/** Was the offer taken out of the request of a leg on its way? A KRR answered it there that has the four
 *  identities of the offer. @param leg  of the attempt */
bool story_attempt_lost_offer(const StoryAttempt *attempt, const StoryLeg *leg);

/** The pair of KMSs that an attempt offered: from the offer, else from a KRR that answered it.
 *  NULL where neither says. */
const char *story_attempt_idrkmsi(const StoryAttempt *attempt);
const char *story_attempt_idrkmsr(const StoryAttempt *attempt);

/* ---- for those who make attempts ---- */

/** An attempt without legs or KRRs. @param offer  NULL: not in the capture */
StoryAttempt *story_attempt_new(StoryOffer *offer);

/** @param data  StoryAttempt; its legs and KRRs are the ledger's; NULL: nothing happens */
void story_attempt_free(gpointer data);

/** Settles what follows from the legs and KRRs of an attempt, of which it has at least one: their
 *  order, its times, its answer, and the KRR that reached the initiator.
 *  @param policy  tells which addresses are one server */
void story_attempt_settle(StoryAttempt *attempt, const KmsPolicy *policy);

/** Adds the legs and KRRs of another attempt, and settles it anew. */
void story_attempt_absorb(StoryAttempt *attempt, const StoryAttempt *other,
                          const KmsPolicy *policy);

#endif
