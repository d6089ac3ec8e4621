/* ledger-result.c
 * What is told when all events are in the ledger: negotiations, and the numbers of offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/ledger-result.h"

#include "core/event/story-frames.h"

static int compare_offers(gconstpointer a, gconstpointer b)
{
    StoryFrame first = story_offer_first_frame(*(const StoryOffer *const *)a);
    StoryFrame second = story_offer_first_frame(*(const StoryOffer *const *)b);

    return story_frame_compare(&first, &second);
}

/* The offers of negotiations, each once. */
static GPtrArray *redirected_offers(const GPtrArray *negotiations)
{
    g_autoptr(GHashTable) listed = g_hash_table_new(NULL, NULL);
    GPtrArray *offers = g_ptr_array_new();

    for (guint i = 0; i < negotiations->len; i++) {
        const GPtrArray *attempts = story_negotiation_at(negotiations, i)->attempts;
        for (guint k = 0; k < attempts->len; k++) {
            StoryOffer *offer = story_attempt_at(attempts, k)->offer;
            if (offer && g_hash_table_add(listed, offer)) {
                g_ptr_array_add(offers, offer);
            }
        }
    }
    g_ptr_array_sort(offers, compare_offers);
    return offers;
}

static void number_offers(const GPtrArray *offers)
{
    for (guint i = 0; i < offers->len; i++) {
        story_offer_at(offers, i)->number = i + 1;
    }
}

LedgerResult *ledger_result_new(const StorySources *sources)
{
    LedgerResult *result = g_new0(LedgerResult, 1);

    result->negotiations = sources ? negotiation_builder_run(sources) : g_ptr_array_new();
    result->redirected = redirected_offers(result->negotiations);
    number_offers(result->redirected);
    return result;
}

void ledger_result_free(LedgerResult *result)
{
    for (guint i = 0; i < result->redirected->len; i++) {
        story_offer_at(result->redirected, i)->number = 0;
    }
    g_ptr_array_unref(result->redirected);
    g_ptr_array_unref(result->negotiations);
    g_free(result);
}
