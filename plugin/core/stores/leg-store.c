/* leg-store.c
 * The legs of the ledger: SIP transactions on one hop, with what they carried
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/leg-store.h"

#include <string.h>

#include "core/event/story-frames.h"
#include "core/stores/store-array.h"

/* A leg without cargo is remembered for as long as an INVITE may stay unanswered (timer C of RFC 3261 is
 * more than three minutes). */
#define EMPTY_LEG_LIFETIME (240 * STORY_SECOND)
#define MAX_EMPTY_LEGS     131072
/* Branches of one transaction that are told apart, and offers and KRRs that one of them is given: no
 * honest one has more than a few, and each is compared with those before it. */
#define MAX_BRANCHES     64
#define MAX_CARGO_OF_LEG 256
#define MAX_LEG_OCTETS   ((gsize)LEDGER_MAX_LEG_MIB * 1024 * 1024)
/* What a leg takes with its arrays and its places in tables, its texts excluded. */
#define LEG_OCTETS ((guint)sizeof(LegEntry) + 216)

/* A leg, and what the store knows of it besides. */
typedef struct LegEntry LegEntry;
struct LegEntry {
    StoryLeg leg;     /* first: a pointer to the one is a pointer to the other */
    bool is_empty;    /* it stands among the empty ones, else among those with cargo */
    guint place;      /* its index among those with cargo */
    GList empty_link; /* its place among the empty ones */
    guint weight;     /* about how many octets it takes */
    guint hash;       /* of its transaction */
    LegEntry *older;  /* the next of the same hash */
    LegEntry *newer;
    bool is_by_branch; /* it stands in by_branch */
    guint translated; /* the hash of its transaction on the other side of an address translation, by
                          which it stands in translated; 0: none */
};

struct LegStore {
    GHashTable *by_hash;    /* LegKey.hash -> the newest LegEntry that has it; the others follow */
    GHashTable *by_branch;  /* branch -> the first LegEntry with an offer that has it */
    GHashTable *translated; /* hash -> LegEntry: see there */
    GPtrArray *loaded;      /* of LegEntry, owned: with cargo */
    gsize loaded_octets;    /* about what these take */
    GQueue empty;           /* of LegEntry, owned: without, in order of their first messages */
    gsize empty_octets;
    guint64 next_serial;
    guint64 left_out;    /* cargo for which there was no room */
    bool forgot_early;   /* a request is not there although its answer may still come */
    GPtrArray *no_cargo; /* what legs share that have no offers or no KRRs */
    GArray *no_frames;   /* likewise */
};

static LegEntry *entry_of(StoryLeg *leg)
{
    return (LegEntry *)leg;
}

static void entry_free(gpointer data)
{
    LegEntry *entry = data;
    StoryLeg *leg = &entry->leg;

    g_ref_string_release(leg->source);
    g_ref_string_release(leg->destination);
    g_clear_pointer(&leg->method, g_ref_string_release);
    g_clear_pointer(&leg->instance, g_ref_string_release);
    g_clear_pointer(&leg->contact, g_ref_string_release);
    g_free(leg->to_tag);
    g_free(leg->other);
    g_ptr_array_unref(leg->offers);
    g_ptr_array_unref(leg->krrs);
    g_array_unref(leg->krr_frames);
    g_free(entry);
}

LegStore *leg_store_new(void)
{
    LegStore *store = g_new0(LegStore, 1);

    store->by_hash = g_hash_table_new(NULL, NULL);
    store->by_branch = g_hash_table_new(g_str_hash, g_str_equal);
    store->translated = g_hash_table_new(NULL, NULL);
    store->loaded = g_ptr_array_new_with_free_func(entry_free);
    g_queue_init(&store->empty);
    store->no_cargo = g_ptr_array_new();
    store->no_frames = story_frames_new();
    return store;
}

void leg_store_free(LegStore *store)
{
    g_hash_table_unref(store->by_hash);
    g_hash_table_unref(store->by_branch);
    g_hash_table_unref(store->translated);
    while (store->empty.length > 0) {
        entry_free(g_queue_pop_head_link(&store->empty)->data);
    }
    g_ptr_array_unref(store->loaded);
    g_array_unref(store->no_frames);
    g_ptr_array_unref(store->no_cargo);
    g_free(store);
}

