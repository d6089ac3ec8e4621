/* receipt.h
 * A KRR that reached its initiator, and when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RECEIPT_H
#define RECEIPT_H

#include "core/rules/story-judge.h"

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
