/* uid-resolver.c
 * From a UID back to an identity that is known from elsewhere in the capture or the policy
 *
 * A UID is a hash over the identity, the KMS and the key period, so the pool of known identities is
 * hashed once for each KMS and period that occurs, and a UID is looked up in that table. The number
 * of identities and of tables is bounded, since captures may come from attackers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/uid-resolver.h"

#include <string.h>

#include "core/octets/hex.h"

/* Identities in the pool, and tables made of it: at most half a million hashes. */
#define MAX_POOL   1024
#define MAX_TABLES 256

typedef struct Known {
    char *identity;
    StoryIdentitySource source;
} Known;

struct UidResolver {
    const KmsPolicy *policy;
    GPtrArray *pool;     /* of Known */
    GHashTable *in_pool; /* identity (borrowed) -> Known (borrowed) */
    GHashTable *tables;  /* "KMS\tnumber" -> GHashTable of UID text -> Known (borrowed) */
    GHashTable *found;   /* UID -> Known: what a message's own candidates gave */
};

static void known_free(gpointer data)
{
    Known *known = data;

    g_free(known->identity);
    g_free(known);
}

static Known *known_new(const char *identity, StoryIdentitySource source)
{
    Known *known = g_new0(Known, 1);

    known->identity = g_strdup(identity);
    known->source = source;
    return known;
}

UidResolver *uid_resolver_new(const KmsPolicy *policy)
{
    UidResolver *resolver = g_new0(UidResolver, 1);

    resolver->policy = policy;
    resolver->pool = g_ptr_array_new_with_free_func(known_free);
    resolver->in_pool = g_hash_table_new(g_str_hash, g_str_equal);
    resolver->tables =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    resolver->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);
    return resolver;
}

void uid_resolver_free(UidResolver *resolver)
{
    if (resolver) {
        g_hash_table_unref(resolver->found);
        g_hash_table_unref(resolver->tables);
        g_hash_table_unref(resolver->in_pool);
        g_ptr_array_unref(resolver->pool);
        g_free(resolver);
    }
}

void uid_resolver_add(UidResolver *resolver, const char *identity, StoryIdentitySource source)
{
    Known *known = g_hash_table_lookup(resolver->in_pool, identity);

    if (known) {
        /* The policy's identities come last, but a story may go on after them. */
        known->source = known->source == STORY_IDENTITY_POLICY ? source : known->source;
        return;
    }
    if (resolver->pool->len >= MAX_POOL) {
        return;
    }
    known = known_new(identity, source);
    g_ptr_array_add(resolver->pool, known);
    g_hash_table_insert(resolver->in_pool, known->identity, known);
    g_hash_table_remove_all(resolver->tables); /* they lack the newcomer */
}

static char *uid_text(const char *user, const char *kms, McxKeyPeriod key_period, guint64 number)
{
    guint8 uid[MCX_UID_LENGTH];

    mcx_uid_compute(user, kms, key_period, number, uid);
    return hex_encode(uid, MCX_UID_LENGTH);
}

/* Every identity of the pool as its UID, as given and with "sip:" added or taken away. */
static GHashTable *table_new(const UidResolver *resolver, const char *kms, guint64 number)
{
    McxKeyPeriod key_period = kms_policy_key_period(resolver->policy, kms);
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < resolver->pool->len; i++) {
        Known *known = g_ptr_array_index(resolver->pool, i);
        g_autofree char *other = g_str_has_prefix(known->identity, "sip:")
                                     ? g_strdup(known->identity + strlen("sip:"))
                                     : g_strconcat("sip:", known->identity, NULL);
        g_hash_table_insert(table, uid_text(known->identity, kms, key_period, number), known);
        char *uid = uid_text(other, kms, key_period, number);
        if (g_hash_table_contains(table, uid)) {
            g_free(uid);
        } else {
            g_hash_table_insert(table, uid, known);
        }
    }
    return table;
}

static const Known *find_in_table(UidResolver *resolver, const char *uid, const char *kms,
                                  guint64 number)
{
    g_autofree char *key = g_strdup_printf("%s\t%" G_GUINT64_FORMAT, kms, number);
    GHashTable *table = g_hash_table_lookup(resolver->tables, key);

    if (!table) {
        if (g_hash_table_size(resolver->tables) >= MAX_TABLES) {
            return NULL;
        }
        table = table_new(resolver, kms, number);
        g_hash_table_insert(resolver->tables, g_steal_pointer(&key), table);
    }
    return g_hash_table_lookup(table, uid);
}

/* The period number of the time, then its neighbours outwards. */
static const Known *find_in_pool(UidResolver *resolver, const char *uid, const char *kms,
                                 gint64 unix_ns)
{
    guint64 middle = mcx_uid_period_number(unix_ns, kms_policy_key_period(resolver->policy, kms));

    for (guint64 distance = 0; distance <= MCX_UID_PERIOD_NEIGHBOURS; distance++) {
        const Known *known = find_in_table(resolver, uid, kms, middle + distance);
        if (!known && distance > 0 && distance <= middle) {
            known = find_in_table(resolver, uid, kms, middle - distance);
        }
        if (known) {
            return known;
        }
    }
    return NULL;
}

/* The spelling of the candidate stays: it is what the capture shows. */
static const Known *find_in_candidates(UidResolver *resolver, const char *uid,
                                       const GPtrArray *candidates, const char *kms, gint64 unix_ns)
{
    const McxKeyPeriod key_period = kms_policy_key_period(resolver->policy, kms);

    for (guint i = 0; i < candidates->len; i++) {
        const char *candidate = g_ptr_array_index(candidates, i);
        g_autofree char *matched = mcx_uid_match(uid, candidate, kms, key_period, unix_ns);
        if (matched) {
            Known *known = known_new(candidate, STORY_IDENTITY_SIP);
            g_hash_table_insert(resolver->found, g_strdup(uid), known);
            return known;
        }
    }
    return NULL;
}

const char *uid_resolver_find(UidResolver *resolver, const char *uid, const GPtrArray *candidates,
                              const char *kms, gint64 unix_ns, StoryIdentitySource *source)
{
    const Known *known = g_hash_table_lookup(resolver->found, uid);

    if (!known && candidates) {
        known = find_in_candidates(resolver, uid, candidates, kms, unix_ns);
    }
    if (!known) {
        known = find_in_pool(resolver, uid, kms, unix_ns);
    }
    if (!known) {
        return NULL;
    }
    *source = known->source;
    return known->identity;
}
