/* ledger-result.h
 * What is told when all events are in the ledger: negotiations, and the numbers of offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEDGER_RESULT_H
#define LEDGER_RESULT_H

#include "core/story/negotiation-builder.h"

typedef struct LedgerResult {
    GPtrArray *negotiations; /**< of StoryNegotiation, by number; owned */
    GPtrArray *redirected;   /**< of StoryOffer (the ledger's), by number: those in negotiations */
} LedgerResult;

/** Makes the negotiations, and numbers the offers in them.
 *  @param sources  have to outlive the result; NULL: nothing is told yet */
LedgerResult *ledger_result_new(const StorySources *sources);

/** Takes the numbers of the offers back. */
void ledger_result_free(LedgerResult *result);

#endif
