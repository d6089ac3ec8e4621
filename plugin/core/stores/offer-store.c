/* offer-store.c
 * The offers of the ledger, each however often it was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/offer-store.h"

#include <string.h>

#include "core/event/story-frames.h"
#include "core/stores/store-array.h"

/* After its last sighting an offer may be answered for as long as timer C of RFC 3261 and more. */
#define ANSWER_TIME (240 * STORY_SECOND)
/* Candidates for one offer. */
#define MAX_CANDIDATES 32
/* Offers that are kept for their signatures alone: enough to show, not all of a flood. */
#define MAX_NOTABLE      4096
#define MAX_OFFER_OCTETS ((gsize)LEDGER_MAX_OFFER_MIB * 1024 * 1024)

/* What an offer takes with its arrays, its first sighting and its places in tables, its texts
 * excluded; and what a candidate takes. */
#define OFFER_OCTETS     ((guint)(sizeof(OfferEntry) + sizeof(MikeyOffer)) + 320)
#define CANDIDATE_OCTETS 24

/* An offer, and what the store knows of it besides. */
typedef struct OfferEntry {
    StoryOffer offer;   /* first: a pointer to the one is a pointer to the other */
    guint64 serial;     /* order in which offers were first seen */
    guint place;        /* its index among all */
    guint weight;       /* about how many octets it takes, without its legs */
    gint64 due_ns;      /* when no answer can come any more */
    GList waiting_link; /* its place among those that wait for that */
    bool is_waiting;    /* it stands there */
} OfferEntry;

struct OfferStore {
    const KmsPolicy *policy;
    GHashTable *by_digest; /* digest (borrowed) -> OfferEntry (borrowed) */
    GPtrArray *offers;     /* of OfferEntry, owned */
    GQueue waiting;        /* of OfferEntry: those that may still be answered, the oldest first */
    gsize waiting_octets;  /* about what these take */
    gsize settled_octets;  /* about what the others take */
    guint notable;         /* offers kept for their signatures alone */
    guint64 seen;          /* distinct offers so far */
    guint64 left_out;      /* removed too early, and sightings that were not noted */
    GPtrArray *none;       /* what offers share that have no legs or no candidates */
    KmsUseLog *removed_uses;
};

static void entry_free(gpointer data)
{
    StoryOffer *offer = &((OfferEntry *)data)->offer;

    mikey_offer_unref(offer->facts);
    g_array_unref(offer->frames);
    g_ptr_array_unref(offer->legs);
    g_ptr_array_unref(offer->candidates);
    g_free(data);
}

OfferStore *offer_store_new(const KmsPolicy *policy)
{
    OfferStore *store = g_new0(OfferStore, 1);

    store->policy = policy;
    store->by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    store->offers = g_ptr_array_new_with_free_func(entry_free);
    g_queue_init(&store->waiting);
    store->none = g_ptr_array_new();
    store->removed_uses = kms_use_log_new();
    return store;
}

void offer_store_free(OfferStore *store)
{
    g_hash_table_unref(store->by_digest);
    g_ptr_array_unref(store->offers); /* with the links of those that wait */
    g_ptr_array_unref(store->none);
    kms_use_log_free(store->removed_uses);
    g_free(store);
}

/* ---- room ---- */

/* Notes that an offer takes so many octets more.
 * @return false where there is no room for them. An offer that waits always gets them: where those that
 * wait then take too much, the oldest of them go */
static bool grow_offer(OfferStore *store, OfferEntry *entry, guint octets)
{
    if (!entry->is_waiting && store->settled_octets + octets > MAX_OFFER_OCTETS) {
        return false;
    }
    entry->weight += octets;
    *(entry->is_waiting ? &store->waiting_octets : &store->settled_octets) += octets;
    return true;
}

/* Do too many offers wait? */
static bool is_crowded(const OfferStore *store)
{
    return store->waiting.length > LEDGER_MAX_OFFERS || store->waiting_octets > MAX_OFFER_OCTETS;
}

/* Is there room for all offers that do not wait any more? */
static bool has_room(const OfferStore *store)
{
    return store->offers->len - store->waiting.length <= LEDGER_MAX_OFFERS &&
           store->settled_octets <= MAX_OFFER_OCTETS;
}

/* ---- waiting for an answer ---- */

static gint64 due_after(const OfferStore *store, gint64 sighting_ns)
{
    return sighting_ns + story_window_ns(store->policy) + ANSWER_TIME;
}

static void begin_waiting(OfferStore *store, OfferEntry *entry, gint64 sighting_ns)
{
    entry->is_waiting = true;
    entry->due_ns = due_after(store, sighting_ns);
    g_queue_push_tail_link(&store->waiting, &entry->waiting_link);
    store->waiting_octets += entry->weight;
}

