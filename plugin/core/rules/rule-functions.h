/* rule-functions.h
 * The functions of all rules, declared by the rows of the catalogue
 *
 * Each is documented where it is defined: what its clause demands, and where it stays silent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RULE_FUNCTIONS_H
#define RULE_FUNCTIONS_H

#include "core/rules/document-judge.h"
#include "core/rules/path-server.h"
#include "core/rules/retry.h"

/* clang-format off */
#define BODY_RULE(id, name, ...) void rule_##name(DocumentJudge *judge);
#define KRR_RULE(id, name, ...) void rule_##name(DocumentJudge *judge, const Krr *krr);
#define SIGHTING_RULE(id, name, ...) void rule_##name(StoryJudge *judge, const StoryKrr *krr);
#define STORY_RULE(id, name, ...) void rule_##name(StoryJudge *judge);
#define ATTEMPT_RULE(id, name, ...)                                                                \
    void rule_##name(StoryJudge *judge, const StoryNegotiation *negotiation,                       \
                     const StoryAttempt *attempt);
#define SERVER_RULE(id, name, ...) void rule_##name(StoryJudge *judge, const PathServer *server);
#define RETRY_RULE(id, name, ...) void rule_##name(StoryJudge *judge, const StoryRetry *retry);
#define NEXT_OFFER_RULE(id, name, ...) void rule_##name(StoryJudge *judge, const StoryRetry *retry);
#define CHAIN_RULE(id, name, ...) void rule_##name(StoryJudge *judge, const StoryRetry *retry);
#define RECEIPT_RULE(id, name, ...) void rule_##name(StoryJudge *judge, const KrrReceipt *receipt);
#include "core/rules/krr-rules.def"
/* clang-format on */

#endif
