/* krr-store.c
 * The KRRs of the ledger, and bodies that should have been ones, each however often it was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/krr-store.h"

#include <string.h>

#include "core/document/krr-keeping.h"
#include "core/document/krr-texts.h"
#include "core/event/story-frames.h"

#define MAX_KRR_OCTETS ((gsize)LEDGER_MAX_KRR_MIB * 1024 * 1024)
/* What the ledger and the rules take for a KRR beside its document: the object with its arrays, its
 * first sighting, its places in tables and in a negotiation. */
#define KRR_OCTETS (sizeof(StoryKrr) + 320)

struct KrrStore {
    UidResolver *resolver;
    KrrTexts *texts;                 /* of all documents that are kept */
    GHashTable *by_digest;           /* digest (borrowed) -> StoryKrr (borrowed) */
    GPtrArray *krrs;                 /* of StoryKrr, owned, in order of first sighting */
    GHashTable *malformed_by_digest; /* digest (borrowed) -> StoryMalformed (borrowed) */
    GPtrArray *malformed;            /* of StoryMalformed, owned */
    gsize octets;                    /* about what all of it takes, sightings included */
    guint64 left_out;                /* sightings that were not noted */
};

static void story_krr_free(gpointer data)
{
    StoryKrr *krr = data;

    krr_document_unref(krr->document);
    g_array_unref(krr->frames);
    g_array_unref(krr->wrong_frames);
    g_ptr_array_unref(krr->legs);
    g_free(krr);
}

static void malformed_free(gpointer data)
{
    StoryMalformed *malformed = data;

    krr_document_unref(malformed->document);
    krr_free(malformed->nothing);
    g_array_unref(malformed->frames);
    g_free(malformed);
}

KrrStore *krr_store_new(UidResolver *resolver)
{
    KrrStore *store = g_new0(KrrStore, 1);

    store->resolver = resolver;
    store->texts = krr_texts_new();
    store->by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    store->krrs = g_ptr_array_new_with_free_func(story_krr_free);
    store->malformed_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    store->malformed = g_ptr_array_new_with_free_func(malformed_free);
    return store;
}

void krr_store_free(KrrStore *store)
{
    g_hash_table_unref(store->malformed_by_digest);
    g_ptr_array_unref(store->malformed);
    g_hash_table_unref(store->by_digest);
    g_ptr_array_unref(store->krrs);
    krr_texts_unref(store->texts);
    g_free(store);
}

StoryKrr *krr_store_find(const KrrStore *store, const char *digest)
{
    return g_hash_table_lookup(store->by_digest, digest);
}

/* ---- room ---- */

/* @return false where there is no room for one more KRR or unreadable body: it is left out */
static bool reserve_place(KrrStore *store, const GPtrArray *kind)
{
    if (kind->len >= LEDGER_MAX_KRRS) {
        store->left_out++;
        return false;
    }
    return true;
}

/* Makes a document of which something is to be kept as light as can be. @return false where there is no
 * room for it, and for the object that stands for it: it is left out */
static bool reserve_octets(KrrStore *store, KrrDocument *document)
{
    gsize octets = KRR_OCTETS;

    if (document->texts != store->texts) { /* else the document is kept already */
        octets += krr_document_weight(document, store->texts);
    }
    if (octets > MAX_KRR_OCTETS - store->octets) {
        store->left_out++;
        return false;
    }
    store->octets += octets;
    krr_document_share(document, store->texts);
    return true;
}

/* Notes a sighting as long as there is room; the first one always. */
static void note_sighting(KrrStore *store, GArray *frames, StoryFrame frame)
{
    guint before = frames->len;

    if (before > 0 && store->octets + sizeof(StoryFrame) > MAX_KRR_OCTETS) {
        store->left_out++;
        return;
    }
    story_frames_append(frames, frame);
    if (before > 0 && frames->len > before) {
        store->octets += sizeof(StoryFrame);
    }
}

/* ---- KRRs ---- */

static StoryKrr *add_krr(KrrStore *store, const Krr *facts, KrrDocument *document)
{
    StoryKrr *krr = g_new0(StoryKrr, 1);

    krr->krr = facts;
    krr->document = krr_document_ref(document);
    krr->carrier = STORY_CARRIER_EMBEDDED;
    krr->depth = facts->depth;
    krr->frames = story_frames_new();
    krr->wrong_frames = story_frames_new();
    krr->legs = g_ptr_array_new();
    g_ptr_array_add(store->krrs, krr);
    krr->number = store->krrs->len;
    g_hash_table_insert(store->by_digest, facts->digest, krr);
    return krr;
}

/* The identities of a KRR may be what offers hide behind UIDs. */
static void teach_resolver(const KrrStore *store, const Krr *facts)
{
    static const KrrElement identities[] = {KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRR};

    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *identity = krr_text(facts, identities[i]);
        if (identity && strlen(identity) <= STORY_MAX_IDENTITY) {
            uid_resolver_add(store->resolver, identity, STORY_IDENTITY_KRR);
        }
    }
}

