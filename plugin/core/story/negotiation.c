/* negotiation.c
 * The redirect chains: attempt, redirect, attempt ... outcome
 *
 * Built when all is in the ledger: an attempt of each offer with all legs that carried it, and
 * attempts of KRRs whose offers were not captured; then the attempts in order of time are strung
 * together by initiator, receiver and key purpose.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "negotiation.h"

#include <string.h>

#include "ledger-private.h"
#include "story-frames.h"

/* KRRs of one attempt: each is compared with those before it. */
#define MAX_KRRS 4096
/* Negotiations of the same two people that may be under way at once. */
#define MAX_PARALLEL 64

/* While negotiations are made. */
typedef struct Weaver {
    Ledger *ledger;
    GPtrArray *attempts;    /* of Strand */
    GHashTable *by_krr;     /* StoryKrr -> StoryAttempt: of the KRR, or of one that embeds it */
    GHashTable *by_request; /* StoryLeg -> StoryAttempt: of a request that a leg lacks which a KRR
                               answered; it may have gone out on branches */
    GHashTable *initiators; /* set of texts: whose offers may be in a negotiation */
    GHashTable *by_people;  /* text -> GPtrArray of Chain: the same initiator and receiver */
    GPtrArray *chains;      /* of Chain */
    gint64 window_ns;
} Weaver;

/* An attempt, and what only the making of negotiations asks. */
typedef struct Strand {
    StoryAttempt *attempt; /* owned until a chain takes it */
    GRefString *idri; /* the best that is known of the identity, interned; "" where nothing is */
    GRefString *idrr;
    bool unasked; /* its request was seen and held no offer: no part of any chain */
} Strand;

/* A negotiation in the making. */
typedef struct Chain {
    StoryNegotiation *negotiation; /* borrowed from the weaver's chains */
    StoryAttempt *last;
} Chain;

static void attempt_free(gpointer data)
{
    StoryAttempt *attempt = data;

    if (attempt) {
        g_ptr_array_unref(attempt->legs);
        g_ptr_array_unref(attempt->krrs);
        g_free(attempt);
    }
}

static void strand_free(gpointer data)
{
    Strand *strand = data;

    attempt_free(strand->attempt);
    g_clear_pointer(&strand->idri, g_ref_string_release);
    g_clear_pointer(&strand->idrr, g_ref_string_release);
    g_free(strand);
}

void story_negotiation_free(gpointer data)
{
    StoryNegotiation *negotiation = data;

    g_ptr_array_unref(negotiation->attempts);
    g_free(negotiation);
}

/* Comparisons */

static StoryFrame leg_first_frame(const StoryLeg *leg)
{
    return leg->has_request ? leg->request : leg->response;
}

static int compare_legs(gconstpointer a, gconstpointer b)
{
    const StoryLeg *leg_a = *(const StoryLeg *const *)a;
    const StoryLeg *leg_b = *(const StoryLeg *const *)b;
    StoryFrame first = leg_first_frame(leg_a);
    StoryFrame second = leg_first_frame(leg_b);
    int order = story_frame_compare(&first, &second);

    /* Several messages of one frame: as they stood in it. */
    return order != 0 ? order : (leg_a->serial > leg_b->serial) - (leg_a->serial < leg_b->serial);
}

/* Answers travel towards the initiator: the last one is nearest to it. */
static int compare_answers(gconstpointer a, gconstpointer b)
{
    return compare_legs(b, a);
}

static int compare_krrs(gconstpointer a, gconstpointer b)
{
    guint first = (*(const StoryKrr *const *)a)->number;
    guint second = (*(const StoryKrr *const *)b)->number;

    return (first > second) - (first < second);
}

static int compare_strands(gconstpointer a, gconstpointer b)
{
    const Strand *first = *(const Strand *const *)a;
    const Strand *second = *(const Strand *const *)b;

    return story_frame_compare(&first->attempt->started, &second->attempt->started);
}

static int compare_negotiations(gconstpointer a, gconstpointer b)
{
    const StoryNegotiation *first = *(const StoryNegotiation *const *)a;
    const StoryNegotiation *second = *(const StoryNegotiation *const *)b;

    return story_frame_compare(&first->started, &second->started);
}

static int compare_offers(gconstpointer a, gconstpointer b)
{
    const StoryOffer *first = *(const StoryOffer *const *)a;
    const StoryOffer *second = *(const StoryOffer *const *)b;

    return story_frame_compare(&g_array_index(first->frames, StoryFrame, 0),
                               &g_array_index(second->frames, StoryFrame, 0));
}

/* The path */

/* Legs of one attempt that are put in path order; more than an attempt can honestly have. */
#define MAX_PATH 256

