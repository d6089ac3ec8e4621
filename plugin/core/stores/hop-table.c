/* hop-table.c
 * Hops: pairs of addresses between which messages pass, and what was in view of each
 *
 * A hop is looked up for every message, hence without composing a text for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/hop-table.h"

#include <string.h>

/* Hops that are told apart. */
#define MAX_HOPS 65536

/* Hops with losses that are remembered: more of them only prove the same. */
#define MAX_LOSSY 64

/* What was in view of a hop. */
typedef struct HopView {
    HopKey key;
    gint64 first_request[2]; /* by direction; G_MAXINT64: none */
    gint64 last[2];          /* any message, likewise; G_MININT64: none */
    gint64 losses;           /* messages that are certainly missing */
    bool is_lossy;           /* it stands among the lossy ones */
    const char *witness; /* who sent an ACK for what was missing, a text of the key; NULL: nobody */
    bool cut;            /* a message was cut short by the capture */
} HopView;

struct HopTable {
    GHashTable *views; /* set of HopView, owned */
    GPtrArray
        *lossy; /* of HopView (borrowed): where a message was missing once, MAX_LOSSY at most */
};

/* ---- keys ---- */

/* Which of the two directions of a hop: 0 from the lesser address to the greater. */
static guint direction_of(const char *source, const char *destination)
{
    return strcmp(source, destination) <= 0 ? 0 : 1;
}

HopKey hop_key(const char *one, const char *other)
{
    bool in_order = direction_of(one, other) == 0;

    return (HopKey){.lesser = (char *)(in_order ? one : other),
                    .greater = (char *)(in_order ? other : one)};
}

HopKey hop_key_keep(const HopKey *key)
{
    return (HopKey){.lesser = g_ref_string_new_intern(key->lesser),
                    .greater = g_ref_string_new_intern(key->greater)};
}

void hop_key_clear(HopKey *key)
{
    g_ref_string_release(key->lesser);
    g_ref_string_release(key->greater);
}

guint hop_key_hash(gconstpointer data)
{
    const HopKey *key = data;

    return g_str_hash(key->lesser) * 31 + g_str_hash(key->greater);
}

gboolean hop_key_equal(gconstpointer a, gconstpointer b)
{
    const HopKey *first = a, *second = b;

    return g_str_equal(first->lesser, second->lesser) &&
           g_str_equal(first->greater, second->greater);
}

GRefString *hop_key_address(const HopKey *key, const char *address)
{
    if (!key) {
        return g_ref_string_new_intern(address);
    }
    return g_ref_string_acquire(g_str_equal(key->lesser, address) ? key->lesser : key->greater);
}

/* ---- views ---- */

static void view_free(gpointer data)
{
    HopView *view = data;

    hop_key_clear(&view->key);
    g_free(view);
}

static HopView *view_new(const HopKey *key)
{
    HopView *view = g_new0(HopView, 1);

    view->key = hop_key_keep(key);
    view->first_request[0] = view->first_request[1] = G_MAXINT64;
    view->last[0] = view->last[1] = G_MININT64;
    return view;
}

HopTable *hop_table_new(void)
{
    HopTable *table = g_new0(HopTable, 1);

    table->views = g_hash_table_new_full(hop_key_hash, hop_key_equal, view_free, NULL);
    table->lossy = g_ptr_array_new();
    return table;
}

void hop_table_free(HopTable *table)
{
    g_ptr_array_unref(table->lossy);
    g_hash_table_unref(table->views);
    g_free(table);
}

static HopView *find_view(const HopTable *table, const char *source, const char *destination)
{
    const HopKey key = hop_key(source, destination);

    return g_hash_table_lookup(table->views, &key);
}

/* The view of a hop, made where there is none; NULL where there are too many. */
static HopView *make_view(HopTable *table, const char *source, const char *destination)
{
    const HopKey key = hop_key(source, destination);
    HopView *view = g_hash_table_lookup(table->views, &key);

    if (!view && g_hash_table_size(table->views) < MAX_HOPS) {
        view = view_new(&key);
        g_hash_table_add(table->views, view);
    }
    return view;
}

const HopKey *hop_table_note(HopTable *table, const StoryEvent *event)
{
    HopView *view = make_view(table, event->source, event->destination);
    guint direction = direction_of(event->source, event->destination);
    gint64 time = event->frame.time_ns;

    if (!view) {
        return NULL;
    }
    view->last[direction] = MAX(view->last[direction], time);
    view->cut = view->cut || event->cut;
    if (event->sip.status == 0) {
        view->first_request[direction] = MIN(view->first_request[direction], time);
    }
    return &view->key;
}

bool hop_table_shows_requests(const HopTable *table, const char *source, const char *destination,
                              gint64 time_ns)
{
    const HopView *view = find_view(table, source, destination);

    return view && !view->cut && view->first_request[direction_of(source, destination)] <= time_ns;
}

gint64 hop_table_last_ns(const HopTable *table, const char *source, const char *destination)
{
    const HopView *view = find_view(table, source, destination);

    return view ? view->last[direction_of(source, destination)] : G_MININT64;
}

static void remember_lossy(HopTable *table, HopView *view)
{
    if (!view->is_lossy && table->lossy->len < MAX_LOSSY) {
        view->is_lossy = true;
        g_ptr_array_add(table->lossy, view);
    }
}

void hop_table_note_loss(HopTable *table, const char *source, const char *destination, bool more)
{
    HopView *view = find_view(table, source, destination);

    if (view) {
        view->losses += more ? 1 : -1;
    }
    if (view && more) {
        remember_lossy(table, view);
    }
}

void hop_table_note_acknowledged(HopTable *table, const char *source, const char *destination)
{
    HopView *view = find_view(table, source, destination);

    if (view) {
        remember_lossy(table, view);
        view->witness =
            g_str_equal(view->key.lesser, source) ? view->key.lesser : view->key.greater;
    }
}

void hop_table_note_unasked(HopTable *table, const char *source, const char *destination)
{
    HopView *view = find_view(table, source, destination);

    if (view) {
        remember_lossy(table, view);
    }
}

bool hop_table_has_losses_elsewhere(const HopTable *table, const char *address)
{
    for (guint i = 0; i < table->lossy->len; i++) {
        const HopView *view = g_ptr_array_index(table->lossy, i);
        const bool touches =
            g_str_equal(view->key.lesser, address) || g_str_equal(view->key.greater, address);
        if (!touches || (view->witness && !g_str_equal(view->witness, address))) {
            return true;
        }
    }
    return false;
}

bool hop_table_has_losses(const HopTable *table, const char *source, const char *destination)
{
    const HopView *view = find_view(table, source, destination);

    return view && view->losses > 0;
}
