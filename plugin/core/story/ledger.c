/* ledger.c
 * What was seen in the captures: offers, KRRs and legs, one object each whatever the hop
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ledger-private.h"

#include "../document/krr-keeping.h"
#include "story-frames.h"

/* A transaction without offer or KRR is remembered for as long as an INVITE may stay unanswered
 * (timer C of RFC 3261 is more than three minutes). */
#define PLAIN_LEG_LIFETIME (240 * STORY_SECOND)
/* An INVITE that is not answered at once is repeated, or answered by 100 Trying, within T1 of RFC
 * 3261: a hop that was in view for that long would have shown something of the transaction. */
#define HOP_VIEW_LEAD (STORY_SECOND / 2)
/* Candidates for one offer; transactions without offer or KRR. */
#define MAX_CANDIDATES 32
#define MAX_PLAIN_LEGS 131072
/* Branches of one transaction that are told apart, and offers and KRRs that one of them is given: no
 * honest one has more than a few, and each is compared with those before it. */
#define MAX_BRANCHES     64
#define MAX_CARGO_OF_LEG 256

#define MAX_KRR_OCTETS ((gsize)LEDGER_MAX_KRR_MIB * 1024 * 1024)
/* What the ledger and the rules take for a KRR beside its document: the object with its arrays, its
 * first sighting, its places in tables and in a negotiation. */
#define KRR_OCTETS     (sizeof(StoryKrr) + 320)
#define MAX_LEG_OCTETS ((gsize)LEDGER_MAX_LEG_MIB * 1024 * 1024)
/* What a leg takes with its arrays and its place among transactions, its texts excluded. */
#define LEG_OCTETS ((guint)sizeof(StoryLeg) + 192)
/* What an offer takes with its arrays, its first sighting and its places in tables, its texts
 * excluded; and what a candidate takes. */
#define OFFER_OCTETS     ((guint)(sizeof(StoryOffer) + sizeof(MikeyOffer)) + 320)
#define CANDIDATE_OCTETS 24

static void krr_free(gpointer data)
{
    StoryKrr *krr = data;

    krr_document_unref(krr->document);
    g_array_unref(krr->frames);
    g_array_unref(krr->wrong_frames);
    g_ptr_array_unref(krr->legs);
    g_free(krr);
}

static void offer_free(gpointer data)
{
    StoryOffer *offer = data;

    mikey_offer_unref(offer->facts);
    g_array_unref(offer->frames);
    g_ptr_array_unref(offer->legs);
    g_ptr_array_unref(offer->candidates);
    g_free(offer);
}

static void leg_free(gpointer data)
{
    StoryLeg *leg = data;

    g_ref_string_release(leg->source);
    g_ref_string_release(leg->destination);
    g_clear_pointer(&leg->method, g_ref_string_release);
    g_free(leg->to_tag);
    g_ptr_array_unref(leg->offers);
    g_ptr_array_unref(leg->krrs);
    g_array_unref(leg->krr_frames);
    g_free(leg);
}

static void malformed_free(gpointer data)
{
    StoryMalformed *malformed = data;

    krr_document_unref(malformed->document);
    g_array_unref(malformed->frames);
    g_free(malformed);
}

Ledger *ledger_new(KmsPolicy *policy)
{
    Ledger *ledger = g_new0(Ledger, 1);

    ledger->policy = policy;
    ledger->resolver = uid_resolver_new(policy);
    ledger->texts = krr_texts_new();
    ledger->krr_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->krrs = g_ptr_array_new_with_free_func(krr_free);
    ledger->offer_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->offers = g_ptr_array_new_with_free_func(offer_free);
    ledger->redirected = g_ptr_array_new();
    ledger->transactions = ledger_transactions_new();
    ledger->legs = g_ptr_array_new_with_free_func(leg_free);
    g_queue_init(&ledger->plain_legs);
    ledger_expiry_init(ledger);
    ledger->nothing = g_ptr_array_new();
    ledger->no_frames = story_frames_new();
    ledger->hops = ledger_hops_new();
    ledger->malformed_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->malformed = g_ptr_array_new_with_free_func(malformed_free);
    ledger->captures = g_array_new(FALSE, TRUE, sizeof(CaptureView));
    ledger->kms_traffic = kms_traffic_new();
    ledger->negotiations = g_ptr_array_new_with_free_func(story_negotiation_free);
    ledger->end_ns = G_MININT64;
    return ledger;
}