/* Notes a sighting of a KRR and of those beneath it; the depth is bounded by KRR_MAX_DEPTH.
 * @return NULL where there is no room for it */
static StoryKrr *sight_nested(KrrStore *store, const Krr *facts, KrrDocument *document,
                              StoryFrame frame)
{
    StoryKrr *krr = krr_store_find(store, facts->digest);

    if (!krr) {
        if (!reserve_place(store, store->krrs) || !reserve_octets(store, document)) {
            return NULL;
        }
        krr = add_krr(store, facts, document);
    }
    krr->depth = MIN(krr->depth, facts->depth);
    note_sighting(store, krr->frames, frame);
    for (guint i = 0; i < facts->embedded->len; i++) {
        StoryKrr *sub = sight_nested(store, g_ptr_array_index(facts->embedded, i), document, frame);
        if (i == 0) {
            krr->embeds = sub;
        }
    }
    teach_resolver(store, facts);
    return krr;
}

/* Notes what only the outermost KRR of a message tells. */
static void note_alone(KrrStore *store, StoryKrr *krr, const StoryEvent *event,
                       StoryCarrier carrier)
{
    const char *wrong =
        krr_wrong_carrier(carrier, event->has_sip ? event->sip.status : STORY_NO_SIP);

    if (!krr->seen_alone) {
        krr->seen_alone = true;
        krr->first_alone = event->frame;
        krr->carrier = carrier;
    }
    if (event->has_sip && !krr->has_first_sip) {
        krr->has_first_sip = true;
        krr->first_sip = event->frame;
        krr->first_sip_shift_ns = event->shift_ns;
    }
    if (wrong) {
        krr->wrong_carrier = krr->wrong_carrier ? krr->wrong_carrier : wrong;
        note_sighting(store, krr->wrong_frames, event->frame);
    }
}

StoryKrr *krr_store_sight(KrrStore *store, const StoryEvent *event, const StoryKrrSeen *seen,
                          const Krr *facts)
{
    StoryKrr *krr = sight_nested(store, facts, seen->document, event->frame);

    if (krr) {
        note_alone(store, krr, event, seen->carrier);
    }
    return krr;
}

/* ---- bodies that could not be read ---- */

/* A document of which nothing could be read is a KRR all the same, of which nothing is known. */
static StoryKrr *add_unreadable(KrrStore *store, StoryMalformed *malformed)
{
    StoryKrr *krr = add_krr(store, malformed->nothing, malformed->document);

    krr->unreadable = true;
    return krr;
}

static StoryMalformed *add_malformed(KrrStore *store, KrrDocument *document)
{
    StoryMalformed *malformed = g_new0(StoryMalformed, 1);
    const GPtrArray *krrs = document->krrs;

    malformed->document = krr_document_ref(document);
    malformed->nothing = krr_new();
    malformed->nothing->digest = g_strdup(document->body_digest);
    malformed->frames = story_frames_new();
    if (krrs->len > 0) {
        malformed->krr = krr_store_find(store, ((const Krr *)krrs->pdata[0])->digest);
    } else if (reserve_place(store, store->krrs)) {
        malformed->krr = add_unreadable(store, malformed);
    }
    g_ptr_array_add(store->malformed, malformed);
    g_hash_table_insert(store->malformed_by_digest, document->body_digest, malformed);
    return malformed;
}

/* Notes where the KRR was seen. That it was carried by something else than it may be is not said of
 * what may be no KRR. */
static void note_unreadable(KrrStore *store, StoryKrr *krr, const StoryEvent *event,
                            StoryCarrier carrier)
{
    note_sighting(store, krr->frames, event->frame);
    if (!krr->seen_alone) {
        krr->seen_alone = true;
        krr->first_alone = event->frame;
        krr->carrier = carrier;
    }
}

StoryKrr *krr_store_sight_malformed(KrrStore *store, const StoryEvent *event,
                                    const StoryKrrSeen *seen)
{
    KrrDocument *document = seen->document;
    StoryMalformed *malformed =
        g_hash_table_lookup(store->malformed_by_digest, document->body_digest);

    if (!malformed) {
        if (!reserve_place(store, store->malformed) || !reserve_octets(store, document)) {
            return NULL;
        }
        malformed = add_malformed(store, document);
    }
    note_sighting(store, malformed->frames, event->frame);
    if (!malformed->krr || !malformed->krr->unreadable) {
        return NULL;
    }
    note_unreadable(store, malformed->krr, event, seen->carrier);
    return malformed->krr;
}

/* ---- all of them ---- */

const GPtrArray *krr_store_krrs(const KrrStore *store)
{
    return store->krrs;
}

const GPtrArray *krr_store_malformed(const KrrStore *store)
{
    return store->malformed;
}

guint64 krr_store_left_out(const KrrStore *store)
{
    return store->left_out;
}
