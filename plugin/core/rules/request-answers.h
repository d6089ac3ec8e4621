/* request-answers.h
 * All answers to one request, as whoever sent it would know them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REQUEST_ANSWERS_H
#define REQUEST_ANSWERS_H

#include "core/story/ledger.h"

/** KRRs of one request that are told apart, and legs with answers to it: an attacker may send very
 *  many, and each is compared with those before it. */
#define MAX_ANSWERS 256

/** The answers to one request that brought KRRs: those on its leg, and such from another address
 *  than it was sent to that claim its transaction (RFC 3261, 17.1.3). */
typedef struct RequestAnswers {
    GPtrArray *legs;   /**< of StoryLeg: with KRRs */
    GPtrArray *others; /**< of StoryLeg: with a final answer, and without a KRR */
    GPtrArray *krrs;   /**< of StoryKrr: those that say different things */
    bool asked;        /**< the request itself was captured on one of the legs */
} RequestAnswers;

/** What whoever sent a request knows its answers by (RFC 3261, 17.1.3); where its branch is not known,
 *  what only that leg has. The address that an answer comes from is no part of it. Caller frees. */
char *request_key(const StoryLeg *leg);

/** The KRRs by request, in the order in which these began. Who sends its request to another server
 *  under the same branch makes it another one.
 *  @return of RequestAnswers, owned by the caller */
GPtrArray *request_answers_of(const Ledger *ledger);

#endif
