/* negotiation-builder.c
 * From attempts to negotiations: the attempts of the same users for the same key purpose, in order of
 * time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation-builder.h"

#include "core/event/story-frames.h"
#include "core/octets/kms-uri.h"
#include "core/story/leg-path.h"

/* Negotiations of the same two users that may be under way at once. */
#define MAX_PARALLEL 64

/* Legs of an attempt that are looked through; more than an honest one has. */
#define MAX_COMPARED_LEGS 256

/* A negotiation in the making. */
typedef struct NegotiationDraft {
    StoryNegotiation *negotiation; /* owned by nobody until it is finished */
    StoryAttempt *last;
    /* The last one that was answered by a KRR, which binds the device that received it; NULL: none. */
    const StoryAttempt *bound;
    /* The first one since then that came about; NULL: none. */
    const StoryAttempt *established;
} NegotiationDraft;

/* While negotiations are made. */
typedef struct NegotiationBuilder {
    const KmsPolicy *policy;
    gint64 window_ns;
    GPtrArray *drafts; /* of NegotiationDraft, owned */
    GHashTable
        *by_users; /* UserPair (of an AttemptDraft) -> GPtrArray of NegotiationDraft (borrowed) */
} NegotiationBuilder;

/* ---- whose negotiations ---- */

/* Interned texts are the same where they stand at the same place. */

static guint hash_users(gconstpointer key)
{
    const UserPair *users = key;

    return g_direct_hash(users->idri) * 31 + g_direct_hash(users->idrr);
}

static gboolean equal_users(gconstpointer a, gconstpointer b)
{
    const UserPair *first = a, *second = b;

    return first->idri == second->idri && first->idrr == second->idrr;
}

/* The negotiations so far of two users. */
static GPtrArray *drafts_of(NegotiationBuilder *builder, const UserPair *users)
{
    GPtrArray *drafts = g_hash_table_lookup(builder->by_users, users);

    if (!drafts) {
        drafts = g_ptr_array_new();
        g_hash_table_insert(builder->by_users, (gpointer)users, drafts);
    }
    return drafts;
}

/* ---- which negotiation an attempt continues ---- */

static const char *method_of(const StoryAttempt *attempt)
{
    const StoryLeg *leg = story_attempt_first_leg(attempt);

    return leg ? leg->method : NULL;
}

/* May an attempt be about the key of a negotiation? Where an offer was not captured, its purpose is not
 * known; then at least the requests are of one kind, for each kind of key has its own. */
static bool may_be_same_key(const NegotiationDraft *draft, const StoryAttempt *attempt)
{
    const guint known = draft->negotiation->purpose, purpose = story_attempt_purpose(attempt);
    const char *method = method_of(attempt), *before = method_of(draft->last);

    if (purpose != STORY_PURPOSE_UNKNOWN && known != STORY_PURPOSE_UNKNOWN) {
        return purpose == known;
    }
    return !method || !before || g_str_equal(method, before);
}

/* Does an attempt begin after another one ended, within the window? */
static bool begins_in_window(const NegotiationBuilder *builder, const StoryAttempt *before,
                             const StoryAttempt *attempt)
{
    gint64 pause_ns = attempt->started.time_ns - before->ended.time_ns;
    gint64 least_ns =
        attempt->started.capture == before->ended.capture ? 0 : -STORY_MAX_CLOCK_OFFSET;

    return pause_ns >= least_ns && pause_ns <= builder->window_ns;
}

/* Did an address take part in an attempt as a server: was it asked? */
static bool was_asked(const NegotiationBuilder *builder, const StoryAttempt *attempt,
                      const char *address)
{
    for (guint i = 0; i < attempt->legs->len && i < MAX_COMPARED_LEGS; i++) {
        if (leg_path_same_node(builder->policy, story_leg_at(attempt->legs, i)->destination,
                               address)) {
            return true;
        }
    }
    return false;
}

/* Were two requests sent from different places? Behind an address translator there may be several
 * devices, each of which has ports and a Contact of its own there. */
static bool are_places_apart(const NegotiationBuilder *builder, const StoryLeg *a,
                             const StoryLeg *b)
{
    if (!leg_path_same_node(builder->policy, a->source, b->source)) {
        return true;
    }
    return a->contact && b->contact && a->source_port != b->source_port;
}

/* Does an attempt come from another device than a negotiation? By the instance that the device names
 * (RFC 5626), else by its Contact and the address that it sends from, of which one may change: NAT binds
 * a device anew. An address that is a server's tells nothing of who is behind it. A device of its own was
 * sent no KRR, and begins afresh. */
