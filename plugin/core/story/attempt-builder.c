/* attempt-builder.c
 * From legs, offers and KRRs to attempts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/attempt-builder.h"

#include "core/event/story-frames.h"
#include "core/octets/mcx-identity.h"
#include "core/story/leg-path.h"

/* KRRs of one attempt: each is compared with those before it. */
#define MAX_KRRS 4096

/* Attempts of one initiator, and legs of an attempt, among which that is looked for whose offer was
 * taken out on the way. */
#define MAX_LOOKED_THROUGH 256

/* While attempts are made. */
typedef struct AttemptBuilder {
    const StorySources *sources;
    GPtrArray *drafts;      /* of AttemptDraft, owned */
    GHashTable *by_krr;     /* StoryKrr -> StoryAttempt: of the KRR, or of one that embeds it */
    GHashTable *by_request; /* StoryLeg whose request was not captured, though a KRR answered it ->
                               StoryAttempt of another branch of that request; NULL: none yet */
    GHashTable *initiators; /* set of texts: whose offers may be in a negotiation */
    GHashTable
        *by_initiator; /* the same texts -> GPtrArray of StoryAttempt (borrowed) with offers */
} AttemptBuilder;

static void draft_free(gpointer data)
{
    AttemptDraft *draft = data;

    story_attempt_free(draft->attempt);
    g_clear_pointer(&draft->users.idri, g_ref_string_release);
    g_clear_pointer(&draft->users.idrr, g_ref_string_release);
    g_free(draft);
}

static AttemptDraft *draft_new(AttemptBuilder *builder, StoryOffer *offer)
{
    AttemptDraft *draft = g_new0(AttemptDraft, 1);

    draft->attempt = story_attempt_new(offer);
    g_ptr_array_add(builder->drafts, draft);
    return draft;
}

/* ---- which offer of a request a KRR answers ---- */

/* Does a text of a KRR contradict that of the offer? What is not known contradicts nothing. */
static bool contradicts(const StoryKrr *krr, KrrElement element, const char *in_offer)
{
    const char *in_krr = krr_text(krr->krr, element);

    return in_krr && in_offer && !krr_same_value(element, in_krr, in_offer);
}

static bool fits(const StoryOffer *offer, const StoryKrr *krr)
{
    const MikeyOffer *facts = offer->facts;

    return !contradicts(krr, KRR_ELEMENT_IDRI, facts->idri) &&
           !contradicts(krr, KRR_ELEMENT_IDRR, facts->idrr) &&
           !contradicts(krr, KRR_ELEMENT_IDRKMSI, facts->idrkmsi) &&
           !contradicts(krr, KRR_ELEMENT_IDRKMSR, facts->idrkmsr);
}

/* The offer of a leg that a KRR answers: the first that the KRR does not contradict, else the first. */
static const StoryOffer *answered_offer(const StoryLeg *leg, const StoryKrr *krr)
{
    for (guint i = 0; i < leg->offers->len; i++) {
        const StoryOffer *offer = story_offer_at(leg->offers, i);
        if (fits(offer, krr)) {
            return offer;
        }
    }
    return story_offer_at(leg->offers, 0);
}

/* ---- branches of one request ---- */

/* What the branches of one request have in common: who sends it, its Call-ID and CSeq. */

static guint hash_request(gconstpointer key)
{
    const StoryLeg *leg = key;

    return (g_str_hash(leg->source) * 31 + leg->cseq) * 31 +
           (leg->call_id ? g_str_hash(leg->call_id) : 0);
}

/* Are two legs branches of one request, which a proxy sent to several places? */
static bool are_branches(const StoryLeg *a, const StoryLeg *b)
{
    return a->cseq == b->cseq && g_strcmp0(a->call_id, b->call_id) == 0;
}

static gboolean equal_requests(gconstpointer a, gconstpointer b)
{
    const StoryLeg *first = a, *second = b;

    return are_branches(first, second) && g_str_equal(first->source, second->source);
}

/* ---- adding to an attempt ---- */

static void add_krr(AttemptBuilder *builder, StoryAttempt *attempt, StoryKrr *krr)
{
    if (attempt->krrs->len >= MAX_KRRS || g_ptr_array_find(attempt->krrs, krr, NULL)) {
        return;
    }
    g_ptr_array_add(attempt->krrs, krr);
    /* The depth is bounded by KRR_MAX_DEPTH. */
    for (StoryKrr *known = krr; known; known = known->embeds) {
        if (!g_hash_table_contains(builder->by_krr, known)) {
            g_hash_table_insert(builder->by_krr, known, attempt);
        }
    }
}