/** Are two addresses the same server? The policy may know several of one. */
static bool same_node(const Weaver *weaver, const char *a, const char *b)
{
    const KmsEntity *entity = kms_policy_entity_at(weaver->ledger->policy, a);

    return g_str_equal(a, b) ||
           (entity && entity == kms_policy_entity_at(weaver->ledger->policy, b));
}

/** Does the request of one leg come out where that of the other went in? On one machine, where all
 *  addresses are the same, that tells nothing. */
static bool leads_to(const Weaver *weaver, const StoryLeg *leg, const StoryLeg *next)
{
    return leg != next && !g_str_equal(leg->source, leg->destination) &&
           same_node(weaver, leg->destination, next->source) &&
           !(same_node(weaver, leg->source, next->source) &&
             same_node(weaver, leg->destination, next->destination));
}

static bool is_led_to(const Weaver *weaver, const GPtrArray *legs, const StoryLeg *leg)
{
    for (guint i = 0; i < legs->len; i++) {
        if (leads_to(weaver, legs->pdata[i], leg)) {
            return true;
        }
    }
    return false;
}

/** Appends a leg and, behind it, all that it leads to. The depth is bounded by MAX_PATH. */
static void follow(const Weaver *weaver, const GPtrArray *legs, StoryLeg *leg, GPtrArray *path)
{
    if (g_ptr_array_find(path, leg, NULL)) {
        return;
    }
    g_ptr_array_add(path, leg);
    for (guint i = 0; i < legs->len; i++) {
        if (leads_to(weaver, leg, legs->pdata[i])) {
            follow(weaver, legs, legs->pdata[i], path);
        }
    }
}

static bool has_request(const GPtrArray *legs)
{
    for (guint i = 0; i < legs->len; i++) {
        if (((const StoryLeg *)legs->pdata[i])->has_request) {
            return true;
        }
    }
    return false;
}

/** How many KRRs there are one in the other in the answer on a leg. */
static guint nesting(const StoryLeg *leg)
{
    guint most = 0;

    for (guint i = 0; i < leg->krrs->len; i++) {
        most = MAX(most, ((const StoryKrr *)leg->krrs->pdata[i])->krr->sub_krrs + 1);
    }
    return most;
}

/** Does the path rather begin with a leg than with an earlier one? Where that is of another capture,
 *  whose clock may be fast, and brought a KRR that fewer servers had worked on. */
static bool is_better_head(const StoryLeg *leg, const StoryLeg *earlier)
{
    StoryFrame frame = leg_first_frame(leg);
    StoryFrame before = leg_first_frame(earlier);

    return frame.capture != before.capture &&
           frame.time_ns - before.time_ns <= STORY_MAX_CLOCK_OFFSET && nesting(earlier) > 0 &&
           nesting(leg) > nesting(earlier);
}

/** The leg with which the path begins, of legs in order of time; NULL where all lead in a circle. */
static StoryLeg *path_head(const Weaver *weaver, const GPtrArray *legs)
{
    StoryLeg *head = NULL;

    for (guint i = 0; i < legs->len; i++) {
        StoryLeg *leg = g_ptr_array_index(legs, i);
        if (!is_led_to(weaver, legs, leg) && (!head || is_better_head(leg, head))) {
            head = leg;
        }
    }
    return head;
}

/** Puts legs in the order of the path, from the initiator outwards. Where one went to is where the
 *  next comes from; that holds whatever the clocks of several probes say. Time decides the rest. */
static void order_path(const Weaver *weaver, StoryAttempt *attempt)
{
    GPtrArray *legs = attempt->legs;

    g_ptr_array_sort(legs, has_request(legs) ? compare_legs : compare_answers);
    if (legs->len < 2 || legs->len > MAX_PATH) {
        return;
    }
    GPtrArray *path = g_ptr_array_sized_new(legs->len);
    StoryLeg *head = path_head(weaver, legs);
    if (head) {
        follow(weaver, legs, head, path);
    }
    for (guint i = 0; i < legs->len; i++) {
        if (!is_led_to(weaver, legs, legs->pdata[i])) {
            follow(weaver, legs, legs->pdata[i], path);
        }
    }
    for (guint i = 0; i < legs->len; i++) {
        follow(weaver, legs, legs->pdata[i], path); /* those in a circle */
    }
    g_ptr_array_unref(legs);
    attempt->legs = path;
}

/** Is it a leg of the hop on which the attempt began? The initiator's, as far as was captured. */
static bool on_first_hop(const StoryAttempt *attempt, const StoryLeg *leg)
{
    const StoryLeg *first = attempt->legs->pdata[0];

    return g_str_equal(first->source, leg->source) &&
           g_str_equal(first->destination, leg->destination);
}