static bool is_of_other_device(const NegotiationBuilder *builder, const NegotiationDraft *draft,
                               const StoryAttempt *attempt)
{
    const StoryAttempt *before = draft->bound ? draft->bound : draft->last;
    const StoryLeg *leg = story_attempt_first_leg(attempt);
    const StoryLeg *first = story_attempt_first_leg(before);

    if (!leg || !first) {
        return false;
    }
    if (leg->instance && first->instance) {
        return leg->instance != first->instance;
    }
    if (leg->contact && leg->contact == first->contact) {
        return false;
    }
    return are_places_apart(builder, leg, first) && !was_asked(builder, before, leg->source) &&
           !was_asked(builder, attempt, first->source);
}

/* Does a KRR that the negotiation's device received bind an attempt? Every one that begins in the window,
 * also beside others and where others were not answered, until one came about. */
static bool is_bound(const NegotiationBuilder *builder, const NegotiationDraft *draft,
                     const StoryAttempt *attempt)
{
    const bool over =
        draft->established && draft->established->ended.time_ns <= attempt->started.time_ns;

    return draft->bound && !over && begins_in_window(builder, draft->bound, attempt);
}

/* May this attempt be the next one of the negotiation? A call that came about ends its negotiation: what
 * the same users do next is a matter of its own. */
static bool may_continue(const NegotiationBuilder *builder, const NegotiationDraft *draft,
                         const StoryAttempt *attempt)
{
    const StoryAttempt *last = draft->last;
    const bool answered = last->status != 0 || last->krrs->len > 0;
    const bool follows =
        answered && !story_is_success(last->status) && begins_in_window(builder, last, attempt);

    return (follows || is_bound(builder, draft, attempt)) && may_be_same_key(draft, attempt) &&
           !is_of_other_device(builder, draft, attempt);
}

/* The negotiation that an attempt continues, or NULL: the latest one for the same key, else the latest
 * that may be. Where the attempt may be about one key as well as about another it is linked to neither,
 * and a user whom nobody knows is never linked.
 * @param candidates  of the same users */
static NegotiationDraft *find_continued(const NegotiationBuilder *builder,
                                        const GPtrArray *candidates, const AttemptDraft *next)
{
    const guint purpose = story_attempt_purpose(next->attempt);
    NegotiationDraft *found = NULL;

    if (next->unasked || !next->users.idri[0] || !next->users.idrr[0]) {
        return NULL;
    }
    for (guint i = 0; i < candidates->len && i < MAX_PARALLEL; i++) {
        NegotiationDraft *draft = g_ptr_array_index(candidates, candidates->len - 1 - i);
        if (!may_continue(builder, draft, next->attempt)) {
            continue;
        }
        if (purpose != STORY_PURPOSE_UNKNOWN && draft->negotiation->purpose == purpose) {
            return draft;
        }
        if (!found) {
            found = draft;
        } else if (purpose == STORY_PURPOSE_UNKNOWN &&
                   draft->negotiation->purpose != found->negotiation->purpose) {
            return NULL;
        }
    }
    return found;
}

/* ---- adding an attempt ---- */