/* ---- looking up ---- */

static guint hash_of(const char *text)
{
    return text ? g_str_hash(text) : 0;
}

LegKey leg_key(const char *source, const char *destination, const char *method, const StorySip *sip)
{
    guint hash = hash_of(sip->call_id) * 31 + sip->cseq;

    hash = hash * 31 + hash_of(method);
    hash = hash * 31 + g_str_hash(source);
    hash = hash * 31 + g_str_hash(destination);
    return (LegKey){source, destination, method, sip->call_id, sip->cseq, hash};
}

/* The same, whatever the addresses? */
static bool is_transaction(const StoryLeg *leg, const LegKey *key)
{
    return leg->cseq == key->cseq && g_strcmp0(leg->call_id, key->call_id) == 0 &&
           g_strcmp0(leg->method, key->method) == 0;
}

static bool has_key(const StoryLeg *leg, const LegKey *key)
{
    return g_str_equal(leg->source, key->source) &&
           g_str_equal(leg->destination, key->destination) && is_transaction(leg, key);
}

static bool may_have_branch(const StoryLeg *leg, const char *branch)
{
    return !leg->branch || !branch || g_str_equal(leg->branch, branch);
}

static LegEntry *newest_of(const LegStore *store, guint hash)
{
    return g_hash_table_lookup(store->by_hash, GUINT_TO_POINTER(hash));
}

/* The leg that a message is of by the addresses that it has behind a translation; NULL: none. */
static StoryLeg *find_other_side(const LegStore *store, const LegKey *key, const char *branch)
{
    LegEntry *entry = g_hash_table_size(store->translated) > 0
                          ? g_hash_table_lookup(store->translated, GUINT_TO_POINTER(key->hash))
                          : NULL;

    return entry && is_transaction(&entry->leg, key) && may_have_branch(&entry->leg, branch)
               ? &entry->leg
               : NULL;
}

StoryLeg *leg_store_find(const LegStore *store, const LegKey *key, const char *branch)
{
    guint branches = 0;

    for (LegEntry *entry = newest_of(store, key->hash); entry && branches < MAX_BRANCHES;
         entry = entry->older) {
        if (!has_key(&entry->leg, key)) {
            continue; /* another transaction of the same hash */
        }
        if (may_have_branch(&entry->leg, branch)) {
            return &entry->leg;
        }
        branches++;
    }
    return find_other_side(store, key, branch);
}

static void set_newest(LegStore *store, guint hash, LegEntry *entry)
{
    g_hash_table_insert(store->by_hash, GUINT_TO_POINTER(hash), entry);
}

static void link_by_hash(LegStore *store, LegEntry *entry)
{
    entry->older = newest_of(store, entry->hash);
    if (entry->older) {
        entry->older->newer = entry;
    }
    set_newest(store, entry->hash, entry);
}

static void unlink_by_hash(LegStore *store, LegEntry *entry)
{
    if (entry->older) {
        entry->older->newer = entry->newer;
    }
    if (entry->newer) {
        entry->newer->older = entry->older;
    } else if (entry->older) {
        set_newest(store, entry->hash, entry->older);
    } else {
        g_hash_table_remove(store->by_hash, GUINT_TO_POINTER(entry->hash));
    }
}

/* ---- both sides of an address translation ---- */

/* How far the two sides of an address translation may be apart, also by two clocks. */
#define MOST_APART (2 * STORY_MAX_CLOCK_OFFSET)

static bool carries(const StoryLeg *leg, const StoryEvent *event)
{
    const MikeyOffer *facts = event->offers->len > 0 ? g_ptr_array_index(event->offers, 0) : NULL;

    return facts && leg->offers->len > 0 &&
           g_strcmp0(story_offer_at(leg->offers, 0)->facts->digest, facts->digest) == 0;
}

static bool is_translated(const LegEntry *entry, const LegKey *key, const StoryEvent *event)
{
    const StoryLeg *leg = &entry->leg;

    return entry->translated == 0 && leg->has_request &&
           g_str_equal(leg->destination, key->destination) && is_transaction(leg, key) &&
           carries(leg, event) && ABS(event->frame.time_ns - leg->request.time_ns) <= MOST_APART;
}