/* Attempts */

/** Does a text of the KRR contradict that of the offer? What is not known contradicts nothing. */
static bool contradicts(const char *in_krr, const char *in_offer)
{
    return in_krr && in_offer && !g_str_equal(in_krr, in_offer);
}

static bool fits(const StoryOffer *offer, const StoryKrr *krr)
{
    return !contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRI), offer->facts->idri) &&
           !contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRR), offer->facts->idrr) &&
           !contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRKMSI), offer->facts->idrkmsi) &&
           !contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRKMSR), offer->facts->idrkmsr);
}

/** Which of the offers of a request a KRR answers: the first that it does not contradict. */
static const StoryOffer *answered_offer(const StoryLeg *leg, const StoryKrr *krr)
{
    for (guint i = 0; i < leg->offers->len; i++) {
        if (fits(leg->offers->pdata[i], krr)) {
            return leg->offers->pdata[i];
        }
    }
    return leg->offers->pdata[0];
}

static Strand *strand_new(Weaver *weaver, StoryOffer *offer)
{
    Strand *strand = g_new0(Strand, 1);

    strand->attempt = g_new0(StoryAttempt, 1);
    strand->attempt->offer = offer;
    strand->attempt->legs = g_ptr_array_new();
    strand->attempt->krrs = g_ptr_array_new();
    g_ptr_array_add(weaver->attempts, strand);
    return strand;
}

static void attempt_add_krr(Weaver *weaver, StoryAttempt *attempt, StoryKrr *krr)
{
    if (attempt->krrs->len >= MAX_KRRS || g_ptr_array_find(attempt->krrs, krr, NULL)) {
        return;
    }
    g_ptr_array_add(attempt->krrs, krr);
    /* The depth is bounded by KRR_MAX_DEPTH. */
    for (StoryKrr *known = krr; known; known = known->embeds) {
        if (!g_hash_table_contains(weaver->by_krr, known)) {
            g_hash_table_insert(weaver->by_krr, known, attempt);
        }
    }
}

/* What the branches of one request have in common: who sends it, its Call-ID and CSeq. */

static guint request_hash(gconstpointer key)
{
    const StoryLeg *leg = key;

    return (g_str_hash(leg->source) * 31 + leg->cseq) * 31 +
           (leg->call_id ? g_str_hash(leg->call_id) : 0);
}

static gboolean request_equal(gconstpointer a, gconstpointer b)
{
    const StoryLeg *first = a, *second = b;

    return first->cseq == second->cseq && g_str_equal(first->source, second->source) &&
           g_strcmp0(first->call_id, second->call_id) == 0;
}

static void attempt_add_leg(Weaver *weaver, StoryAttempt *attempt, StoryLeg *leg)
{
    g_ptr_array_add(attempt->legs, leg);
    if (g_hash_table_contains(weaver->by_request, leg)) {
        g_hash_table_insert(weaver->by_request, leg, attempt);
    }
    for (guint i = 0; i < leg->krrs->len; i++) {
        if (!attempt->offer || answered_offer(leg, leg->krrs->pdata[i]) == attempt->offer) {
            attempt_add_krr(weaver, attempt, leg->krrs->pdata[i]);
        }
    }
}

/** 401 and 407 ask for the same request again, with credentials. */
static bool asks_for_credentials(guint status)
{
    return status == 401 || status == 407;
}

/** Are two legs branches of one request, which a proxy sent to several places? */
static bool are_branches(const StoryLeg *a, const StoryLeg *b)
{
    return a->cseq == b->cseq && g_strcmp0(a->call_id, b->call_id) == 0;
}

/** Is this leg the same offer tried anew: sent once more where a KRR had answered it? */
static bool begins_anew(const StoryAttempt *attempt, const StoryLeg *leg)
{
    if (!leg->has_request || !on_first_hop(attempt, leg)) {
        return false;
    }
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *before = g_ptr_array_index(attempt->legs, i);
        if (on_first_hop(attempt, before) && before->krrs->len > 0 && !are_branches(before, leg) &&
            story_frame_compare(&leg->request, &before->response) > 0) {
            return true;
        }
    }
    return false;
}

static void weave_offer(Weaver *weaver, StoryOffer *offer)
{
    Strand *strand = NULL;

    for (guint i = 0; i < offer->legs->len; i++) {
        StoryLeg *leg = g_ptr_array_index(offer->legs, i);
        if (!strand || begins_anew(strand->attempt, leg)) {
            strand = strand_new(weaver, offer);
        }
        attempt_add_leg(weaver, strand->attempt, leg);
    }
}

/** The attempt that another leg already gave to a KRR, to one beneath it or to one above it: the hops
 *  between need not have been captured. */