static NegotiationDraft *draft_new(NegotiationBuilder *builder, GPtrArray *of_users)
{
    NegotiationDraft *draft = g_new0(NegotiationDraft, 1);

    draft->negotiation = story_negotiation_new();
    g_ptr_array_add(builder->drafts, draft);
    g_ptr_array_add(of_users, draft);
    return draft;
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

static void note_last(NegotiationDraft *draft, StoryAttempt *attempt)
{
    draft->last = attempt;
    if (attempt->krrs->len > 0) {
        draft->bound = attempt;
        draft->established = NULL;
    }
    if (!draft->established && story_is_success(attempt->status)) {
        draft->established = attempt;
    }
}

static void append_attempt(NegotiationDraft *draft, AttemptDraft *next)
{
    StoryNegotiation *negotiation = draft->negotiation;
    StoryAttempt *attempt = g_steal_pointer(&next->attempt);

    attempt->linked_by = link_of(attempt, negotiation->attempts->len == 0);
    if (negotiation->purpose == STORY_PURPOSE_UNKNOWN) {
        negotiation->purpose = story_attempt_purpose(attempt);
    }
    g_ptr_array_add(negotiation->attempts, attempt);
    note_last(draft, attempt);
}

/* @param a, b  NULL: none is named */
static bool same_kms(const char *a, const char *b)
{
    return a && b ? kms_uri_same(a, b) : a == b;
}

/* Was the last attempt asked for credentials, and is this one the same offer made anew with them? Then
 * they are one attempt. */
static bool brings_credentials(const StoryAttempt *last, const StoryAttempt *attempt)
{
    return last->offer && attempt->offer && story_asks_for_credentials(last->status) &&
           last->krrs->len == 0 &&
           same_kms(last->offer->facts->idrkmsi, attempt->offer->facts->idrkmsi) &&
           same_kms(last->offer->facts->idrkmsr, attempt->offer->facts->idrkmsr);
}

/* The same the other way round, where the clock of a capture is late: the attempt that was asked for
 * credentials seems to come after the one that brings them. */
static bool is_challenge_of(const StoryAttempt *last, const StoryAttempt *attempt)
{
    return brings_credentials(attempt, last) && attempt->started.capture != last->started.capture &&
           attempt->started.time_ns - last->started.time_ns <= STORY_MAX_CLOCK_OFFSET;
}

/* Is an attempt but a request of the same dialogue that was sent before the last attempt's, by its CSeq:
 * repeated, or the only one of it that was captured? It is no new offer then (RFC 3261, 12.2.2). */
static bool was_sent_before(const StoryAttempt *last, const StoryAttempt *attempt)
{
    const StoryLeg *leg = story_attempt_first_leg(attempt);

    for (guint i = 0; leg && leg->call_id && i < last->legs->len && i < MAX_COMPARED_LEGS; i++) {
        const StoryLeg *other = story_leg_at(last->legs, i);
        if (leg->cseq < other->cseq && g_strcmp0(leg->call_id, other->call_id) == 0 &&
            g_str_equal(leg->source, other->source) &&
            g_str_equal(leg->destination, other->destination)) {
            return true;
        }
    }
    return false;
}

static void add_attempt(NegotiationBuilder *builder, AttemptDraft *next)
{
    GPtrArray *of_users = drafts_of(builder, &next->users);
    NegotiationDraft *draft = find_continued(builder, of_users, next);

    if (draft && brings_credentials(draft->last, next->attempt)) {
        draft->last->offer = next->attempt->offer;
        story_attempt_absorb(draft->last, next->attempt, builder->policy);
        note_last(draft, draft->last);
    } else if (draft && (is_challenge_of(draft->last, next->attempt) ||
                         was_sent_before(draft->last, next->attempt))) {
        story_attempt_absorb(draft->last, next->attempt, builder->policy);
        note_last(draft, draft->last);
    } else {
        append_attempt(draft ? draft : draft_new(builder, of_users), next);
    }
}

/* ---- all ---- */

static int compare_negotiations(gconstpointer a, gconstpointer b)
{
    const StoryNegotiation *first = *(const StoryNegotiation *const *)a;
    const StoryNegotiation *second = *(const StoryNegotiation *const *)b;

    return story_frame_compare(&first->started, &second->started);
}

/* The negotiations in which a KRR was seen; frees the others. */
static GPtrArray *finish(const NegotiationBuilder *builder, gint64 end_ns)
{
    GPtrArray *negotiations = g_ptr_array_new_with_free_func(story_negotiation_free);

    for (guint i = 0; i < builder->drafts->len; i++) {
        const NegotiationDraft *draft = g_ptr_array_index(builder->drafts, i);
        if (story_negotiation_has_krr(draft->negotiation)) {
            story_negotiation_settle(draft->negotiation, builder->window_ns, end_ns);
            g_ptr_array_add(negotiations, draft->negotiation);
        } else {
            story_negotiation_free(draft->negotiation);
        }
    }
    g_ptr_array_sort(negotiations, compare_negotiations);
    for (guint i = 0; i < negotiations->len; i++) {
        story_negotiation_at(negotiations, i)->number = i + 1;
    }
    return negotiations;
}

GPtrArray *negotiation_builder_run(const StorySources *sources)
{
    g_autoptr(GPtrArray) attempts = attempt_builder_run(sources);
    NegotiationBuilder builder = {
        .policy = sources->policy,
        .window_ns = story_window_ns(sources->policy),
        .drafts = g_ptr_array_new_with_free_func(g_free),
        .by_users =
            g_hash_table_new_full(hash_users, equal_users, NULL, (GDestroyNotify)g_ptr_array_unref),
    };

    for (guint i = 0; i < attempts->len; i++) {
        add_attempt(&builder, attempt_draft_at(attempts, i));
    }
    GPtrArray *negotiations = finish(&builder, sources->end_ns);
    g_hash_table_unref(builder.by_users);
    g_ptr_array_unref(builder.drafts);
    return negotiations;
}
