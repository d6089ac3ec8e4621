/* request-answers.c
 * All answers to one request, as whoever sent it would know them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/request-answers.h"

#include "core/rules/krr-claim.h"

static void answers_free(gpointer data)
{
    RequestAnswers *answers = data;

    g_ptr_array_unref(answers->legs);
    g_ptr_array_unref(answers->others);
    g_ptr_array_unref(answers->krrs);
    g_free(answers);
}

/* Does a KRR say what one of the others says? */
static bool says_one_of(const GPtrArray *krrs, const StoryKrr *krr)
{
    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *other = story_krr_at(krrs, i);
        if (other == krr || krr_same_saying(other->krr, krr->krr)) {
            return true;
        }
    }
    return false;
}

static void answers_add(RequestAnswers *answers, const StoryLeg *leg)
{
    g_ptr_array_add(answers->legs, (gpointer)leg);
    answers->asked = answers->asked || leg->has_request;
    for (guint i = 0; i < leg->krrs->len && answers->krrs->len < MAX_ANSWERS; i++) {
        StoryKrr *krr = story_krr_at(leg->krrs, i);
        if (!krr->unreadable && !says_one_of(answers->krrs, krr)) {
            g_ptr_array_add(answers->krrs, krr);
        }
    }
}

char *request_key(const StoryLeg *leg)
{
    return leg->branch ? g_strdup_printf("%s\t%u\t%s\t%s\t%s", leg->source, leg->cseq,
                                         leg->method ? leg->method : "",
                                         leg->call_id ? leg->call_id : "", leg->branch)
                       : g_strdup_printf("%" G_GUINT64_FORMAT, leg->serial);
}

/* Adds to requests that a KRR answered their final answers without one, whatever address these came
 * from. */
static void add_other_answers(const Ledger *ledger, GHashTable *by_request)
{
    const GPtrArray *legs = ledger_legs(ledger);

    for (guint i = 0; i < legs->len; i++) {
        const StoryLeg *leg = story_leg_at(legs, i);
        if (leg->krrs->len > 0 || leg->status < 200) {
            continue;
        }
        g_autofree char *key = request_key(leg);
        RequestAnswers *answers = g_hash_table_lookup(by_request, key);
        if (answers && answers->others->len < MAX_ANSWERS &&
            !(answers->asked && leg->has_request)) {
            g_ptr_array_add(answers->others, (gpointer)leg);
        }
    }
}

GPtrArray *request_answers_of(const Ledger *ledger)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(answers_free);
    g_autoptr(GHashTable) by_request = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GPtrArray *legs = ledger_legs(ledger);

    for (guint i = 0; i < legs->len; i++) {
        const StoryLeg *leg = story_leg_at(legs, i);
        if (leg->krrs->len == 0) {
            continue;
        }
        g_autofree char *key = request_key(leg);
        RequestAnswers *answers = g_hash_table_lookup(by_request, key);
        if (!answers || (answers->asked && leg->has_request)) {
            answers = g_new0(RequestAnswers, 1);
            answers->legs = g_ptr_array_new();
            answers->others = g_ptr_array_new();
            answers->krrs = g_ptr_array_new();
            g_ptr_array_add(all, answers);
            g_hash_table_insert(by_request, g_steal_pointer(&key), answers);
        }
        answers_add(answers, leg);
    }
    add_other_answers(ledger, by_request);
    return all;
}
