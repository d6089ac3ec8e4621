/* draft-facts.c
 * What captures tell of a policy that nobody has written down: users, their KMSs, who asked whom
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/draft-facts.h"

#include <string.h>

#include "core/policy/kms-lookalike.h"
#include "core/stores/kms-use-log.h"

/* So many users of a domain are named. */
#define MAX_IDENTITIES 5

char *draft_pattern(const char *identity)
{
    const char *at = strchr(identity, '@');
    const char *colon = strchr(identity, ':');
    g_autofree char *scheme = colon && (!at || colon < at)
                                  ? g_ascii_strdown(identity, colon - identity + 1)
                                  : g_strdup(at ? "sip:" : "");

    if (at) {
        gsize length = strcspn(at + 1, ":;?>/");
        g_autofree char *host = g_ascii_strdown(at + 1, (gssize)length);
        return length > 0 ? g_strdup_printf("%s*@%s", scheme, host) : NULL;
    }
    return *scheme ? g_strdup_printf("%s*", scheme) : NULL;
}

/* ---- users ---- */

static void users_free(gpointer data)
{
    DraftUsers *users = data;

    g_free(users->pattern);
    g_ptr_array_unref(users->identities);
    g_free(users);
}

/* Is there room for one more? What there is none for is counted. */
static bool has_room(DraftFacts *facts, const GPtrArray *things)
{
    const bool room = things->len < DRAFT_MAX_NAMES;

    facts->left_out += !room;
    return room;
}

/* NULL where the identity has no pattern, or there is no room for it. */
static DraftUsers *users_of(DraftFacts *facts, const char *identity, StoryFrame first)
{
    g_autofree char *pattern = identity ? draft_pattern(identity) : NULL;
    DraftUsers *users = pattern ? g_hash_table_lookup(facts->by_pattern, pattern) : NULL;

    if (users || !pattern || !has_room(facts, facts->users)) {
        return users;
    }
    users = g_new0(DraftUsers, 1);
    users->pattern = g_steal_pointer(&pattern);
    users->identities = g_ptr_array_new_with_free_func(g_free);
    users->first = first;
    g_ptr_array_add(facts->users, users);
    g_hash_table_insert(facts->by_pattern, users->pattern, users);
    return users;
}

static void note_identity(DraftUsers *users, const char *identity)
{
    if (users->identities->len < MAX_IDENTITIES &&
        !g_ptr_array_find_with_equal_func(users->identities, identity, g_str_equal, NULL)) {
        g_ptr_array_add(users->identities, g_strdup(identity));
    }
}

static void note_users(DraftFacts *facts, const KmsUse *use)
{
    DraftUsers *initiators = users_of(facts, use->idri, use->first);
    DraftUsers *receivers = users_of(facts, use->idrr, use->first);

    if (initiators) {
        note_identity(initiators, use->idri);
        initiators->made += use->count;
    }
    if (receivers) {
        note_identity(receivers, use->idrr);
        receivers->got += use->count;
    }
}

/* Whoever made the most offers is audited, most likely. */
static const DraftUsers *find_own(const DraftFacts *facts)
{
    const DraftUsers *own = NULL;

    for (guint i = 0; i < facts->users->len; i++) {
        const DraftUsers *users = g_ptr_array_index(facts->users, i);
        if (users->made > 0 && (!own || users->made > own->made)) {
            own = users;
        }
    }
    return own;
}

static bool is_own(const DraftFacts *facts, const char *identity)
{
    g_autofree char *pattern = identity ? draft_pattern(identity) : NULL;

    return facts->own && g_strcmp0(pattern, facts->own->pattern) == 0;
}

/* ---- KMSs ---- */

static void kms_free(gpointer data)
{
    DraftKms *kms = data;

    g_free(kms->name);
    g_free(kms);
}

/* NULL where there is no room for it. */
static DraftKms *kms_of(DraftFacts *facts, const char *name, StoryFrame first)
{
    DraftKms *kms = g_hash_table_lookup(facts->by_name, name);

    if (kms || !has_room(facts, facts->kms)) {
        return kms;
    }
    kms = g_new0(DraftKms, 1);
    kms->name = g_strdup(name);
    kms->first = first;
    g_ptr_array_add(facts->kms, kms);
    g_hash_table_insert(facts->by_name, kms->name, kms);
    return kms;
}