/* From now on the offer counts among those that stay. */
static void stop_waiting(OfferStore *store, OfferEntry *entry)
{
    entry->is_waiting = false;
    g_queue_unlink(&store->waiting, &entry->waiting_link);
    store->waiting_octets -= entry->weight;
    store->settled_octets += entry->weight;
}

/* The offer was seen again while it waited. */
static void wait_again(OfferStore *store, OfferEntry *entry, gint64 sighting_ns)
{
    store->settled_octets -= entry->weight;
    begin_waiting(store, entry, sighting_ns);
}

/* ---- offers come ---- */

static guint offer_weight(const MikeyOffer *facts)
{
    const char *const texts[] = {facts->digest,  facts->idri, facts->idrr, facts->idrkmsi,
                                 facts->idrkmsr, facts->uidi, facts->uidr, facts->gmk_id};
    gsize weight = OFFER_OCTETS;

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        weight += story_text_weight(texts[i]);
    }
    return (guint)weight;
}

static OfferEntry *entry_new(const OfferStore *store, const MikeyOffer *facts, StoryFrame frame)
{
    OfferEntry *entry = g_new0(OfferEntry, 1);

    entry->offer.facts = mikey_offer_compact(facts);
    entry->offer.frames = story_frames_new();
    story_frames_append(entry->offer.frames, frame);
    entry->offer.legs = g_ptr_array_ref(store->none);
    entry->offer.candidates = g_ptr_array_ref(store->none);
    entry->serial = store->seen;
    entry->weight = offer_weight(facts);
    entry->waiting_link.data = entry;
    return entry;
}

static OfferEntry *add(OfferStore *store, const MikeyOffer *facts, StoryFrame frame)
{
    OfferEntry *entry = entry_new(store, facts, frame);

    store->seen++;
    store_array_append(store->offers, entry, G_STRUCT_OFFSET(OfferEntry, place));
    g_hash_table_insert(store->by_digest, entry->offer.facts->digest, entry);
    begin_waiting(store, entry, frame.time_ns);
    return entry;
}

/* Notes another sighting as long as there is room. */
static void note_sighting(OfferStore *store, OfferEntry *entry, StoryFrame frame)
{
    const StoryFrame last = story_offer_last_frame(&entry->offer);

    if (story_frame_compare(&last, &frame) == 0) {
        return;
    }
    if (grow_offer(store, entry, sizeof frame)) {
        g_array_append_val(entry->offer.frames, frame);
    } else {
        store->left_out++;
    }
}

/* Does the offer hide an identity that may be one of those which its messages name? */
static bool hides_identity(const MikeyOffer *facts)
{
    return (!facts->idri && facts->uidi) || (!facts->idrr && facts->uidr);
}

/* Notes who may be behind a UID of the offer. */
static void note_candidates(OfferStore *store, OfferEntry *entry, const StorySip *sip)
{
    GPtrArray **candidates = &entry->offer.candidates;

    for (guint i = 0; i < sip->identities->len; i++) {
        const char *identity = g_ptr_array_index(sip->identities, i);
        gsize length = strlen(identity);
        if ((*candidates)->len < MAX_CANDIDATES && length <= STORY_MAX_IDENTITY &&
            !g_ptr_array_find_with_equal_func(*candidates, identity, g_str_equal, NULL) &&
            grow_offer(store, entry, CANDIDATE_OCTETS + (guint)length)) {
            store_array_grow(candidates, g_strdup(identity), g_free);
        }
    }
}

StoryOffer *offer_store_find(const OfferStore *store, const char *digest)
{
    return g_hash_table_lookup(store->by_digest, digest);
}

StoryOffer *offer_store_sight(OfferStore *store, const StoryEvent *event, const MikeyOffer *facts)
{
    OfferEntry *entry = g_hash_table_lookup(store->by_digest, facts->digest);

    if (entry) {
        note_sighting(store, entry, event->frame);
    } else {
        entry = add(store, facts, event->frame);
    }
    if (ABS(event->shift_ns) > ABS(entry->offer.shift_ns)) {
        entry->offer.shift_ns = event->shift_ns;
    }
    if (event->has_sip && hides_identity(entry->offer.facts)) {
        note_candidates(store, entry, &event->sip);
    }
    return &entry->offer;
}

/* ---- offers go ---- */

static bool was_answered_by_krr(const StoryOffer *offer)
{
    for (guint i = 0; i < offer->legs->len; i++) {
        if (story_leg_at(offer->legs, i)->krrs->len > 0) {
            return true;
        }
    }
    return false;
}