void ledger_free(Ledger *ledger)
{
    if (!ledger) {
        return;
    }
    g_ptr_array_unref(ledger->negotiations);
    kms_traffic_free(ledger->kms_traffic);
    g_array_unref(ledger->captures);
    g_hash_table_unref(ledger->malformed_by_digest);
    g_ptr_array_unref(ledger->malformed);
    g_hash_table_unref(ledger->hops);
    g_hash_table_unref(ledger->transactions);
    while (ledger->plain_legs.length > 0) {
        leg_free(g_queue_pop_head_link(&ledger->plain_legs)->data);
    }
    ledger_expiry_clear(ledger);
    g_ptr_array_unref(ledger->legs);
    g_ptr_array_unref(ledger->redirected);
    g_hash_table_unref(ledger->offer_by_digest);
    g_ptr_array_unref(ledger->offers);
    g_hash_table_unref(ledger->krr_by_digest);
    g_ptr_array_unref(ledger->krrs);
    krr_texts_unref(ledger->texts);
    uid_resolver_free(ledger->resolver);
    g_array_unref(ledger->no_frames);
    g_ptr_array_unref(ledger->nothing);
    g_free(ledger);
}

/* What may be empty, and mostly is */

/** Adds to an array that may be the one that all empty ones share. */
static void add_to(GPtrArray **array, gpointer item, GDestroyNotify item_free)
{
    if ((*array)->len == 0) {
        g_ptr_array_unref(*array);
        *array = g_ptr_array_new_full(1, item_free);
    }
    g_ptr_array_add(*array, item);
}

/** The same for frames. */
static void add_frame_to(GArray **frames, StoryFrame frame)
{
    if ((*frames)->len == 0) {
        g_array_unref(*frames);
        *frames = story_frames_new();
    }
    g_array_append_val(*frames, frame);
}

/* KRRs */

/** Is there room for that many octets more? Notes what there is none for. */
static bool take_room(Ledger *ledger, gsize octets)
{
    if (octets > MAX_KRR_OCTETS - ledger->krr_octets) {
        ledger->omissions.krrs++;
        return false;
    }
    ledger->krr_octets += octets;
    return true;
}

/** Notes a sighting, as long as there is room; the first one always. */
static void note_sighting(Ledger *ledger, GArray *frames, StoryFrame frame)
{
    guint before = frames->len;

    if (before > 0 && ledger->krr_octets + sizeof(StoryFrame) > MAX_KRR_OCTETS) {
        ledger->omissions.krrs++;
        return;
    }
    story_frames_append(frames, frame);
    if (before > 0 && frames->len > before) {
        ledger->krr_octets += sizeof(StoryFrame);
    }
}

/** Makes a document of which something is to be kept as light as can be; false where there is no room
 *  for it, or for @p octets besides. */
static bool keep_document(Ledger *ledger, KrrDocument *document, gsize octets)
{
    bool is_kept = document->texts == ledger->texts;

    if (!is_kept) {
        octets += krr_document_weight(document, ledger->texts);
    }
    if (!take_room(ledger, octets)) {
        return false;
    }
    krr_document_share(document, ledger->texts);
    return true;
}

