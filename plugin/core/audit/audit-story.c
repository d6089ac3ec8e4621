/* audit-story.c
 * Goes through the story and asks each rule about whatever it is asked about
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/audit/audit-story.h"

#include "core/rules/rule-functions.h"

/* ---- the rules of each kind ---- */

/* Each row of a kind becomes a call of its function, unless the rule is off. For the kinds see
 * krr-rules.def. */
#define ASK(id, name, about)                                                                       \
    if (judge->severity[KRR_RULE_##id] != KRR_SEVERITY_OFF) {                                      \
        rule_##name about;                                                                         \
    }
/* clang-format off */

static void judge_whole_story(StoryJudge *judge)
{
#define STORY_RULE(id, name, ...) ASK(id, name, (judge))
#include "core/rules/krr-rules.def"
}

static void judge_sighting(StoryJudge *judge, const StoryKrr *krr)
{
#define SIGHTING_RULE(id, name, ...) ASK(id, name, (judge, krr))
#include "core/rules/krr-rules.def"
}

static void judge_attempt(StoryJudge *judge, const StoryNegotiation *negotiation,
                          const StoryAttempt *attempt)
{
#define ATTEMPT_RULE(id, name, ...) ASK(id, name, (judge, negotiation, attempt))
#include "core/rules/krr-rules.def"
}

static void judge_server(StoryJudge *judge, const PathServer *server)
{
#define SERVER_RULE(id, name, ...) ASK(id, name, (judge, server))
#include "core/rules/krr-rules.def"
}

static void judge_retry(StoryJudge *judge, const StoryRetry *retry)
{
#define RETRY_RULE(id, name, ...) ASK(id, name, (judge, retry))
#include "core/rules/krr-rules.def"
}

static void judge_next_offer(StoryJudge *judge, const StoryRetry *retry)
{
#define NEXT_OFFER_RULE(id, name, ...) ASK(id, name, (judge, retry))
#include "core/rules/krr-rules.def"
}

static void judge_chain(StoryJudge *judge, const StoryRetry *retry)
{
#define CHAIN_RULE(id, name, ...) ASK(id, name, (judge, retry))
#include "core/rules/krr-rules.def"
}

static void judge_receipt(StoryJudge *judge, const KrrReceipt *receipt)
{
#define RECEIPT_RULE(id, name, ...) ASK(id, name, (judge, receipt))
#include "core/rules/krr-rules.def"
}

/* ---- gaps of all rules of a kind ---- */

static void count_gap_of_retries(StoryJudge *judge, AuditGapKind kind)
{
#define RETRY_RULE(id, ...) audit_count_gap(judge, KRR_RULE_##id, kind);
#include "core/rules/krr-rules.def"
}

static void count_gap_of_next_offers(StoryJudge *judge, AuditGapKind kind)
{
#define NEXT_OFFER_RULE(id, ...) audit_count_gap(judge, KRR_RULE_##id, kind);
#include "core/rules/krr-rules.def"
}

/* clang-format on */

/* ---- what they are asked about ---- */

/* A choice of the initiator: what it is judged by depends on what is known to have reached it. */
static void judge_choice(StoryJudge *judge, const StoryRetry *retry)
{
    if (!retry_is_for_same_key(retry)) {
        count_gap_of_retries(judge, AUDIT_GAP_OTHER_KEY);
        count_gap_of_next_offers(judge, AUDIT_GAP_OTHER_KEY);
        return;
    }
    judge_next_offer(judge, retry);
    if (story_was_cancelled(retry->before)) {
        return; /* it is no answer to the KRR */
    }
    if (retry->knows_initiator) {
        judge_retry(judge, retry);
    } else {
        count_gap_of_retries(judge, AUDIT_GAP_BEHIND_SERVER);
    }
}

static void judge_further_attempt(StoryJudge *judge, const StoryRetry *retry)
{
    if (retry_is_choice(judge, retry)) {
        judge_choice(judge, retry);
    }
    if (retry->knows_all) {
        judge_chain(judge, retry);
    }
}

/* @param received  set of StoryKrr: those whose receipt was judged; each is once */
static void judge_negotiation(StoryJudge *judge, const StoryNegotiation *negotiation,
                              GHashTable *received)
{
    KrrReceipt receipt;

    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, i);
        judge_attempt(judge, negotiation, attempt);
        if (attempt->offer) {
            path_each_server(judge, negotiation, attempt, judge_server);
        }
        if (krr_find_receipt(judge, negotiation, attempt, &receipt) &&
            g_hash_table_add(received, (gpointer)receipt.krr)) {
            judge_receipt(judge, &receipt);
        }
    }
    story_each_retry(judge, negotiation, judge_further_attempt);
}

void audit_story(StoryJudge *judge)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);
    g_autoptr(GHashTable) received = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < krrs->len; i++) {
        if (!story_krr_at(krrs, i)->unreadable) {
            judge_sighting(judge, story_krr_at(krrs, i));
        }
    }
    judge_whole_story(judge);
    for (guint i = 0; i < negotiations->len; i++) {
        judge_negotiation(judge, g_ptr_array_index(negotiations, i), received);
    }
    audit_add_counted_gaps(judge);
}
