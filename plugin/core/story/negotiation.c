/* negotiation.c
 * The redirect chains: attempt, redirect, attempt ... outcome
 *
 * Built when all is in the ledger: the attempts in order of time are strung together by initiator,
 * receiver and key purpose.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation.h"

#include "core/story/negotiation-private.h"
#include "core/story/story-frames.h"

/* Negotiations of the same two people that may be under way at once. */
#define MAX_PARALLEL 64

/* While attempts are strung together. */
typedef struct Linker {
    Ledger *ledger;
    GHashTable *by_people; /* text -> GPtrArray of Chain: the same initiator and receiver */
    GPtrArray *chains;     /* of Chain */
    gint64 window_ns;
} Linker;

/* A negotiation in the making. */
typedef struct Chain {
    StoryNegotiation *negotiation; /* borrowed from the linker's chains */
    StoryAttempt *last;
} Chain;

void story_negotiation_free(gpointer data)
{
    StoryNegotiation *negotiation = data;

    g_ptr_array_unref(negotiation->attempts);
    g_free(negotiation);
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

/* ---- chains ---- */

static guint attempt_purpose(const StoryAttempt *attempt)
{
    return attempt->offer ? mikey_purpose(attempt->offer->facts->csb_id) : STORY_PURPOSE_UNKNOWN;
}

/* What the requests of an attempt were, or NULL. */
static const char *attempt_method(const StoryAttempt *attempt)
{
    return attempt->legs->len > 0 ? ((const StoryLeg *)attempt->legs->pdata[0])->method : NULL;
}

/* May an attempt be about the key of a chain? Where an offer was not captured, its purpose is not known;
 *  then at least the requests are of one kind, for each kind of key has its own. */
static bool may_be_same_key(const Chain *chain, const StoryAttempt *attempt)
{
    guint purpose = attempt_purpose(attempt);

    if (purpose != STORY_PURPOSE_UNKNOWN && chain->negotiation->purpose != STORY_PURPOSE_UNKNOWN) {
        return purpose == chain->negotiation->purpose;
    }
    return !story_contradicts(attempt_method(attempt), attempt_method(chain->last));
}

/* May this attempt be the next one of the chain? A call that came about ends its negotiation: what
 *  the same people do next is a matter of its own. */
static bool continues(const Linker *linker, const Chain *chain, const StoryAttempt *attempt)
{
    const StoryAttempt *last = chain->last;
    bool answered = last->status != 0 || last->krrs->len > 0;
    bool established = story_is_success(last->status);
    gint64 pause = attempt->started.time_ns - last->ended.time_ns;
    gint64 earliest = attempt->started.capture == last->ended.capture ? 0 : -STORY_MAX_CLOCK_OFFSET;

    return answered && !established && pause >= earliest && pause <= linker->window_ns &&
           may_be_same_key(chain, attempt);
}

static Chain *chain_new(Linker *linker, GPtrArray *same_people)
{
    Chain *chain = g_new0(Chain, 1);

    chain->negotiation = g_new0(StoryNegotiation, 1);
    chain->negotiation->attempts = g_ptr_array_new_with_free_func(story_attempt_free);
    chain->negotiation->purpose = STORY_PURPOSE_UNKNOWN;
    g_ptr_array_add(linker->chains, chain);
    g_ptr_array_add(same_people, chain);
    return chain;
}

static GPtrArray *chains_of(Linker *linker, const Strand *strand)
{
    /* Interned texts are the same where they stand at the same place; they may be long. */
    char *people = g_strdup_printf("%p\t%p", (void *)strand->idri, (void *)strand->idrr);
    GPtrArray *chains = g_hash_table_lookup(linker->by_people, people);

    if (chains) {
        g_free(people);
    } else {
        chains = g_ptr_array_new();
        g_hash_table_insert(linker->by_people, people, chains);
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

/* Was the last attempt asked for credentials, and is this one the same offer made anew with them?
 *  Then they are one attempt. */
static bool brings_credentials(const StoryAttempt *last, const StoryAttempt *attempt)
{
    return last->offer && attempt->offer && story_asks_for_credentials(last->status) &&
           last->krrs->len == 0 &&
           g_strcmp0(last->offer->facts->idrkmsi, attempt->offer->facts->idrkmsi) == 0 &&
           g_strcmp0(last->offer->facts->idrkmsr, attempt->offer->facts->idrkmsr) == 0;
}

/* The same, by a capture whose clock is late: what is asked for credentials seems to come after. */
static bool is_challenge_of(const StoryAttempt *last, const StoryAttempt *attempt)
{
    return brings_credentials(attempt, last) && attempt->started.capture != last->started.capture &&
           attempt->started.time_ns - last->started.time_ns <= STORY_MAX_CLOCK_OFFSET;
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

/* The chain that the attempt continues, or NULL: the latest one for the same key, else the latest that
 *  may be. Where it may be about one key as well as about another it is linked to neither, and somebody
 *  whom nobody knows is never linked. */
static Chain *chain_of(const Linker *linker, const GPtrArray *same_people, const Strand *strand)
{
    guint purpose = attempt_purpose(strand->attempt);
    Chain *found = NULL;

    if (strand->unasked || !strand->idri[0] || !strand->idrr[0]) {
        return NULL;
    }
    for (guint i = 0; i < same_people->len && i < MAX_PARALLEL; i++) {
        Chain *chain = g_ptr_array_index(same_people, same_people->len - 1 - i);
        if (!continues(linker, chain, strand->attempt)) {
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

static void weave_chains(Linker *linker, const GPtrArray *strands)
{
    for (guint i = 0; i < strands->len; i++) {
        Strand *strand = g_ptr_array_index(strands, i);
        GPtrArray *same_people = chains_of(linker, strand);
        Chain *chain = chain_of(linker, same_people, strand);

        if (chain && brings_credentials(chain->last, strand->attempt)) {
            chain->last->offer = strand->attempt->offer;
            story_attempt_absorb(chain->last, strand->attempt, linker->ledger->policy);
        } else if (chain && is_challenge_of(chain->last, strand->attempt)) {
            story_attempt_absorb(chain->last, strand->attempt, linker->ledger->policy);
        } else {
            chain_take(chain ? chain : chain_new(linker, same_people), strand);
        }
    }
}

/* ---- outcomes ---- */

static StoryOutcome outcome_of(const Linker *linker, const StoryAttempt *last)
{
    if (story_is_success(last->status)) {
        return STORY_OUTCOME_ESTABLISHED;
    }
    if (last->received) {
        const KrrList *lists = last->received->krr->lists;
        if (lists[KRR_INITIATOR].kind == KRR_LIST_EMPTY ||
            lists[KRR_RECEIVER].kind == KRR_LIST_EMPTY) {
            return STORY_OUTCOME_NO_ACCEPTABLE_KMS;
        }
        return linker->ledger->end_ns - last->ended.time_ns > linker->window_ns
                   ? STORY_OUTCOME_ABANDONED
                   : STORY_OUTCOME_OPEN;
    }
    return last->status >= 300 && !story_asks_for_credentials(last->status) ? STORY_OUTCOME_REFUSED
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

static void finish_negotiation(const Linker *linker, StoryNegotiation *negotiation)
{
    const StoryAttempt *first = negotiation->attempts->pdata[0];
    const StoryAttempt *last = negotiation->attempts->pdata[negotiation->attempts->len - 1];

    negotiation->idri = known_identity(negotiation, true);
    negotiation->idrr = known_identity(negotiation, false);
    negotiation->started = first->started;
    negotiation->ended = last->ended;
    negotiation->outcome = outcome_of(linker, last);
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
    Linker linker = {
        .ledger = ledger,
        .by_people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)g_ptr_array_unref),
        .chains = g_ptr_array_new_with_free_func(g_free),
        .window_ns = kms_policy_window(ledger->policy) * STORY_SECOND,
    };

    g_ptr_array_sort(ledger->legs, story_leg_compare);
    for (guint i = 0; i < ledger->legs->len; i++) {
        ((StoryLeg *)ledger->legs->pdata[i])->place = i;
    }
    for (guint i = 0; i < ledger->offers->len; i++) {
        g_ptr_array_sort(((StoryOffer *)ledger->offers->pdata[i])->legs, story_leg_compare);
    }
    g_autoptr(GPtrArray) strands = story_weave(ledger);
    weave_chains(&linker, strands);
    for (guint i = 0; i < linker.chains->len; i++) {
        StoryNegotiation *negotiation = ((Chain *)linker.chains->pdata[i])->negotiation;
        if (saw_krr(negotiation)) {
            finish_negotiation(&linker, negotiation);
            g_ptr_array_add(ledger->negotiations, negotiation);
        } else {
            story_negotiation_free(negotiation);
        }
    }
    number_negotiations(ledger);
    g_ptr_array_unref(linker.chains);
    g_hash_table_unref(linker.by_people);
}
