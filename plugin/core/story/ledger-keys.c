/* ledger-keys.c
 * The ledger's transactions and hops, found without composing a text for each message
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/story/ledger-private.h"

/* Pairs of addresses whose first request is remembered. */
#define MAX_HOPS 65536

/* ---- transactions ---- */

static guint hash_of(const char *text)
{
    return text ? g_str_hash(text) : 0;
}

guint ledger_transaction_hash(const StoryLeg *leg)
{
    guint hash = hash_of(leg->call_id) * 31 + leg->cseq;

    hash = hash * 31 + hash_of(leg->method);
    hash = hash * 31 + hash_of(leg->source);
    return hash * 31 + hash_of(leg->destination);
}

static guint known_hash(gconstpointer key)
{
    return ((const StoryLeg *)key)->hash;
}

static gboolean transaction_equal(gconstpointer a, gconstpointer b)
{
    const StoryLeg *first = a, *second = b;

    return first->hash == second->hash && first->cseq == second->cseq &&
           g_strcmp0(first->call_id, second->call_id) == 0 &&
           g_strcmp0(first->source, second->source) == 0 &&
           g_strcmp0(first->destination, second->destination) == 0 &&
           g_strcmp0(first->method, second->method) == 0;
}

GHashTable *ledger_transactions_new(void)
{
    return g_hash_table_new(known_hash, transaction_equal);
}

StoryLeg *ledger_transaction_find(GHashTable *transactions, const StoryLeg *like)
{
    return g_hash_table_lookup(transactions, like);
}

void ledger_transaction_add(GHashTable *transactions, StoryLeg *leg, StoryLeg *newest)
{
    leg->older = newest;
    if (newest) {
        newest->newer = leg;
    }
    g_hash_table_add(transactions, leg); /* in place of the one that was the newest */
}

void ledger_transaction_remove(GHashTable *transactions, StoryLeg *leg)
{
    if (leg->older) {
        leg->older->newer = leg->newer;
    }
    if (leg->newer) {
        leg->newer->older = leg->older;
    } else if (leg->older) {
        g_hash_table_add(transactions, leg->older);
    } else {
        g_hash_table_remove(transactions, leg);
    }
}

/* ---- hops ---- */

guint ledger_hop_direction(const char *source, const char *destination)
{
    return strcmp(source, destination) <= 0 ? 0 : 1;
}

static guint hop_hash(gconstpointer key)
{
    const Hop *hop = key;

    return g_str_hash(hop->lesser) * 31 + g_str_hash(hop->greater);
}

static gboolean hop_equal(gconstpointer a, gconstpointer b)
{
    const Hop *first = a, *second = b;

    return g_str_equal(first->lesser, second->lesser) &&
           g_str_equal(first->greater, second->greater);
}

static void hop_free(gpointer data)
{
    Hop *hop = data;

    g_ref_string_release(hop->lesser);
    g_ref_string_release(hop->greater);
    g_free(hop);
}

GHashTable *ledger_hops_new(void)
{
    return g_hash_table_new_full(hop_hash, hop_equal, hop_free, NULL);
}

Hop *ledger_hop_lookup(GHashTable *hops, const char *source, const char *destination)
{
    bool lesser_first = ledger_hop_direction(source, destination) == 0;
    const Hop key = {.lesser = (char *)(lesser_first ? source : destination),
                     .greater = (char *)(lesser_first ? destination : source)};
    Hop *hop = g_hash_table_lookup(hops, &key);

    if (!hop && g_hash_table_size(hops) < MAX_HOPS) {
        hop = g_new0(Hop, 1);
        hop->lesser = g_ref_string_new_intern(key.lesser);
        hop->greater = g_ref_string_new_intern(key.greater);
        hop->first_request[0] = hop->first_request[1] = G_MAXINT64;
        hop->last[0] = hop->last[1] = G_MININT64;
        g_hash_table_add(hops, hop);
    }
    return hop;
}