/** @return NULL where there are too many */
static StoryKrr *krr_register(Ledger *ledger, const Krr *facts, KrrDocument *document)
{
    StoryKrr *krr = g_hash_table_lookup(ledger->krr_by_digest, facts->digest);

    if (!krr && ledger->krrs->len >= LEDGER_MAX_KRRS) {
        ledger->omissions.krrs++;
        return NULL;
    }
    if (!krr && !keep_document(ledger, document, KRR_OCTETS)) {
        return NULL;
    }
    if (!krr) {
        krr = g_new0(StoryKrr, 1);
        krr->krr = facts;
        krr->document = krr_document_ref(document);
        krr->carrier = STORY_CARRIER_EMBEDDED;
        krr->depth = facts->depth;
        krr->frames = story_frames_new();
        krr->wrong_frames = story_frames_new();
        krr->legs = g_ptr_array_new();
        g_ptr_array_add(ledger->krrs, krr);
        krr->number = ledger->krrs->len;
        g_hash_table_insert(ledger->krr_by_digest, facts->digest, krr);
    }
    krr->depth = MIN(krr->depth, facts->depth);
    return krr;
}

/** Registers a KRR and those beneath it; the depth is bounded by KRR_MAX_DEPTH.
 *  @return NULL where there are too many */
static StoryKrr *krr_sight(Ledger *ledger, const Krr *facts, KrrDocument *document,
                           StoryFrame frame)
{
    StoryKrr *krr = krr_register(ledger, facts, document);

    if (!krr) {
        return NULL;
    }
    note_sighting(ledger, krr->frames, frame);
    for (guint i = 0; i < facts->embedded->len; i++) {
        StoryKrr *sub = krr_sight(ledger, facts->embedded->pdata[i], document, frame);
        if (i == 0) {
            krr->embeds = sub;
        }
    }
    static const KrrElement identities[] = {KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRR};
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *identity = krr_text(facts, identities[i]);
        if (identity && strlen(identity) <= LEDGER_MAX_IDENTITY) {
            uid_resolver_add(ledger->resolver, identity, STORY_IDENTITY_KRR);
        }
    }
    return krr;
}

/** What carried the KRR, where that is neither a SIP 488 nor an upload; else NULL. */
static const char *wrong_carrier(const StoryEvent *event, StoryCarrier carrier)
{
    if (carrier == STORY_CARRIER_KMS_UPLOAD || (event->has_sip && event->sip.status == 488)) {
        return NULL;
    }
    if (!event->has_sip) {
        return carrier == STORY_CARRIER_MIKEY ? "a MIKEY message without SIP"
                                              : "a message that is no SIP";
    }
    return event->sip.status == 0 ? "a SIP request" : "a SIP response other than 488";
}

static void krr_sight_alone(Ledger *ledger, StoryKrr *krr, const StoryEvent *event,
                            StoryCarrier carrier)
{
    const char *wrong = wrong_carrier(event, carrier);

    if (!krr->seen_alone) {
        krr->seen_alone = true;
        krr->first_alone = event->frame;
        krr->carrier = carrier;
    }
    if (event->has_sip && !krr->has_first_sip) {
        krr->has_first_sip = true;
        krr->first_sip = event->frame;
    }
    if (wrong) {
        krr->wrong_carrier = krr->wrong_carrier ? krr->wrong_carrier : wrong;
        note_sighting(ledger, krr->wrong_frames, event->frame);
    }
}

static void malformed_sight(Ledger *ledger, KrrDocument *document, StoryFrame frame)
{
    StoryMalformed *malformed =
        g_hash_table_lookup(ledger->malformed_by_digest, document->body_digest);

    if (!malformed && ledger->malformed->len >= LEDGER_MAX_KRRS) {
        ledger->omissions.krrs++;
        return;
    }
    if (!malformed && !keep_document(ledger, document, KRR_OCTETS)) {
        return;
    }
    if (!malformed) {
        malformed = g_new0(StoryMalformed, 1);
        malformed->document = krr_document_ref(document);
        malformed->frames = story_frames_new();
        g_ptr_array_add(ledger->malformed, malformed);
        g_hash_table_insert(ledger->malformed_by_digest, document->body_digest, malformed);
    }
    note_sighting(ledger, malformed->frames, frame);
}