/* Adds a leg that carried the attempt's offer, and the KRRs that answered that offer. */
static void add_leg(AttemptBuilder *builder, StoryAttempt *attempt, StoryLeg *leg)
{
    g_ptr_array_add(attempt->legs, leg);
    if (g_hash_table_contains(builder->by_request, leg)) {
        g_hash_table_insert(builder->by_request, leg, attempt);
    }
    for (guint i = 0; i < leg->krrs->len; i++) {
        StoryKrr *krr = story_krr_at(leg->krrs, i);
        if (answered_offer(leg, krr) == attempt->offer) {
            add_krr(builder, attempt, krr);
        }
    }
}

/* ---- whose offer it is ---- */

/* Whose offer it is, as user_of() names him; NULL: nobody whom anybody knows. To be freed. */
static char *initiator_of(const StoryOffer *offer)
{
    if (offer->idri) {
        return mcx_identity_canonical(offer->idri);
    }
    return offer->facts->uidi ? g_strconcat("uid:", offer->facts->uidi, NULL) : NULL;
}

static void index_attempt(AttemptBuilder *builder, StoryAttempt *attempt)
{
    g_autofree char *initiator = initiator_of(attempt->offer);

    if (!initiator) {
        return;
    }
    GPtrArray *attempts = g_hash_table_lookup(builder->by_initiator, initiator);
    if (!attempts) {
        attempts = g_ptr_array_new();
        g_hash_table_insert(builder->by_initiator, g_steal_pointer(&initiator), attempts);
    }
    g_ptr_array_add(attempts, attempt);
}

/* ---- attempts of offers ---- */

/* Is this leg the same offer tried anew: sent once more where a KRR had answered it? */
static bool begins_anew(const StoryAttempt *attempt, const StoryLeg *leg)
{
    if (!leg->has_request || !story_attempt_is_first_hop(attempt, leg)) {
        return false;
    }
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *before = story_leg_at(attempt->legs, i);
        if (story_attempt_is_first_hop(attempt, before) && before->krrs->len > 0 &&
            !are_branches(before, leg) &&
            story_frame_compare(&leg->request, &before->response) > 0) {
            return true;
        }
    }
    return false;
}

static void add_offer(AttemptBuilder *builder, StoryOffer *offer)
{
    AttemptDraft *draft = NULL;

    for (guint i = 0; i < offer->legs->len; i++) {
        StoryLeg *leg = story_leg_at(offer->legs, i);
        if (!draft || begins_anew(draft->attempt, leg)) {
            draft = draft_new(builder, offer);
            index_attempt(builder, draft->attempt);
        }
        add_leg(builder, draft->attempt, leg);
    }
}

/* ---- attempts of KRRs without an offer ---- */

/* The attempt that another leg already gave to a KRR, to one beneath it or to one above it: the hops
 * between need not have been captured. */
static StoryAttempt *attempt_of_krr(const AttemptBuilder *builder, const StoryKrr *krr)
{
    StoryAttempt *attempt = NULL;

    for (const StoryKrr *known = krr; known && !attempt; known = known->embeds) {
        attempt = g_hash_table_lookup(builder->by_krr, known);
    }
    return attempt;
}

/* ---- offers that were taken out on the way ---- */

/* Is an identity of a KRR that of an offer? What either does not tell is not the same. */
static bool is_same(const StoryKrr *krr, KrrElement element, const char *in_offer)
{
    const char *in_krr = krr_text(krr->krr, element);

    return in_krr && in_offer && krr_same_value(element, in_krr, in_offer);
}

/* Has a KRR all four identities of an offer? */
static bool names_offer(const StoryKrr *krr, const StoryOffer *offer)
{
    return is_same(krr, KRR_ELEMENT_IDRI, offer->idri) &&
           is_same(krr, KRR_ELEMENT_IDRR, offer->idrr) &&
           is_same(krr, KRR_ELEMENT_IDRKMSI, offer->facts->idrkmsi) &&
           is_same(krr, KRR_ELEMENT_IDRKMSR, offer->facts->idrkmsr);
}

/* Did whoever was asked on a leg send the request of another one while that was not answered yet: the
 * same kind of request, and on its way onwards? The clocks of two captures may differ. */