static StoryAttempt *attempt_of_krr(const Weaver *weaver, const StoryKrr *krr)
{
    StoryAttempt *attempt = NULL;

    for (const StoryKrr *known = krr; known && !attempt; known = known->embeds) {
        attempt = g_hash_table_lookup(weaver->by_krr, known);
    }
    return attempt;
}

/** A leg that answered with a KRR, and whose request was not captured or held no offer. */
static void weave_leg_without_offer(Weaver *weaver, StoryLeg *leg)
{
    bool unasked = leg->has_request && leg->request_readable;
    StoryAttempt *attempt = unasked ? NULL : attempt_of_krr(weaver, leg->krrs->pdata[0]);

    if (!attempt && !leg->has_request) {
        attempt = g_hash_table_lookup(weaver->by_request, leg);
    }
    if (!attempt) {
        Strand *strand = strand_new(weaver, NULL);
        strand->unasked = unasked;
        attempt = strand->attempt;
    }
    g_ptr_array_add(attempt->legs, leg);
    for (guint i = 0; i < leg->krrs->len; i++) {
        attempt_add_krr(weaver, attempt, leg->krrs->pdata[i]);
    }
}

/** A KRR that no response carried: in a request, or without SIP. */
static void weave_stray_krr(Weaver *weaver, StoryKrr *krr)
{
    if (!attempt_of_krr(weaver, krr)) {
        attempt_add_krr(weaver, strand_new(weaver, NULL)->attempt, krr);
    }
}

/* Of most offers nothing comes: no KRR answered them, nor was their initiator ever redirected. They are
 * in no negotiation, and to weave them all would cost more than all the rest. */

/** Whose offer it is, by the name that person() gives; NULL: nobody's whom anybody knows. Caller
 *  frees. */
static char *initiator_of(const StoryOffer *offer)
{
    if (offer->idri) {
        return g_strdup(mcx_identity_bare(offer->idri));
    }
    return offer->facts->uidi ? g_strconcat("uid:", offer->facts->uidi, NULL) : NULL;
}

/** Does a leg of it have a KRR, or may it lend one its request? */
static bool meets_krr(const Weaver *weaver, const StoryOffer *offer)
{
    for (guint i = 0; i < offer->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(offer->legs, i);
        if (leg->krrs->len > 0 || g_hash_table_contains(weaver->by_request, leg)) {
            return true;
        }
    }
    return false;
}

static void add_initiator(Weaver *weaver, char *initiator)
{
    if (initiator) {
        g_hash_table_add(weaver->initiators, initiator);
    }
}

/** Notes whom a KRR may have redirected, and which requests are missing. Rather too many: what has no
 *  KRR is left out in the end. */
static void find_initiators(Weaver *weaver)
{
    const Ledger *ledger = weaver->ledger;

    for (guint i = 0; i < ledger->legs->len; i++) {
        StoryLeg *leg = g_ptr_array_index(ledger->legs, i);
        if (leg->offers->len == 0 && !leg->has_request) {
            g_hash_table_insert(weaver->by_request, leg, NULL);
        }
    }
    for (guint i = 0; i < ledger->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(ledger->krrs, i);
        const char *initiator = krr_text(krr->krr, KRR_ELEMENT_IDRI);
        add_initiator(weaver, initiator ? g_strdup(mcx_identity_bare(initiator)) : NULL);
    }
    for (guint i = 0; i < ledger->offers->len; i++) {
        const StoryOffer *offer = g_ptr_array_index(ledger->offers, i);
        if (meets_krr(weaver, offer)) {
            add_initiator(weaver, initiator_of(offer));
        }
    }
}

static bool may_be_in_negotiation(const Weaver *weaver, const StoryOffer *offer)
{
    g_autofree char *initiator = initiator_of(offer);

    return initiator ? g_hash_table_contains(weaver->initiators, initiator)
                     : meets_krr(weaver, offer);
}

static void weave_attempts(Weaver *weaver)
{
    Ledger *ledger = weaver->ledger;

    find_initiators(weaver);
    for (guint i = 0; i < ledger->offers->len; i++) {
        StoryOffer *offer = g_ptr_array_index(ledger->offers, i);
        if (may_be_in_negotiation(weaver, offer)) {
            weave_offer(weaver, offer);
        }
    }
    for (guint i = 0; i < ledger->legs->len; i++) {
        StoryLeg *leg = g_ptr_array_index(ledger->legs, i);
        if (leg->offers->len == 0) {
            weave_leg_without_offer(weaver, leg);
        }
    }
    for (guint i = 0; i < ledger->krrs->len; i++) {
        StoryKrr *krr = g_ptr_array_index(ledger->krrs, i);
        if (krr->seen_alone && krr->legs->len == 0 && krr->carrier != STORY_CARRIER_KMS_UPLOAD) {
            weave_stray_krr(weaver, krr);
        }
    }
}