/* May the offer be a retry? A hidden initiator may be any of those whom its messages name, or one whom
 * only a KRR names. */
static bool may_be_retry(const OfferStore *store, const StoryOffer *offer,
                         const RedirectLog *redirects)
{
    gint64 since_ns = story_offer_first_frame(offer).time_ns - story_window_ns(store->policy) -
                      STORY_MAX_CLOCK_OFFSET;
    bool retry = redirect_log_has_nameless(redirects, since_ns) ||
                 redirect_log_has(redirects, offer->facts->idri, since_ns) ||
                 redirect_log_has(redirects, offer->facts->uidi, since_ns);

    for (guint i = 0; i < offer->candidates->len && !retry; i++) {
        retry = redirect_log_has(redirects, g_ptr_array_index(offer->candidates, i), since_ns);
    }
    return retry;
}

static bool has_notable_signature(const StoryOffer *offer)
{
    const MikeySignature *signature = &offer->facts->signature;

    return signature->status != MIKEY_SIGNATURE_ABSENT &&
           (signature->status != MIKEY_SIGNATURE_VALID ||
            signature->certificate != KMS_CERTIFICATE_CURRENT);
}

/* Claims one of the few places for offers that stay for their signatures alone. @return false where the
 * offer's signature is as it should be, or no place is left */
static bool claim_notable_place(OfferStore *store, const StoryOffer *offer)
{
    if (!has_notable_signature(offer) || store->notable >= MAX_NOTABLE) {
        return false;
    }
    store->notable++;
    return true;
}

/* @param entry  it does not wait any more. @param early  an answer may still come, or it should stay */
static void remove_offer(OfferStore *store, LegStore *legs, OfferEntry *entry, bool early)
{
    store->left_out += early ? 1 : 0;
    kms_use_log_note(store->removed_uses, &entry->offer);
    leg_store_remove_offer(legs, &entry->offer, early);
    g_hash_table_remove(store->by_digest, entry->offer.facts->digest);
    store->settled_octets -= entry->weight;
    store_array_steal(store->offers, entry, G_STRUCT_OFFSET(OfferEntry, place));
    entry_free(entry);
}

/* Lets the offer that has waited longest stay or go, or wait again.
 * @param crowded  too many wait: it may not wait again */
static void settle_oldest(OfferStore *store, LegStore *legs, const RedirectLog *redirects,
                          gint64 now_ns, bool crowded)
{
    OfferEntry *entry = g_queue_peek_head(&store->waiting);
    gint64 last_ns = story_offer_last_frame(&entry->offer).time_ns;
    bool is_due = due_after(store, last_ns) <= now_ns;

    stop_waiting(store, entry);
    if (!is_due && !crowded) {
        wait_again(store, entry, last_ns);
        return;
    }
    bool is_told =
        was_answered_by_krr(&entry->offer) || may_be_retry(store, &entry->offer, redirects);
    bool stays = is_told || claim_notable_place(store, &entry->offer);
    if (!stays || !has_room(store)) {
        remove_offer(store, legs, entry, is_told || !is_due);
    }
}

void offer_store_expire(OfferStore *store, LegStore *legs, const RedirectLog *redirects,
                        gint64 now_ns)
{
    bool crowded = is_crowded(store);

    for (const OfferEntry *oldest = g_queue_peek_head(&store->waiting);
         oldest && (oldest->due_ns < now_ns || crowded);
         oldest = g_queue_peek_head(&store->waiting)) {
        settle_oldest(store, legs, redirects, now_ns, crowded);
        crowded = is_crowded(store);
    }
}

/* ---- all of them ---- */

const KmsUseLog *offer_store_removed_uses(const OfferStore *store)
{
    return store->removed_uses;
}

const GPtrArray *offer_store_offers(const OfferStore *store)
{
    return store->offers;
}

static int compare_entries(gconstpointer a, gconstpointer b)
{
    guint64 first = (*(const OfferEntry *const *)a)->serial;
    guint64 second = (*(const OfferEntry *const *)b)->serial;

    return (first > second) - (first < second);
}

void offer_store_sort(OfferStore *store)
{
    store_array_sort(store->offers, compare_entries, G_STRUCT_OFFSET(OfferEntry, place));
    for (guint i = 0; i < store->offers->len; i++) {
        g_ptr_array_sort(story_offer_at(store->offers, i)->legs, story_leg_compare);
    }
}

guint64 offer_store_seen(const OfferStore *store)
{
    return store->seen;
}

guint64 offer_store_left_out(const OfferStore *store)
{
    return store->left_out;
}