/* Of the two sides always the same one counts, whichever is seen first: by its address. */
static void take_other_side(LegStore *store, LegEntry *entry, const StoryEvent *event)
{
    const guint hash = entry->hash;

    unlink_by_hash(store, entry);
    entry->hash = entry->translated;
    entry->older = entry->newer = NULL;
    link_by_hash(store, entry);
    entry->translated = hash;
    g_ref_string_release(entry->leg.source);
    entry->leg.source = g_ref_string_new_intern(event->source);
    entry->leg.source_port = event->source_port;
}

StoryLeg *leg_store_find_translated(LegStore *store, const LegKey *key, const StoryEvent *event)
{
    LegEntry *entry =
        event->sip.branch ? g_hash_table_lookup(store->by_branch, event->sip.branch) : NULL;

    if (!entry || key->hash == 0 || !is_translated(entry, key, event)) {
        return NULL;
    }
    entry->translated = key->hash;
    if (strcmp(event->source, entry->leg.source) < 0) {
        take_other_side(store, entry, event);
    }
    g_hash_table_insert(store->translated, GUINT_TO_POINTER(entry->translated), entry);
    return &entry->leg;
}

/* ---- the two kinds: loaded and empty ---- */

static void put_among_empty(LegStore *store, LegEntry *entry)
{
    entry->is_empty = true;
    g_queue_push_tail_link(&store->empty, &entry->empty_link);
    store->empty_octets += entry->weight;
}

static void take_from_empty(LegStore *store, LegEntry *entry)
{
    entry->is_empty = false;
    g_queue_unlink(&store->empty, &entry->empty_link);
    store->empty_octets -= entry->weight;
}

static void put_among_loaded(LegStore *store, LegEntry *entry)
{
    store_array_append(store->loaded, entry, G_STRUCT_OFFSET(LegEntry, place));
    store->loaded_octets += entry->weight;
}

static void take_from_loaded(LegStore *store, LegEntry *entry)
{
    store_array_steal(store->loaded, entry, G_STRUCT_OFFSET(LegEntry, place));
    store->loaded_octets -= entry->weight;
}

/* ---- legs come ---- */

/* Copies a text, its end included, to a place that moves behind it. NULL stays NULL. */
static const char *put_text(char **place, const char *text)
{
    char *copy = *place;

    if (!text) {
        return NULL;
    }
    *place = g_stpcpy(copy, text) + 1;
    return copy;
}

static guint leg_weight(const StorySip *sip)
{
    return LEG_OCTETS + (guint)(story_text_weight(sip->call_id) + story_text_weight(sip->branch) +
                                story_text_weight(sip->to_tag) + story_text_weight(sip->method));
}

/* An entry with room behind it for the texts that every leg has. */
static LegEntry *entry_new(const LegStore *store, const LegKey *key, const StorySip *sip)
{
    LegEntry *entry = g_malloc0(sizeof *entry + story_text_weight(sip->call_id) +
                                story_text_weight(sip->branch) + 2);
    StoryLeg *leg = &entry->leg;
    char *texts = (char *)(entry + 1);

    leg->call_id = put_text(&texts, sip->call_id);
    leg->branch = put_text(&texts, sip->branch);
    leg->cseq = sip->cseq;
    leg->method = key->method ? g_ref_string_new_intern(key->method) : NULL;
    leg->offers = g_ptr_array_ref(store->no_cargo);
    leg->krrs = g_ptr_array_ref(store->no_cargo);
    leg->krr_frames = g_array_ref(store->no_frames);
    entry->hash = key->hash;
    entry->weight = leg_weight(sip);
    entry->empty_link.data = entry;
    return entry;
}

StoryLeg *leg_store_add(LegStore *store, const LegKey *key, const StorySip *sip, GRefString *source,
                        GRefString *destination)
{
    LegEntry *entry = entry_new(store, key, sip);

    entry->leg.source = source;
    entry->leg.destination = destination;
    entry->leg.serial = store->next_serial++;
    link_by_hash(store, entry);
    put_among_empty(store, entry);
    return &entry->leg;
}

/* ---- cargo ---- */

/* Makes an empty leg one with cargo, which it is about to get. @return false where there is no room for
 * one more: the cargo is left out */