static void leg_add_krr(StoryLeg *leg, StoryKrr *krr, StoryFrame frame)
{
    if (leg->krrs->len < MAX_CARGO_OF_LEG && !g_ptr_array_find(leg->krrs, krr, NULL)) {
        add_to(&leg->krrs, krr, NULL);
        add_frame_to(&leg->krr_frames, frame);
        g_ptr_array_add(krr->legs, leg);
    }
}

/** Is there room for one more leg with something on it, or does it have something already? */
static bool may_matter(Ledger *ledger, const StoryLeg *leg)
{
    if (leg->offers->len + leg->krrs->len > 0 ||
        (ledger->legs->len < LEDGER_MAX_LEGS && ledger->leg_octets < MAX_LEG_OCTETS)) {
        return true;
    }
    ledger->omissions.legs++;
    return false;
}

/** @param leg  that it answers, or NULL */
static void take_krrs(Ledger *ledger, const StoryEvent *event, StoryLeg *leg)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = g_ptr_array_index(event->krrs, i);
        if (seen->document->error) {
            malformed_sight(ledger, seen->document, event->frame);
        }
        for (guint k = 0; k < seen->document->krrs->len; k++) {
            StoryKrr *krr =
                krr_sight(ledger, seen->document->krrs->pdata[k], seen->document, event->frame);
            if (!krr) {
                if (leg) {
                    leg->answer_unreadable = true; /* it seems to have no KRR, but it had one */
                }
                continue;
            }
            krr_sight_alone(ledger, krr, event, seen->carrier);
            ledger_expiry_note_krr(ledger, krr->krr, leg, event->frame.time_ns);
            if (leg && may_matter(ledger, leg)) {
                leg_add_krr(leg, krr, event->frame);
            } else if (leg) {
                leg->answer_unreadable = true;
            }
        }
    }
}

/* Offers */

/** Does the offer hide an identity that may be one of those which its messages name? */
static bool hides_identity(const MikeyOffer *facts)
{
    return (!facts->idri && facts->uidi) || (!facts->idrr && facts->uidr);
}