/** The KRRs of an attempt that others embed, at some depth: they did not reach the initiator. */
static GHashTable *replaced_krrs(const StoryAttempt *attempt)
{
    GHashTable *replaced = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < attempt->krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(attempt->krrs, i);
        for (StoryKrr *inner = krr->embeds; inner; inner = inner->embeds) {
            g_hash_table_add(replaced, inner);
        }
    }
    return replaced;
}

/** Did the initiator send that request, as far as was captured: whoever sent the first one? It may try
 *  several servers. */
static bool is_initiators(const StoryAttempt *attempt, const StoryLeg *leg)
{
    const StoryLeg *first = attempt->legs->pdata[0];

    return g_str_equal(first->source, leg->source);
}

/** The KRR of the attempt that came furthest towards the initiator, and that none replaced on the way:
 *  of the first leg of the path that has one. NULL where no leg has. */
static StoryKrr *nearest_krr(const StoryAttempt *attempt, GHashTable *replaced, bool to_initiator)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (to_initiator && !is_initiators(attempt, leg)) {
            continue;
        }
        for (guint k = 0; k < leg->krrs->len; k++) {
            if (!g_hash_table_contains(replaced, leg->krrs->pdata[k]) &&
                g_ptr_array_find(attempt->krrs, leg->krrs->pdata[k], NULL)) {
                return leg->krrs->pdata[k];
            }
        }
    }
    return NULL;
}

/** Does the capture show that the initiator was answered, and with no KRR? */
static bool was_answered_without_krr(const StoryAttempt *attempt)
{
    bool answered = false;

    for (guint i = 0; attempt->offer && i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (!is_initiators(attempt, leg)) {
            continue;
        }
        if (leg->krrs->len > 0 || leg->answer_unreadable) {
            return false;
        }
        answered = answered || (leg->status >= 200 && !asks_for_credentials(leg->status));
    }
    return answered;
}

static StoryKrr *received_krr(const StoryAttempt *attempt)
{
    g_autoptr(GHashTable) replaced = replaced_krrs(attempt);
    StoryKrr *received = nearest_krr(attempt, replaced, true);

    if (received || was_answered_without_krr(attempt)) {
        return received;
    }
    received = nearest_krr(attempt, replaced, false);
    return received || attempt->krrs->len == 0 ? received : attempt->krrs->pdata[0];
}

static bool is_success(guint status)
{
    return status >= 200 && status < 300;
}

/** Which of several answers counts, the highest: a call that came about on one branch, a redirect, a
 *  refusal, a request for credentials, none. */
static guint answer_rank(const StoryLeg *leg)
{
    if (leg->status < 200) {
        return 0;
    }
    if (is_success(leg->status)) {
        return 4;
    }
    return leg->krrs->len > 0 ? 3 : asks_for_credentials(leg->status) ? 1 : 2;
}

/** The answer: the final one to the initiator; where none was captured there, the nearest to it. */
static void attempt_find_answer(StoryAttempt *attempt)
{
    const StoryLeg *answered = NULL;

    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        if (is_initiators(attempt, leg) &&
            answer_rank(leg) > (answered ? answer_rank(answered) : 0)) {
            answered = leg;
        }
    }
    for (guint i = 0; i < attempt->legs->len && !answered; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        answered = answer_rank(leg) > 0 ? leg : NULL;
    }
    if (answered) {
        attempt->status = answered->status;
        attempt->ended = answered->response;
    }
}

static void attempt_find_times(StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        StoryFrame last = leg->has_response ? leg->response : leg->request;
        if (story_frame_compare(&attempt->ended, &last) < 0 || i == 0) {
            attempt->ended = last;
        }
    }
    if (attempt->legs->len > 0) {
        attempt->started = leg_first_frame(attempt->legs->pdata[0]);
        return;
    }
    const StoryKrr *krr = attempt->krrs->pdata[0];
    attempt->started = krr->first_alone;
    attempt->ended = krr->first_alone;
}

/** The identity without "sip:": one user, however the KMS writes it. "" where none is known. */
static GRefString *person(const StoryAttempt *attempt, const char *identity, const char *uid,
                          KrrElement element)
{
    if (!identity && attempt->krrs->len > 0) {
        identity = krr_text(((const StoryKrr *)attempt->krrs->pdata[0])->krr, element);
    }
    if (!identity) {
        g_autofree char *hidden = uid ? g_strconcat("uid:", uid, NULL) : g_strdup("");
        return g_ref_string_new_intern(hidden);
    }
    return g_ref_string_new_intern(mcx_identity_bare(identity));
}