static bool asked_on_with(const AttemptBuilder *builder, const StoryLeg *in, const StoryLeg *out)
{
    const gint64 tolerance =
        in->request.capture == out->request.capture ? STORY_MAX_DISORDER : STORY_MAX_CLOCK_OFFSET;

    return in->has_request && g_strcmp0(in->method, out->method) == 0 &&
           in->request.time_ns <= out->request.time_ns + tolerance &&
           (in->status < 200 || in->response.time_ns + tolerance >= out->request.time_ns) &&
           !g_str_equal(in->source, in->destination) &&
           leg_path_same_node(builder->sources->policy, in->destination, out->source) &&
           !leg_path_same_node(builder->sources->policy, in->source, out->destination);
}

static bool leads_to_leg(const AttemptBuilder *builder, const StoryAttempt *attempt,
                         const StoryLeg *leg)
{
    for (guint i = 0; i < attempt->legs->len && i < MAX_LOOKED_THROUGH; i++) {
        if (asked_on_with(builder, story_leg_at(attempt->legs, i), leg)) {
            return true;
        }
    }
    return false;
}

/* The attempt whose offer a server took out of the request of a leg before it sent that on: the latest
 * with the four identities that the KRR has; NULL: none. */
static StoryAttempt *stripped_attempt(const AttemptBuilder *builder, const StoryLeg *leg)
{
    const StoryKrr *krr = story_krr_at(leg->krrs, 0);
    const char *idri = krr_text(krr->krr, KRR_ELEMENT_IDRI);
    g_autofree char *initiator = idri ? mcx_identity_canonical(idri) : NULL;
    const GPtrArray *attempts =
        initiator ? g_hash_table_lookup(builder->by_initiator, initiator) : NULL;

    for (guint i = 0; attempts && i < attempts->len && i < MAX_LOOKED_THROUGH; i++) {
        StoryAttempt *attempt = story_attempt_at(attempts, attempts->len - 1 - i);
        if (names_offer(krr, attempt->offer) && leads_to_leg(builder, attempt, leg)) {
            return attempt;
        }
    }
    return NULL;
}

/* A leg that answered with a KRR, and whose request was not captured or held no offer. */
static void add_leg_without_offer(AttemptBuilder *builder, StoryLeg *leg)
{
    bool unasked = leg->has_request && leg->request_readable;
    StoryAttempt *attempt = unasked ? stripped_attempt(builder, leg)
                                    : attempt_of_krr(builder, story_krr_at(leg->krrs, 0));

    if (!attempt && !leg->has_request) {
        attempt = g_hash_table_lookup(builder->by_request, leg);
    }
    if (!attempt) {
        AttemptDraft *draft = draft_new(builder, NULL);
        draft->unasked = unasked;
        attempt = draft->attempt;
    }
    g_ptr_array_add(attempt->legs, leg);
    for (guint i = 0; i < leg->krrs->len; i++) {
        add_krr(builder, attempt, story_krr_at(leg->krrs, i));
    }
}

/* Did no response carry the KRR, but a request, or a message that is no SIP? Of one that cannot be
 * read, nothing is known that would make an attempt. */
static bool is_stray(const StoryKrr *krr)
{
    return krr->seen_alone && krr->legs->len == 0 && !krr->unreadable &&
           krr->carrier != STORY_CARRIER_KMS_UPLOAD;
}

static void add_stray_krr(AttemptBuilder *builder, StoryKrr *krr)
{
    if (!attempt_of_krr(builder, krr)) {
        add_krr(builder, draft_new(builder, NULL)->attempt, krr);
    }
}

/* ---- which offers may be in a negotiation ---- */

/* Of most offers nothing comes: no KRR answered them, nor was their initiator ever redirected. They are
 * in no negotiation, and to make attempts of them all would cost more than all the rest. */

/* Does a leg of the offer have a KRR, or is it a branch of a request that such a leg lacks? */
static bool meets_krr(const AttemptBuilder *builder, const StoryOffer *offer)
{
    for (guint i = 0; i < offer->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(offer->legs, i);
        if (leg->krrs->len > 0 || g_hash_table_contains(builder->by_request, leg)) {
            return true;
        }
    }
    return false;
}

/* @param initiator  taken over; NULL: nothing happens */
static void add_initiator(AttemptBuilder *builder, char *initiator)
{
    if (initiator) {
        g_hash_table_add(builder->initiators, initiator);
    }
}

static void note_missing_requests(AttemptBuilder *builder)
{
    const GPtrArray *legs = builder->sources->legs;

    for (guint i = 0; i < legs->len; i++) {
        StoryLeg *leg = story_leg_at(legs, i);
        if (leg->offers->len == 0 && !leg->has_request) {
            g_hash_table_insert(builder->by_request, leg, NULL);
        }
    }
}

