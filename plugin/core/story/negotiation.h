/* negotiation.h
 * The redirect chains: attempt, redirect, attempt ... outcome
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NEGOTIATION_H
#define NEGOTIATION_H

#include "core/story/ledger.h"

/** How a negotiation ended, by its last attempt. */
typedef enum StoryOutcome {
    STORY_OUTCOME_ESTABLISHED,       /**< 2xx */
    STORY_OUTCOME_REFUSED,           /**< a final answer without a KRR */
    STORY_OUTCOME_NO_ACCEPTABLE_KMS, /**< its KRR has an empty list, and nothing followed */
    STORY_OUTCOME_ABANDONED,         /**< its KRR left a choice, nothing followed in the window */
    STORY_OUTCOME_OPEN               /**< the capture ends first, or no final answer was seen */
} StoryOutcome;

/** "established", "no-acceptable-kms", ... as in the report. */
const char *story_outcome_name(StoryOutcome outcome);

/** Beyond every purpose tag, which has four bits. */
#define STORY_PURPOSE_UNKNOWN 16

/** An offer, the legs that carried it, the KRRs that answered it, how it ended. */
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

typedef struct StoryNegotiation {
    guint number;     /**< "negotiation-N", from 1, by first frame */
    const char *idri; /**< NULL: hidden in every attempt and every KRR */
    const char *idrr;
    guint purpose;       /**< MikeyKeyPurpose; STORY_PURPOSE_UNKNOWN: no offer seen */
    GPtrArray *attempts; /**< of StoryAttempt, in order of time */
    StoryOutcome outcome;
    StoryFrame started;
    StoryFrame ended;
} StoryNegotiation;

/** What ties a leg to its attempt, by its place among the attempt's legs: TRANSACTION for the first. */
StoryLink story_attempt_leg_link(const StoryAttempt *attempt, guint place);

/** The pair of KMSs that an attempt offered: from the offer, else from a KRR that answered it.
 *  NULL where neither says. */
const char *story_attempt_idrkmsi(const StoryAttempt *attempt);
const char *story_attempt_idrkmsr(const StoryAttempt *attempt);

/** All negotiations in which a KRR was seen, of StoryNegotiation by number; owned by the ledger;
 *  complete after ledger_finish(). */
const GPtrArray *ledger_negotiations(const Ledger *ledger);

/** The time of the last event that the ledger took: up to there absence can mean something. */
gint64 ledger_end_ns(const Ledger *ledger);

#endif