static void note_kms(DraftFacts *facts, const KmsUse *use)
{
    DraftKms *initiator = use->idrkmsi ? kms_of(facts, use->idrkmsi, use->first) : NULL;
    DraftKms *receiver = use->idrkmsr ? kms_of(facts, use->idrkmsr, use->first) : NULL;

    if (initiator) {
        *(is_own(facts, use->idri) ? &initiator->own : &initiator->other) += use->count;
    }
    if (receiver) {
        receiver->other += use->count;
    }
}

static void note_lists(DraftFacts *facts, const StoryKrr *krr)
{
    for (guint side = 0; side < KRR_N_SIDES; side++) {
        const KrrList *list = &krr->krr->lists[side];
        for (guint i = 0; i < list->kms->len; i++) {
            const char *name = krr_list_kms_at(list, i);
            DraftKms *kms =
                name && *name ? kms_of(facts, name, *story_frame_at(krr->frames, 0)) : NULL;
            if (kms) {
                kms->lists++;
            }
        }
    }
}

static void note_exchange(DraftFacts *facts, const KmsExchange *exchange)
{
    DraftKms *kms = exchange->kms && is_own(facts, exchange->user)
                        ? kms_of(facts, exchange->kms, exchange->request)
                        : NULL;

    if (kms) {
        kms->asked = true;
    }
}

static const DraftKms *find_home(const DraftFacts *facts)
{
    const DraftKms *home = NULL;

    for (guint i = 0; i < facts->kms->len; i++) {
        const DraftKms *kms = g_ptr_array_index(facts->kms, i);
        if (kms->own > 0 && (!home || kms->own > home->own)) {
            home = kms;
        }
    }
    return home;
}

/* A KMS that passes for the home KMS, or for one that was named before it, is what a forger would put
 * in. */
static void find_lookalikes(DraftFacts *facts)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    if (facts->home) {
        g_ptr_array_add(known, facts->home->name);
    }
    for (guint i = 0; i < facts->kms->len; i++) {
        DraftKms *kms = g_ptr_array_index(facts->kms, i);
        if (kms != facts->home) {
            kms_lookalike(kms->name, known, &kms->like);
        }
        if (kms != facts->home && !kms->like) {
            g_ptr_array_add(known, kms->name);
        }
    }
}

/* ---- all of it ---- */

static void gather(DraftFacts *facts, const Ledger *ledger)
{
    g_autoptr(KmsUseLog) log =
        kms_use_log_with(ledger_removed_uses(ledger), ledger_all_offers(ledger), NULL);
    const GPtrArray *uses = kms_use_log_uses(log);
    const GPtrArray *krrs = ledger_krrs(ledger);
    const GPtrArray *exchanges = kms_traffic_exchanges(ledger_kms_traffic(ledger));

    for (guint i = 0; i < uses->len; i++) {
        note_users(facts, g_ptr_array_index(uses, i));
    }
    facts->own = find_own(facts);
    for (guint i = 0; i < uses->len; i++) {
        note_kms(facts, g_ptr_array_index(uses, i));
    }
    for (guint i = 0; i < krrs->len; i++) {
        note_lists(facts, story_krr_at(krrs, i));
    }
    for (guint i = 0; i < exchanges->len; i++) {
        note_exchange(facts, g_ptr_array_index(exchanges, i));
    }
    facts->home = find_home(facts);
    find_lookalikes(facts);
}

DraftFacts *draft_facts_new(const Report *report)
{
    DraftFacts *facts = g_new0(DraftFacts, 1);

    facts->users = g_ptr_array_new_with_free_func(users_free);
    facts->kms = g_ptr_array_new_with_free_func(kms_free);
    facts->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    facts->by_pattern = g_hash_table_new(g_str_hash, g_str_equal);
    gather(facts, report->ledger);
    return facts;
}

void draft_facts_free(DraftFacts *facts)
{
    g_hash_table_unref(facts->by_pattern);
    g_hash_table_unref(facts->by_name);
    g_ptr_array_unref(facts->users);
    g_ptr_array_unref(facts->kms);
    g_free(facts);
}