static void attempt_finish(const Weaver *weaver, StoryAttempt *attempt)
{
    order_path(weaver, attempt);
    g_ptr_array_sort(attempt->krrs, compare_krrs);
    attempt_find_times(attempt);
    attempt_find_answer(attempt);
    attempt->received = received_krr(attempt);
}

static void strand_finish(const Weaver *weaver, Strand *strand)
{
    StoryAttempt *attempt = strand->attempt;
    const StoryOffer *offer = attempt->offer;

    attempt_finish(weaver, attempt);
    strand->idri = person(attempt, offer ? offer->idri : NULL, offer ? offer->facts->uidi : NULL,
                          KRR_ELEMENT_IDRI);
    strand->idrr = person(attempt, offer ? offer->idrr : NULL, offer ? offer->facts->uidr : NULL,
                          KRR_ELEMENT_IDRR);
}

/* Chains */

static guint attempt_purpose(const StoryAttempt *attempt)
{
    return attempt->offer ? mikey_purpose(attempt->offer->facts->csb_id) : STORY_PURPOSE_UNKNOWN;
}

/** What the requests of an attempt were, or NULL. */
static const char *attempt_method(const StoryAttempt *attempt)
{
    return attempt->legs->len > 0 ? ((const StoryLeg *)attempt->legs->pdata[0])->method : NULL;
}

/** May an attempt be about the key of a chain? Where an offer was not captured, its purpose is not known;
 *  then at least the requests are of one kind, for each kind of key has its own. */
static bool may_be_same_key(const Chain *chain, const StoryAttempt *attempt)
{
    guint purpose = attempt_purpose(attempt);

    if (purpose != STORY_PURPOSE_UNKNOWN && chain->negotiation->purpose != STORY_PURPOSE_UNKNOWN) {
        return purpose == chain->negotiation->purpose;
    }
    return !contradicts(attempt_method(attempt), attempt_method(chain->last));
}

/** May this attempt be the next one of the chain? A call that came about ends its negotiation: what
 *  the same people do next is a matter of its own. */
static bool continues(const Weaver *weaver, const Chain *chain, const StoryAttempt *attempt)
{
    const StoryAttempt *last = chain->last;
    bool answered = last->status != 0 || last->krrs->len > 0;
    bool established = is_success(last->status);
    gint64 pause = attempt->started.time_ns - last->ended.time_ns;
    gint64 earliest = attempt->started.capture == last->ended.capture ? 0 : -STORY_MAX_CLOCK_OFFSET;

    return answered && !established && pause >= earliest && pause <= weaver->window_ns &&
           may_be_same_key(chain, attempt);
}

static Chain *chain_new(Weaver *weaver, GPtrArray *same_people)
{
    Chain *chain = g_new0(Chain, 1);

    chain->negotiation = g_new0(StoryNegotiation, 1);
    chain->negotiation->attempts = g_ptr_array_new_with_free_func(attempt_free);
    chain->negotiation->purpose = STORY_PURPOSE_UNKNOWN;
    g_ptr_array_add(weaver->chains, chain);
    g_ptr_array_add(same_people, chain);
    return chain;
}

static GPtrArray *chains_of(Weaver *weaver, const Strand *strand)
{
    /* Interned texts are the same where they stand at the same place; they may be long. */
    char *people = g_strdup_printf("%p\t%p", (void *)strand->idri, (void *)strand->idrr);
    GPtrArray *chains = g_hash_table_lookup(weaver->by_people, people);

    if (chains) {
        g_free(people);
    } else {
        chains = g_ptr_array_new();
        g_hash_table_insert(weaver->by_people, people, chains);
    }
    return chains;
}

static bool is_resolved(StoryIdentitySource source)
{
    return source != STORY_IDENTITY_MIKEY && source != STORY_IDENTITY_UNKNOWN;
}

static StoryLink link_of(const StoryAttempt *attempt, bool first)
{
    if (!attempt->offer) {
        return STORY_LINK_KRR_IDENTITIES;
    }
    if (first) {
        return STORY_LINK_TRANSACTION;
    }
    return is_resolved(attempt->offer->idri_source) || is_resolved(attempt->offer->idrr_source)
               ? STORY_LINK_UID
               : STORY_LINK_IDENTITIES;
}

/** Was the last attempt asked for credentials, and is this one the same offer made anew with them?
 *  Then they are one attempt. */
static bool brings_credentials(const StoryAttempt *last, const StoryAttempt *attempt)
{
    return last->offer && attempt->offer && asks_for_credentials(last->status) &&
           last->krrs->len == 0 &&
           g_strcmp0(last->offer->facts->idrkmsi, attempt->offer->facts->idrkmsi) == 0 &&
           g_strcmp0(last->offer->facts->idrkmsr, attempt->offer->facts->idrkmsr) == 0;
}

