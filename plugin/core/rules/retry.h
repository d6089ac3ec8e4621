/* retry.h
 * A KRR that reached its initiator, and the further offer that followed it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RETRY_H
#define RETRY_H

#include "core/rules/story-judge.h"

typedef struct StoryRetry {
    const StoryNegotiation *negotiation;
    guint place; /**< of the further attempt in the negotiation, from 1 */
    const StoryAttempt *before;
    const StoryAttempt *after;
    const StoryKrr *krr;  /**< that reached the initiator; NULL: none did */
    bool knows_initiator; /**< its own hop was captured, before and after */
    bool knows_all;       /**< so it was in all attempts up to here, and all are for one key */
} StoryRetry;

/** Calls a function for each attempt of a negotiation but the first, in order. */
void story_each_retry(StoryJudge *judge, const StoryNegotiation *negotiation,
                      void (*visit)(StoryJudge *judge, const StoryRetry *retry));

/** Is there a choice to judge? Not where the KRR was ignored, as the policy may demand, and the
 *  same tried again; nor where the next offer was not captured, and the KRR that seems to answer
 *  it may as well be another answer to this one. */
bool retry_is_choice(const StoryJudge *judge, const StoryRetry *retry);

/** Are both attempts certainly about the same key? Of several keys that the same people exchange
 *  at a time, one may be missing from the capture. */
bool retry_is_for_same_key(const StoryRetry *retry);

/** Had the initiator given the attempt up before it was answered? What it offers next is no
 *  answer to the KRR that crossed its CANCEL. */
bool story_was_cancelled(const StoryAttempt *attempt);

/** The answer on the leg nearest to the initiator, and both offers. */
GArray *retry_frames(const StoryRetry *retry);
StorySubject retry_subject(const StoryRetry *retry);

/** The KMS that an attempt offered on a side, or NULL. */
const char *story_offered(const StoryAttempt *attempt, KrrSide side);

/** Did two attempts certainly offer the same pair of KMSs? */
bool story_same_pair(const StoryAttempt *a, const StoryAttempt *b);

/** Does the KRR forbid what an attempt offered, on one side or on either? Where the list or the
 *  KMS is not known it does not. */
bool story_krr_forbids(const StoryKrr *krr, const StoryAttempt *attempt, KrrSide side);
bool story_krr_forbids_pair(const StoryKrr *krr, const StoryAttempt *attempt);

/** What is asked of a KRR. */
typedef bool (*RetryFits)(const StoryKrr *krr, gpointer data);

/** Is a KRR signed? That there is a signature, not that it holds. For RetryFits. */
bool story_krr_is_signed(const StoryKrr *krr, gpointer nothing);

/** Did another KRR allow the retry? Where several answered the initiator, it may have acted on any.
 *  @param fits  what else is asked of it, or NULL */
bool retry_another_krr_allows(const StoryRetry *retry, RetryFits fits, gpointer data);

/* ---- the KRR that reached the initiator ---- */

typedef struct KrrReceipt {
    const StoryNegotiation *negotiation;
    const StoryKrr *krr;
    const StoryLeg *leg; /**< on which it did */
    StoryFrame frame;    /**< in which it did */
    KmsUser user;        /**< the initiator's policy */
    const char *idri;    /**< the initiator */
} KrrReceipt;

/** @param receipt  out
 *  @return false where no KRR reached the initiator, or that is not known */
bool krr_find_receipt(const StoryJudge *judge, const StoryNegotiation *negotiation,
                      const StoryAttempt *attempt, KrrReceipt *receipt);

#endif
