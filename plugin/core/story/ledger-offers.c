/* ledger-offers.c
 * The offers of the ledger, each however often it was seen, and the people behind them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/story/ledger-private.h"
#include "core/story/story-frames.h"

/* Candidates for one offer. */
#define MAX_CANDIDATES 32

/* What an offer takes with its arrays, its first sighting and its places in tables, its texts
 * excluded; and what a candidate takes. */
#define OFFER_OCTETS     ((guint)(sizeof(StoryOffer) + sizeof(MikeyOffer)) + 320)
#define CANDIDATE_OCTETS 24

void ledger_offer_free(gpointer data)
{
    StoryOffer *offer = data;

    mikey_offer_unref(offer->facts);
    g_array_unref(offer->frames);
    g_ptr_array_unref(offer->legs);
    g_ptr_array_unref(offer->candidates);
    g_free(offer);
}

/* Does the offer hide an identity that may be one of those which its messages name? */
static bool hides_identity(const MikeyOffer *facts)
{
    return (!facts->idri && facts->uidi) || (!facts->idrr && facts->uidr);
}

/* Notes who may be behind a UID of the offer. */
static void note_candidates(Ledger *ledger, StoryOffer *offer, const StorySip *sip)
{
    for (guint i = 0; i < sip->identities->len; i++) {
        const char *identity = sip->identities->pdata[i];
        gsize length = strlen(identity);
        if (offer->candidates->len < MAX_CANDIDATES && length <= LEDGER_MAX_IDENTITY &&
            !g_ptr_array_find_with_equal_func(offer->candidates, identity, g_str_equal, NULL) &&
            ledger_expiry_grow_offer(ledger, offer, CANDIDATE_OCTETS + (guint)length)) {
            ledger_add_to(&offer->candidates, g_strdup(identity), g_free);
        }
    }
}

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

static StoryOffer *offer_new(Ledger *ledger, const MikeyOffer *facts, StoryFrame frame)
{
    StoryOffer *offer = g_new0(StoryOffer, 1);

    offer->facts = mikey_offer_compact(facts);
    offer->frames = story_frames_new();
    story_frames_append(offer->frames, frame);
    offer->legs = g_ptr_array_ref(ledger->nothing);
    offer->candidates = g_ptr_array_ref(ledger->nothing);
    offer->serial = ledger->serial++;
    offer->weight = offer_weight(facts);
    offer->place = ledger->offers->len;
    g_ptr_array_add(ledger->offers, offer);
    g_hash_table_insert(ledger->offer_by_digest, offer->facts->digest, offer);
    ledger->offers_seen++;
    ledger_expiry_take_offer(ledger, offer);
    return offer;
}

/* An offer was seen again; that it was is noted as long as there is room. */
static void offer_note_sighting(Ledger *ledger, StoryOffer *offer, StoryFrame frame)
{
    const StoryFrame *last = &g_array_index(offer->frames, StoryFrame, offer->frames->len - 1);

    if (story_frame_compare(last, &frame) == 0) {
        return;
    }
    if (ledger_expiry_grow_offer(ledger, offer, sizeof frame)) {
        g_array_append_val(offer->frames, frame);
    } else {
        ledger->omissions.offers++;
    }
}

static StoryOffer *offer_sight(Ledger *ledger, const StoryEvent *event, const MikeyOffer *facts)
{
    StoryOffer *offer = g_hash_table_lookup(ledger->offer_by_digest, facts->digest);

    if (offer) {
        offer_note_sighting(ledger, offer, event->frame);
    } else {
        offer = offer_new(ledger, facts, event->frame);
    }
    if (event->has_sip && hides_identity(offer->facts)) {
        note_candidates(ledger, offer, &event->sip);
    }
    return offer;
}

void ledger_take_offers(Ledger *ledger, const StoryEvent *event, StoryLeg *leg)
{
    for (guint i = 0; i < event->offers->len; i++) {
        const MikeyOffer *facts = event->offers->pdata[i];
        if (facts->data_type != MIKEY_DATA_TYPE_SAKKE) {
            continue; /* an answer to an offer */
        }
        StoryOffer *offer = offer_sight(ledger, event, facts);
        if (leg) {
            ledger_leg_add_offer(ledger, leg, offer);
        }
    }
}

static const char *resolve(Ledger *ledger, const StoryOffer *offer, const char *clear,
                           const char *uid, const char *kms, StoryIdentitySource *source)
{
    *source = STORY_IDENTITY_UNKNOWN;
    if (clear) {
        *source = STORY_IDENTITY_MIKEY;
        return clear;
    }
    if (!uid || !kms || !offer->facts->has_time) {
        return NULL;
    }
    return uid_resolver_find(ledger->resolver, uid, offer->candidates, kms, offer->facts->time_ns,
                             source);
}

void ledger_resolve_identities(Ledger *ledger)
{
    const GPtrArray *named = kms_policy_known_identities(ledger->policy);

    for (guint i = 0; i < named->len; i++) {
        uid_resolver_add(ledger->resolver, named->pdata[i], STORY_IDENTITY_POLICY);
    }
    for (guint i = 0; i < ledger->offers->len; i++) {
        StoryOffer *offer = g_ptr_array_index(ledger->offers, i);
        const MikeyOffer *facts = offer->facts;
        offer->idri =
            resolve(ledger, offer, facts->idri, facts->uidi, facts->idrkmsi, &offer->idri_source);
        offer->idrr =
            resolve(ledger, offer, facts->idrr, facts->uidr, facts->idrkmsr, &offer->idrr_source);
    }
}

static int compare_offer_serials(gconstpointer a, gconstpointer b)
{
    guint64 first = (*(const StoryOffer *const *)a)->serial;
    guint64 second = (*(const StoryOffer *const *)b)->serial;

    return (first > second) - (first < second);
}

void ledger_settle_offers(Ledger *ledger)
{
    g_ptr_array_sort(ledger->offers, compare_offer_serials);
    for (guint i = 0; i < ledger->offers->len; i++) {
        StoryOffer *offer = g_ptr_array_index(ledger->offers, i);
        offer->place = i;
        offer->number = 0;
    }
}