/** The same, by a capture whose clock is late: what is asked for credentials seems to come after. */
static bool is_challenge_of(const StoryAttempt *last, const StoryAttempt *attempt)
{
    return brings_credentials(attempt, last) && attempt->started.capture != last->started.capture &&
           attempt->started.time_ns - last->started.time_ns <= STORY_MAX_CLOCK_OFFSET;
}

static void attempt_absorb(const Weaver *weaver, StoryAttempt *attempt, const StoryAttempt *other)
{
    for (guint i = 0; i < other->legs->len; i++) {
        g_ptr_array_add(attempt->legs, other->legs->pdata[i]);
    }
    for (guint i = 0; i < other->krrs->len; i++) {
        g_ptr_array_add(attempt->krrs, other->krrs->pdata[i]);
    }
    attempt->status = 0;
    attempt_finish(weaver, attempt);
}

static void chain_take(Chain *chain, Strand *strand)
{
    StoryNegotiation *negotiation = chain->negotiation;
    StoryAttempt *attempt = g_steal_pointer(&strand->attempt);

    attempt->linked_by = link_of(attempt, negotiation->attempts->len == 0);
    if (negotiation->purpose == STORY_PURPOSE_UNKNOWN) {
        negotiation->purpose = attempt_purpose(attempt);
    }
    g_ptr_array_add(negotiation->attempts, attempt);
    chain->last = attempt;
}

/** The chain that the attempt continues, or NULL: the latest one for the same key, else the latest that
 *  may be. Where it may be about one key as well as about another it is linked to neither, and somebody
 *  whom nobody knows is never linked. */
static Chain *chain_of(const Weaver *weaver, const GPtrArray *same_people, const Strand *strand)
{
    guint purpose = attempt_purpose(strand->attempt);
    Chain *found = NULL;

    if (strand->unasked || !strand->idri[0] || !strand->idrr[0]) {
        return NULL;
    }
    for (guint i = 0; i < same_people->len && i < MAX_PARALLEL; i++) {
        Chain *chain = g_ptr_array_index(same_people, same_people->len - 1 - i);
        if (!continues(weaver, chain, strand->attempt)) {
            continue;
        }
        if (purpose != STORY_PURPOSE_UNKNOWN && chain->negotiation->purpose == purpose) {
            return chain;
        }
        if (!found) {
            found = chain;
        } else if (purpose == STORY_PURPOSE_UNKNOWN &&
                   chain->negotiation->purpose != found->negotiation->purpose) {
            return NULL;
        }
    }
    return found;
}

static void weave_chains(Weaver *weaver)
{
    for (guint i = 0; i < weaver->attempts->len; i++) {
        Strand *strand = g_ptr_array_index(weaver->attempts, i);
        GPtrArray *same_people = chains_of(weaver, strand);
        Chain *chain = chain_of(weaver, same_people, strand);

        if (chain && brings_credentials(chain->last, strand->attempt)) {
            chain->last->offer = strand->attempt->offer;
            attempt_absorb(weaver, chain->last, strand->attempt);
        } else if (chain && is_challenge_of(chain->last, strand->attempt)) {
            attempt_absorb(weaver, chain->last, strand->attempt);
        } else {
            chain_take(chain ? chain : chain_new(weaver, same_people), strand);
        }
    }
}

/* Outcomes */

static StoryOutcome outcome_of(const Weaver *weaver, const StoryAttempt *last)
{
    if (is_success(last->status)) {
        return STORY_OUTCOME_ESTABLISHED;
    }
    if (last->received) {
        const KrrList *lists = last->received->krr->lists;
        if (lists[KRR_INITIATOR].kind == KRR_LIST_EMPTY ||
            lists[KRR_RECEIVER].kind == KRR_LIST_EMPTY) {
            return STORY_OUTCOME_NO_ACCEPTABLE_KMS;
        }
        return weaver->ledger->end_ns - last->ended.time_ns > weaver->window_ns
                   ? STORY_OUTCOME_ABANDONED
                   : STORY_OUTCOME_OPEN;
    }
    return last->status >= 300 && !asks_for_credentials(last->status) ? STORY_OUTCOME_REFUSED
                                                                      : STORY_OUTCOME_OPEN;
}

static const char *known_identity(const StoryNegotiation *negotiation, bool initiator)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);
        const char *identity = NULL;
        if (attempt->offer) {
            identity = initiator ? attempt->offer->idri : attempt->offer->idrr;
        }
        if (!identity && attempt->received) {
            identity =
                krr_text(attempt->received->krr, initiator ? KRR_ELEMENT_IDRI : KRR_ELEMENT_IDRR);
        }
        if (identity) {
            return identity;
        }
    }
    return NULL;
}