static bool reserve_cargo_room(LegStore *store, StoryLeg *leg)
{
    LegEntry *entry = entry_of(leg);

    if (!entry->is_empty) {
        return true;
    }
    if (store->loaded->len >= LEDGER_MAX_LEGS || store->loaded_octets >= MAX_LEG_OCTETS) {
        store->left_out++;
        return false;
    }
    take_from_empty(store, entry);
    put_among_loaded(store, entry);
    return true;
}

static void index_by_branch(LegStore *store, LegEntry *entry)
{
    const char *branch = entry->leg.branch;

    if (branch && !entry->is_by_branch && !g_hash_table_contains(store->by_branch, branch)) {
        g_hash_table_insert(store->by_branch, (gpointer)branch, entry);
        entry->is_by_branch = true;
    }
}

void leg_store_add_offer(LegStore *store, StoryLeg *leg, StoryOffer *offer)
{
    if (leg->offers->len >= MAX_CARGO_OF_LEG) {
        return;
    }
    if (!reserve_cargo_room(store, leg)) {
        leg->request_readable = false;
    } else if (!g_ptr_array_find(leg->offers, offer, NULL)) {
        store_array_grow(&leg->offers, offer, NULL);
        store_array_grow(&offer->legs, leg, NULL);
        index_by_branch(store, entry_of(leg));
    }
}

/* Adds to an array that may be the one that all legs without KRRs share. */
static void grow_frames(GArray **frames, StoryFrame frame)
{
    if ((*frames)->len == 0) {
        g_array_unref(*frames);
        *frames = story_frames_new();
    }
    g_array_append_val(*frames, frame);
}

void leg_store_add_krr(LegStore *store, StoryLeg *leg, StoryKrr *krr, StoryFrame frame)
{
    if (!reserve_cargo_room(store, leg)) {
        leg->answer_unreadable = true;
    } else if (leg->krrs->len < MAX_CARGO_OF_LEG && !g_ptr_array_find(leg->krrs, krr, NULL)) {
        store_array_grow(&leg->krrs, krr, NULL);
        grow_frames(&leg->krr_frames, frame);
        g_ptr_array_add(krr->legs, leg);
    }
}

/* ---- legs go ---- */

/* @param entry  in none of the two kinds any more */
static void forget(LegStore *store, LegEntry *entry)
{
    if (entry->is_by_branch) {
        g_hash_table_remove(store->by_branch, entry->leg.branch);
    }
    if (entry->translated) {
        g_hash_table_remove(store->translated, GUINT_TO_POINTER(entry->translated));
    }
    unlink_by_hash(store, entry);
    entry_free(entry);
}

void leg_store_remove_offer(LegStore *store, const StoryOffer *offer, bool early)
{
    store->forgot_early |= early;
    for (guint i = 0; i < offer->legs->len; i++) {
        StoryLeg *leg = story_leg_at(offer->legs, i);
        g_ptr_array_remove(leg->offers, (gpointer)offer);
        if (!story_leg_has_cargo(leg)) {
            take_from_loaded(store, entry_of(leg));
            forget(store, entry_of(leg));
        }
    }
}

void leg_store_expire(LegStore *store, gint64 now_ns)
{
    const gint64 old_ns = now_ns - EMPTY_LEG_LIFETIME;

    for (LegEntry *oldest = g_queue_peek_head(&store->empty); oldest;
         oldest = g_queue_peek_head(&store->empty)) {
        bool is_old = story_leg_first_frame(&oldest->leg).time_ns < old_ns;
        if (!is_old && store->empty.length <= MAX_EMPTY_LEGS &&
            store->empty_octets <= MAX_LEG_OCTETS) {
            return;
        }
        store->forgot_early |= !is_old;
        take_from_empty(store, oldest);
        forget(store, oldest);
    }
}

/* ---- all of them ---- */

const GPtrArray *leg_store_legs(const LegStore *store)
{
    return store->loaded;
}

void leg_store_sort(LegStore *store)
{
    store_array_sort(store->loaded, story_leg_compare, G_STRUCT_OFFSET(LegEntry, place));
}

bool leg_store_is_complete(const LegStore *store)
{
    return !store->forgot_early;
}

guint64 leg_store_left_out(const LegStore *store)
{
    return store->left_out;
}