/** Notes who may be behind a UID of the offer. */
static void note_candidates(Ledger *ledger, StoryOffer *offer, const StorySip *sip)
{
    for (guint i = 0; i < sip->identities->len; i++) {
        const char *identity = sip->identities->pdata[i];
        gsize length = strlen(identity);
        if (offer->candidates->len < MAX_CANDIDATES && length <= LEDGER_MAX_IDENTITY &&
            !g_ptr_array_find_with_equal_func(offer->candidates, identity, g_str_equal, NULL) &&
            ledger_expiry_grow_offer(ledger, offer, CANDIDATE_OCTETS + (guint)length)) {
            add_to(&offer->candidates, g_strdup(identity), g_free);
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

/** An offer was seen again; that it was is noted as long as there is room. */
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

/** @param leg  whose request carried it */
static void leg_add_offer(Ledger *ledger, StoryLeg *leg, StoryOffer *offer)
{
    if (leg->offers->len >= MAX_CARGO_OF_LEG) {
        return;
    }
    if (!may_matter(ledger, leg)) {
        leg->request_readable = false; /* it seems to have no offer, but it has one */
    } else if (!g_ptr_array_find(leg->offers, offer, NULL)) {
        add_to(&leg->offers, offer, NULL);
        add_to(&offer->legs, leg, NULL);
    }
}

/** @param leg  whose request carried them, or NULL */
static void take_offers(Ledger *ledger, const StoryEvent *event, StoryLeg *leg)
{
    for (guint i = 0; i < event->offers->len; i++) {
        const MikeyOffer *facts = event->offers->pdata[i];
        if (facts->data_type != MIKEY_DATA_TYPE_SAKKE) {
            continue; /* an answer to an offer */
        }
        StoryOffer *offer = offer_sight(ledger, event, facts);
        if (leg) {
            leg_add_offer(ledger, leg, offer);
        }
    }
}

/* Legs */

static bool same_branch(const char *a, const char *b)
{
    return !a || !b || g_str_equal(a, b);
}

static guint leg_weight(const StorySip *sip)
{
    return LEG_OCTETS + (guint)(story_text_weight(sip->call_id) + story_text_weight(sip->branch) +
                                story_text_weight(sip->to_tag) + story_text_weight(sip->method));
}

/** The leg with that branch of those of one transaction, or NULL. */
static StoryLeg *find_branch(StoryLeg *newest, const char *branch)
{
    StoryLeg *leg = newest;

    for (guint i = 0; leg && i < MAX_BRANCHES; i++, leg = leg->older) {
        if (same_branch(leg->branch, branch)) {
            return leg;
        }
    }
    return NULL;
}

/** What finds the transaction of a message; nothing in it is its own. */
static StoryLeg transaction_of(const StoryEvent *event, const char *source, const char *destination,
                               const char *method)
{
    StoryLeg like = {.source = (char *)source,
                     .destination = (char *)destination,
                     .method = (char *)method,
                     .call_id = event->sip.call_id,
                     .cseq = event->sip.cseq};

    like.hash = ledger_transaction_hash(&like);
    return like;
}

/** Copies a text, its end included, to a place that moves behind it. NULL stays NULL. */
static const char *put_text(char **place, const char *text)
{
    char *copy = *place;

    if (!text) {
        return NULL;
    }
    *place = g_stpcpy(copy, text) + 1;
    return copy;
}

/** A leg with room for the texts that every one has. */
static StoryLeg *leg_new(const Ledger *ledger, const StorySip *sip)
{
    char *texts;
    StoryLeg *leg = g_malloc0(sizeof(StoryLeg) + story_text_weight(sip->call_id) +
                              story_text_weight(sip->branch) + 2);

    texts = (char *)(leg + 1);
    leg->call_id = put_text(&texts, sip->call_id);
    leg->branch = put_text(&texts, sip->branch);
    leg->cseq = sip->cseq;
    leg->method = sip->method ? g_ref_string_new_intern(sip->method) : NULL;
    leg->offers = g_ptr_array_ref(ledger->nothing);
    leg->krrs = g_ptr_array_ref(ledger->nothing);
    leg->krr_frames = g_array_ref(ledger->no_frames);
    leg->weight = leg_weight(sip);
    leg->plain.data = leg;
    return leg;
}

/** An address as legs keep it: mostly the hop has it already. @param hop  of the message; NULL: none */
static GRefString *address_of(const Hop *hop, const char *address)
{
    if (!hop) {
        return g_ref_string_new_intern(address);
    }
    return g_ref_string_acquire(g_str_equal(hop->lesser, address) ? hop->lesser : hop->greater);
}

/** The leg of a message, made where there is none. The ports do not count: a response goes to the
 *  port that the Via names, which need not be that which the request came from. */
static StoryLeg *leg_of(Ledger *ledger, const StoryEvent *event, const Hop *hop, const char *source,
                        const char *destination)
{
    const StoryLeg like = transaction_of(event, source, destination, event->sip.method);
    StoryLeg *newest = ledger_transaction_find(ledger->transactions, &like);
    StoryLeg *known = find_branch(newest, event->sip.branch);

    if (known) {
        return known;
    }
    bool request = event->sip.status == 0;
    StoryLeg *leg = leg_new(ledger, &event->sip);
    leg->hash = like.hash;
    leg->source = address_of(hop, source);
    leg->destination = address_of(hop, destination);
    leg->source_port = request ? event->source_port : event->destination_port;
    leg->destination_port = request ? event->destination_port : event->source_port;
    leg->serial = ledger->serial++;
    ledger_transaction_add(ledger->transactions, leg, newest);
    return leg;
}

void ledger_forget_leg(Ledger *ledger, StoryLeg *leg)
{
    ledger_transaction_remove(ledger->transactions, leg);
    leg_free(leg);
}

static bool leg_matters(const StoryLeg *leg)
{
    return leg->offers->len > 0 || leg->krrs->len > 0;
}

static gint64 leg_time(const StoryLeg *leg)
{
    return leg->has_request ? leg->request.time_ns : leg->response.time_ns;
}

/** Puts a leg among those that matter, of which it may have become one. */
static void settle_leg_that_matters(Ledger *ledger, StoryLeg *leg)
{
    if (leg->is_plain) {
        leg->is_plain = false;
        g_queue_unlink(&ledger->plain_legs, &leg->plain);
        ledger->plain_octets -= leg->weight;
    } else if (leg->kept) {
        return; /* it is there */
    }
    ledger->leg_octets += leg->weight;
    leg->place = ledger->legs->len;
    g_ptr_array_add(ledger->legs, leg);
}

/** Forgets plain legs that are old, or too many. */
static void forget_plain_legs(Ledger *ledger, gint64 now_ns)
{
    gint64 old = now_ns - PLAIN_LEG_LIFETIME;

    for (StoryLeg *oldest = g_queue_peek_head(&ledger->plain_legs);
         oldest && (leg_time(oldest) < old || ledger->plain_legs.length > MAX_PLAIN_LEGS ||
                    ledger->plain_octets > MAX_LEG_OCTETS);
         oldest = g_queue_peek_head(&ledger->plain_legs)) {
        ledger->forgot_requests |= leg_time(oldest) >= old;
        ledger->plain_octets -= oldest->weight;
        g_queue_pop_head_link(&ledger->plain_legs);
        ledger_forget_leg(ledger, oldest);
    }
}

/** Gives a leg its place, another one when it has come to matter; forgets plain ones that are old. */
static void settle_legs(Ledger *ledger, StoryLeg *touched, gint64 now_ns)
{
    if (leg_matters(touched)) {
        settle_leg_that_matters(ledger, touched);
    } else if (!touched->kept) {
        touched->is_plain = true;
        g_queue_push_tail_link(&ledger->plain_legs, &touched->plain);
        ledger->plain_octets += touched->weight;
    }
    touched->kept = true;
    forget_plain_legs(ledger, now_ns);
}

/** @return the hop of the message; NULL where there are too many */
static const Hop *hop_note(Ledger *ledger, const StoryEvent *event)
{
    Hop *hop = ledger_hop_lookup(ledger->hops, event->source, event->destination);
    guint direction = ledger_hop_direction(event->source, event->destination);
    gint64 time = event->frame.time_ns;

    if (!hop) {
        return NULL;
    }
    hop->last[direction] = MAX(hop->last[direction], time);
    hop->cut = hop->cut || event->cut;
    if (event->sip.status == 0) {
        hop->first_request[direction] = MIN(hop->first_request[direction], time);
    }
    return hop;
}

/** Were requests of a hop in view, whole, for long enough before a time to have seen any of them? */
static bool hop_was_in_view(const Ledger *ledger, const StoryLeg *leg, gint64 time_ns)
{
    const Hop *hop = ledger_hop_lookup(ledger->hops, leg->source, leg->destination);

    return hop && !hop->cut && !ledger->forgot_requests &&
           hop->first_request[ledger_hop_direction(leg->source, leg->destination)] <=
               time_ns - HOP_VIEW_LEAD;
}

gint64 ledger_hop_last_ns(const Ledger *ledger, const char *source, const char *destination)
{
    const Hop *hop = ledger_hop_lookup(ledger->hops, source, destination);

    return hop ? hop->last[ledger_hop_direction(source, destination)] : G_MININT64;
}

/** A CANCEL has all of its INVITE but the method (RFC 3261, 9.1). */
static void take_cancel(Ledger *ledger, const StoryEvent *event)
{
    const StoryLeg like = transaction_of(event, event->source, event->destination, "INVITE");
    StoryLeg *leg =
        find_branch(ledger_transaction_find(ledger->transactions, &like), event->sip.branch);

    if (leg && leg->status < 200) {
        leg->cancelled = true;
    }
}

static void take_request(Ledger *ledger, const StoryEvent *event, const Hop *hop)
{
    if (!story_sip_awaits_answer(&event->sip)) {
        take_offers(ledger, event, NULL);
        take_krrs(ledger, event, NULL);
        take_cancel(ledger, event);
        return;
    }
    StoryLeg *leg = leg_of(ledger, event, hop, event->source, event->destination);
    if (!leg->has_request) {
        leg->has_request = true;
        leg->request = event->frame;
        leg->request_readable = true;
        leg->to_tag = g_strdup(event->sip.to_tag);
    }
    leg->request_readable = leg->request_readable && !event->cut && !event->opaque;
    take_offers(ledger, event, leg);
    take_krrs(ledger, event, NULL);
    settle_legs(ledger, leg, event->frame.time_ns);
}

static bool holds_broken_krr(const StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        if (((const StoryKrrSeen *)event->krrs->pdata[i])->document->error) {
            return true;
        }
    }
    return false;
}

static void take_response(Ledger *ledger, const StoryEvent *event, const Hop *hop)
{
    StoryLeg *leg = leg_of(ledger, event, hop, event->destination, event->source);
    bool final = event->sip.status >= 200;

    if (!leg->has_response || (final && leg->status < 200)) {
        leg->has_response = true;
        leg->response = event->frame;
        leg->status = event->sip.status;
    }
    leg->answer_unreadable = leg->answer_unreadable ||
                             (final && (event->cut || event->opaque || holds_broken_krr(event)));
    if (event->krrs->len > 0 && leg->krrs->len == 0) {
        leg->hop_was_in_view = hop_was_in_view(ledger, leg, event->frame.time_ns);
    }
    take_offers(ledger, event, NULL);
    take_krrs(ledger, event, leg);
    settle_legs(ledger, leg, event->frame.time_ns);
}

/** What was made of it by ledger_finish() leans on offers and legs that may be let go from now on. */
static void reopen(Ledger *ledger)
{
    g_ptr_array_set_size(ledger->negotiations, 0);
    g_ptr_array_set_size(ledger->redirected, 0);
    ledger->finished = false;
}

static void capture_note(Ledger *ledger, const StoryEvent *event)
{
    const gint64 time = event->frame.time_ns;

    if (ledger->captures->len <= event->frame.capture) {
        g_array_set_size(ledger->captures, event->frame.capture + 1);
    }
    CaptureView *view = &g_array_index(ledger->captures, CaptureView, event->frame.capture);
    view->cut_bodies += event->cut_bodies;
    if (story_event_is_foreign(event)) {
        return; /* it does not show that what matters is in view */
    }
    ledger->end_ns = MAX(ledger->end_ns, time);
    view->first_ns = view->told ? MIN(view->first_ns, time) : time;
    view->last_ns = view->told ? MAX(view->last_ns, time) : time;
    view->told = true;
}

/** The KRRs that an event holds, of StoryKrr. @param whole  out: all of them; NULL where there are none */
static GPtrArray *krrs_of(const Ledger *ledger, const StoryEvent *event, bool *whole)
{
    GPtrArray *krrs = event->krrs->len > 0 ? g_ptr_array_new() : NULL;

    *whole = event->cut_bodies == 0;
    for (guint i = 0; i < event->krrs->len; i++) {
        const KrrDocument *document = ((const StoryKrrSeen *)event->krrs->pdata[i])->document;
        *whole = *whole && !document->error;
        for (guint k = 0; k < document->krrs->len; k++) {
            const Krr *facts = g_ptr_array_index(document->krrs, k);
            StoryKrr *krr = g_hash_table_lookup(ledger->krr_by_digest, facts->digest);
            *whole = *whole && krr;
            if (krr) {
                g_ptr_array_add(krrs, krr);
            }
        }
    }
    return krrs;
}

static void take_http(Ledger *ledger, const StoryEvent *event)
{
    if (event->http) {
        bool whole;
        g_autoptr(GPtrArray) krrs = krrs_of(ledger, event, &whole);
        kms_traffic_take(ledger->kms_traffic, event, krrs, whole);
    }
}

void ledger_add(Ledger *ledger, StoryEvent *event)
{
    if (ledger->finished) {
        reopen(ledger);
    }
    capture_note(ledger, event);
    if (!event->has_sip) {
        take_offers(ledger, event, NULL);
        take_krrs(ledger, event, NULL);
        take_http(ledger, event);
    } else {
        const Hop *hop = hop_note(ledger, event);
        (event->sip.status == 0 ? take_request : take_response)(ledger, event, hop);
    }
    ledger_expire(ledger, event->frame.time_ns);
    story_event_free(event);
}

/* Settling */

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

static void resolve_identities(Ledger *ledger)
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

/** Puts the offers in order, each without a number until it has a negotiation. */
static void settle_offers(Ledger *ledger)
{
    g_ptr_array_sort(ledger->offers, compare_offer_serials);
    for (guint i = 0; i < ledger->offers->len; i++) {
        StoryOffer *offer = g_ptr_array_index(ledger->offers, i);
        offer->place = i;
        offer->number = 0;
    }
}

void ledger_finish(Ledger *ledger)
{
    reopen(ledger);
    settle_offers(ledger);
    resolve_identities(ledger);
    ledger_make_negotiations(ledger);
    ledger->finished = true;
}

const GPtrArray *ledger_krrs(const Ledger *ledger)
{
    return ledger->krrs;
}

const GPtrArray *ledger_offers(const Ledger *ledger)
{
    return ledger->redirected;
}

const GPtrArray *ledger_all_offers(const Ledger *ledger)
{
    return ledger->offers;
}

const GPtrArray *ledger_legs(const Ledger *ledger)
{
    return ledger->legs;
}

const GPtrArray *ledger_malformed(const Ledger *ledger)
{
    return ledger->malformed;
}

const GPtrArray *ledger_negotiations(const Ledger *ledger)
{
    return ledger->negotiations;
}

guint64 ledger_offers_seen(const Ledger *ledger)
{
    return ledger->offers_seen;
}

LedgerOmissions ledger_omissions(const Ledger *ledger)
{
    LedgerOmissions omissions = ledger->omissions;

    omissions.kms_requests = kms_traffic_left_out(ledger->kms_traffic);
    return omissions;
}

const KmsTraffic *ledger_kms_traffic(const Ledger *ledger)
{
    return ledger->kms_traffic;
}

bool ledger_capture_span(const Ledger *ledger, guint32 capture, gint64 *first_ns, gint64 *last_ns)
{
    const CaptureView *view = capture < ledger->captures->len
                                  ? &g_array_index(ledger->captures, CaptureView, capture)
                                  : NULL;

    if (!view || !view->told) {
        return false;
    }
    *first_ns = view->first_ns;
    *last_ns = view->last_ns;
    return true;
}

guint64 ledger_cut_bodies(const Ledger *ledger, guint32 capture)
{
    return capture < ledger->captures->len
               ? g_array_index(ledger->captures, CaptureView, capture).cut_bodies
               : 0;
}

gint64 ledger_end_ns(const Ledger *ledger)
{
    return ledger->end_ns;
}
