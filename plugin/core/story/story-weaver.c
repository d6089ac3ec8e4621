/* story-weaver.c
 * From legs, offers and KRRs to attempts
 *
 * An attempt of each offer with all legs that carried it, more where it was tried anew, and attempts
 * of KRRs whose offers were not captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation-private.h"
#include "core/story/story-frames.h"

/* KRRs of one attempt: each is compared with those before it. */
#define MAX_KRRS 4096

/* While attempts are made. */
typedef struct Weaver {
    Ledger *ledger;
    GPtrArray *attempts;    /* of Strand */
    GHashTable *by_krr;     /* StoryKrr -> StoryAttempt: of the KRR, or of one that embeds it */
    GHashTable *by_request; /* StoryLeg -> StoryAttempt: of a request that a leg lacks which a KRR
                               answered; it may have gone out on branches */
    GHashTable *initiators; /* set of texts: whose offers may be in a negotiation */
} Weaver;

static void strand_free(gpointer data)
{
    Strand *strand = data;

    story_attempt_free(strand->attempt);
    g_clear_pointer(&strand->idri, g_ref_string_release);
    g_clear_pointer(&strand->idrr, g_ref_string_release);
    g_free(strand);
}

static int compare_strands(gconstpointer a, gconstpointer b)
{
    const Strand *first = *(const Strand *const *)a;
    const Strand *second = *(const Strand *const *)b;

    return story_frame_compare(&first->attempt->started, &second->attempt->started);
}

static bool fits(const StoryOffer *offer, const StoryKrr *krr)
{
    return !story_contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRI), offer->facts->idri) &&
           !story_contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRR), offer->facts->idrr) &&
           !story_contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRKMSI), offer->facts->idrkmsi) &&
           !story_contradicts(krr_text(krr->krr, KRR_ELEMENT_IDRKMSR), offer->facts->idrkmsr);
}

/* Which of the offers of a request a KRR answers: the first that it does not contradict. */
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

/* Is it a leg of the hop on which the attempt began? The initiator's, as far as was captured. */
static bool on_first_hop(const StoryAttempt *attempt, const StoryLeg *leg)
{
    const StoryLeg *first = attempt->legs->pdata[0];

    return g_str_equal(first->source, leg->source) &&
           g_str_equal(first->destination, leg->destination);
}

/* Are two legs branches of one request, which a proxy sent to several places? */
static bool are_branches(const StoryLeg *a, const StoryLeg *b)
{
    return a->cseq == b->cseq && g_strcmp0(a->call_id, b->call_id) == 0;
}

/* Is this leg the same offer tried anew: sent once more where a KRR had answered it? */
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

/* The attempt that another leg already gave to a KRR, to one beneath it or to one above it: the hops
 *  between need not have been captured. */
static StoryAttempt *attempt_of_krr(const Weaver *weaver, const StoryKrr *krr)
{
    StoryAttempt *attempt = NULL;

    for (const StoryKrr *known = krr; known && !attempt; known = known->embeds) {
        attempt = g_hash_table_lookup(weaver->by_krr, known);
    }
    return attempt;
}

/* A leg that answered with a KRR, and whose request was not captured or held no offer. */
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

/* A KRR that no response carried: in a request, or without SIP. */
static void weave_stray_krr(Weaver *weaver, StoryKrr *krr)
{
    if (!attempt_of_krr(weaver, krr)) {
        attempt_add_krr(weaver, strand_new(weaver, NULL)->attempt, krr);
    }
}

/* Of most offers nothing comes: no KRR answered them, nor was their initiator ever redirected. They are
 * in no negotiation, and to weave them all would cost more than all the rest. */

/* Whose offer it is, by the name that person() gives; NULL: nobody's whom anybody knows. Caller
 *  frees. */
static char *initiator_of(const StoryOffer *offer)
{
    if (offer->idri) {
        return g_strdup(mcx_identity_bare(offer->idri));
    }
    return offer->facts->uidi ? g_strconcat("uid:", offer->facts->uidi, NULL) : NULL;
}

/* Does a leg of it have a KRR, or may it lend one its request? */
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

/* Notes whom a KRR may have redirected, and which requests are missing. Rather too many: what has no
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

/* The identity without "sip:": one user, however the KMS writes it. "" where none is known. */
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

static void strand_finish(const Weaver *weaver, Strand *strand)
{
    StoryAttempt *attempt = strand->attempt;
    const StoryOffer *offer = attempt->offer;

    story_attempt_finish(attempt, weaver->ledger->policy);
    strand->idri = person(attempt, offer ? offer->idri : NULL, offer ? offer->facts->uidi : NULL,
                          KRR_ELEMENT_IDRI);
    strand->idrr = person(attempt, offer ? offer->idrr : NULL, offer ? offer->facts->uidr : NULL,
                          KRR_ELEMENT_IDRR);
}

GPtrArray *story_weave(Ledger *ledger)
{
    Weaver weaver = {
        .ledger = ledger,
        .attempts = g_ptr_array_new_with_free_func(strand_free),
        .by_krr = g_hash_table_new(NULL, NULL),
        .by_request = g_hash_table_new(request_hash, request_equal),
        .initiators = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };

    if (ledger->krrs->len > 0) {
        weave_attempts(&weaver);
    }
    for (guint i = 0; i < weaver.attempts->len; i++) {
        strand_finish(&weaver, g_ptr_array_index(weaver.attempts, i));
    }
    g_ptr_array_sort(weaver.attempts, compare_strands);
    g_hash_table_unref(weaver.initiators);
    g_hash_table_unref(weaver.by_request);
    g_hash_table_unref(weaver.by_krr);
    return weaver.attempts;
}
