/* ledger-keys.c
 * The ledger's transactions and hops, found without composing a text for each message
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "ledger-private.h"

/* Pairs of addresses whose first request is remembered. */
#define MAX_HOPS 65536

/* ---- transactions ---- */

static guint hash_of(const char *text)
{
    return text ? g_str_hash(text) : 0;
}

static guint transaction_hash(gconstpointer key)
{
    const Transaction *transaction = key;
    guint hash = hash_of(transaction->call_id) * 31 + transaction->cseq;

    hash = hash * 31 + hash_of(transaction->method);
    hash = hash * 31 + hash_of(transaction->source);
    return hash * 31 + hash_of(transaction->destination);
}

static gboolean transaction_equal(gconstpointer a, gconstpointer b)
{
    const Transaction *first = a, *second = b;

    return first->cseq == second->cseq && g_strcmp0(first->call_id, second->call_id) == 0 &&
           g_strcmp0(first->source, second->source) == 0 &&
           g_strcmp0(first->destination, second->destination) == 0 &&
           g_strcmp0(first->method, second->method) == 0;
}

static void transaction_free(gpointer data)
{
    Transaction *transaction = data;

    g_free((char *)transaction->source);
    g_free((char *)transaction->destination);
    g_free((char *)transaction->method);
    g_free((char *)transaction->call_id);
    g_ptr_array_unref(transaction->legs);
    g_free(transaction);
}

GHashTable *ledger_transactions_new(void)
{
    return g_hash_table_new_full(transaction_hash, transaction_equal, transaction_free, NULL);
}

Transaction *ledger_transaction_take(GHashTable *transactions, const Transaction *key)
{
    Transaction *transaction = g_hash_table_lookup(transactions, key);

    if (!transaction) {
        transaction = g_new(Transaction, 1);
        *transaction = (Transaction){g_strdup(key->source),
                                     g_strdup(key->destination),
                                     g_strdup(key->method),
                                     g_strdup(key->call_id),
                                     key->cseq,
                                     g_ptr_array_new()};
        g_hash_table_add(transactions, transaction);
    }
    return transaction;
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

    g_free((char *)hop->lesser);
    g_free((char *)hop->greater);
    g_free(hop);
}

GHashTable *ledger_hops_new(void)
{
    return g_hash_table_new_full(hop_hash, hop_equal, hop_free, NULL);
}

Hop *ledger_hop_lookup(GHashTable *hops, const char *source, const char *destination)
{
    bool lesser_first = ledger_hop_direction(source, destination) == 0;
    const Hop key = {.lesser = lesser_first ? source : destination,
                     .greater = lesser_first ? destination : source};
    Hop *hop = g_hash_table_lookup(hops, &key);

    if (!hop && g_hash_table_size(hops) < MAX_HOPS) {
        hop = g_new0(Hop, 1);
        hop->lesser = g_strdup(key.lesser);
        hop->greater = g_strdup(key.greater);
        hop->first_request[0] = hop->first_request[1] = G_MAXINT64;
        hop->last[0] = hop->last[1] = G_MININT64;
        g_hash_table_add(hops, hop);
    }
    return hop;
}