static bool saw_krr(const StoryNegotiation *negotiation)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        if (((const StoryAttempt *)negotiation->attempts->pdata[i])->krrs->len > 0) {
            return true;
        }
    }
    return false;
}

static void finish_negotiation(const Weaver *weaver, StoryNegotiation *negotiation)
{
    const StoryAttempt *first = negotiation->attempts->pdata[0];
    const StoryAttempt *last = negotiation->attempts->pdata[negotiation->attempts->len - 1];

    negotiation->idri = known_identity(negotiation, true);
    negotiation->idrr = known_identity(negotiation, false);
    negotiation->started = first->started;
    negotiation->ended = last->ended;
    negotiation->outcome = outcome_of(weaver, last);
}

static void number_negotiations(Ledger *ledger)
{
    g_ptr_array_sort(ledger->negotiations, compare_negotiations);
    for (guint i = 0; i < ledger->negotiations->len; i++) {
        StoryNegotiation *negotiation = g_ptr_array_index(ledger->negotiations, i);
        negotiation->number = i + 1;
        for (guint k = 0; k < negotiation->attempts->len; k++) {
            StoryOffer *offer = ((StoryAttempt *)negotiation->attempts->pdata[k])->offer;
            if (offer && offer->number == 0) {
                offer->number = 1; /* listed; its own number follows when all are */
                g_ptr_array_add(ledger->redirected, offer);
            }
        }
    }
    g_ptr_array_sort(ledger->redirected, compare_offers);
    for (guint i = 0; i < ledger->redirected->len; i++) {
        ((StoryOffer *)ledger->redirected->pdata[i])->number = i + 1;
    }
}

void ledger_make_negotiations(Ledger *ledger)
{
    Weaver weaver = {
        .ledger = ledger,
        .attempts = g_ptr_array_new_with_free_func(strand_free),
        .by_krr = g_hash_table_new(NULL, NULL),
        .by_request = g_hash_table_new(request_hash, request_equal),
        .initiators = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .by_people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)g_ptr_array_unref),
        .chains = g_ptr_array_new_with_free_func(g_free),
        .window_ns = kms_policy_window(ledger->policy) * STORY_SECOND,
    };

    g_ptr_array_sort(ledger->legs, compare_legs);
    for (guint i = 0; i < ledger->legs->len; i++) {
        ((StoryLeg *)ledger->legs->pdata[i])->place = i;
    }
    for (guint i = 0; i < ledger->offers->len; i++) {
        g_ptr_array_sort(((StoryOffer *)ledger->offers->pdata[i])->legs, compare_legs);
    }
    if (ledger->krrs->len > 0) {
        weave_attempts(&weaver);
    }
    for (guint i = 0; i < weaver.attempts->len; i++) {
        strand_finish(&weaver, g_ptr_array_index(weaver.attempts, i));
    }
    g_ptr_array_sort(weaver.attempts, compare_strands);
    weave_chains(&weaver);
    for (guint i = 0; i < weaver.chains->len; i++) {
        StoryNegotiation *negotiation = ((Chain *)weaver.chains->pdata[i])->negotiation;
        if (saw_krr(negotiation)) {
            finish_negotiation(&weaver, negotiation);
            g_ptr_array_add(ledger->negotiations, negotiation);
        } else {
            story_negotiation_free(negotiation);
        }
    }
    number_negotiations(ledger);
    g_ptr_array_unref(weaver.chains);
    g_hash_table_unref(weaver.by_people);
    g_hash_table_unref(weaver.initiators);
    g_hash_table_unref(weaver.by_request);
    g_hash_table_unref(weaver.by_krr);
    g_ptr_array_unref(weaver.attempts);
}

static const char *offered_kms(const StoryAttempt *attempt, const char *in_offer,
                               KrrElement element)
{
    if (attempt->offer && (in_offer || attempt->offer->facts->whole)) {
        return in_offer;
    }
    return attempt->received ? krr_text(attempt->received->krr, element) : NULL;
}

const char *story_attempt_idrkmsi(const StoryAttempt *attempt)
{
    return offered_kms(attempt, attempt->offer ? attempt->offer->facts->idrkmsi : NULL,
                       KRR_ELEMENT_IDRKMSI);
}

const char *story_attempt_idrkmsr(const StoryAttempt *attempt)
{
    return offered_kms(attempt, attempt->offer ? attempt->offer->facts->idrkmsr : NULL,
                       KRR_ELEMENT_IDRKMSR);
}