/* Notes whom a KRR may have redirected. Rather too many: a negotiation without a KRR is dropped in the
 * end. */
static void note_initiators(AttemptBuilder *builder)
{
    const StorySources *sources = builder->sources;

    for (guint i = 0; i < sources->krrs->len; i++) {
        const char *idri = krr_text(story_krr_at(sources->krrs, i)->krr, KRR_ELEMENT_IDRI);
        add_initiator(builder, idri ? mcx_identity_canonical(idri) : NULL);
    }
    for (guint i = 0; i < sources->offers->len; i++) {
        const StoryOffer *offer = story_offer_at(sources->offers, i);
        if (meets_krr(builder, offer)) {
            add_initiator(builder, initiator_of(offer));
        }
    }
}

static bool may_be_in_negotiation(const AttemptBuilder *builder, const StoryOffer *offer)
{
    g_autofree char *initiator = initiator_of(offer);

    return initiator ? g_hash_table_contains(builder->initiators, initiator)
                     : meets_krr(builder, offer);
}

/* ---- all ---- */

static void build(AttemptBuilder *builder)
{
    const StorySources *sources = builder->sources;

    note_missing_requests(builder);
    note_initiators(builder);
    for (guint i = 0; i < sources->offers->len; i++) {
        StoryOffer *offer = story_offer_at(sources->offers, i);
        if (may_be_in_negotiation(builder, offer)) {
            add_offer(builder, offer);
        }
    }
    for (guint i = 0; i < sources->legs->len; i++) {
        StoryLeg *leg = story_leg_at(sources->legs, i);
        if (leg->offers->len == 0) {
            add_leg_without_offer(builder, leg);
        }
    }
    for (guint i = 0; i < sources->krrs->len; i++) {
        StoryKrr *krr = story_krr_at(sources->krrs, i);
        if (is_stray(krr)) {
            add_stray_krr(builder, krr);
        }
    }
}

/* A user of an attempt, as UserPair has it: one user, however the identity is written.
 * @param identity  as the offer tells it, @param uid  likewise; NULL: it does not */
static GRefString *user_of(const StoryAttempt *attempt, const char *identity, const char *uid,
                           KrrElement element)
{
    if (!identity && attempt->krrs->len > 0) {
        identity = krr_text(story_krr_at(attempt->krrs, 0)->krr, element);
    }
    if (!identity) {
        g_autofree char *hidden = uid ? g_strconcat("uid:", uid, NULL) : g_strdup("");
        return g_ref_string_new_intern(hidden);
    }
    g_autofree char *user = mcx_identity_canonical(identity);
    return g_ref_string_new_intern(user);
}

static void settle(AttemptDraft *draft, const KmsPolicy *policy)
{
    StoryAttempt *attempt = draft->attempt;
    const StoryOffer *offer = attempt->offer;

    story_attempt_settle(attempt, policy);
    draft->users = (UserPair){
        .idri = user_of(attempt, offer ? offer->idri : NULL, offer ? offer->facts->uidi : NULL,
                        KRR_ELEMENT_IDRI),
        .idrr = user_of(attempt, offer ? offer->idrr : NULL, offer ? offer->facts->uidr : NULL,
                        KRR_ELEMENT_IDRR),
    };
}

static int compare_drafts(gconstpointer a, gconstpointer b)
{
    const AttemptDraft *first = *(const AttemptDraft *const *)a;
    const AttemptDraft *second = *(const AttemptDraft *const *)b;

    return story_frame_compare(&first->attempt->started, &second->attempt->started);
}

GPtrArray *attempt_builder_run(const StorySources *sources)
{
    AttemptBuilder builder = {
        .sources = sources,
        .drafts = g_ptr_array_new_with_free_func(draft_free),
        .by_krr = g_hash_table_new(NULL, NULL),
        .by_request = g_hash_table_new(hash_request, equal_requests),
        .initiators = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .by_initiator = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify)g_ptr_array_unref),
    };

    if (sources->krrs->len > 0) {
        build(&builder);
    }
    for (guint i = 0; i < builder.drafts->len; i++) {
        settle(attempt_draft_at(builder.drafts, i), sources->policy);
    }
    g_ptr_array_sort(builder.drafts, compare_drafts);
    g_hash_table_unref(builder.by_initiator);
    g_hash_table_unref(builder.initiators);
    g_hash_table_unref(builder.by_request);
    g_hash_table_unref(builder.by_krr);
    return builder.drafts;
}
