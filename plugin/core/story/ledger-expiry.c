/* ledger-expiry.c
 * What the ledger keeps, and for how long
 *
 * Most offers are never redirected. Each is looked at once its answer cannot come any more, and is
 * let go with its legs unless something is to be said about it: a KRR answered it, it may be a retry,
 * or its signature is not what it should be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/story/ledger-private.h"

/* After its last sighting an offer may be answered for as long as timer C of RFC 3261 and more. */
#define ANSWER_TIME (240 * STORY_SECOND)
/* Initiators whose last redirect is remembered by name. */
#define MAX_PEOPLE 65536
/* Offers that are kept for their signatures alone: enough to show, not all of a flood. */
#define MAX_NOTABLE 4096

#define MAX_OFFER_OCTETS ((gsize)LEDGER_MAX_OFFER_MIB * 1024 * 1024)

void ledger_expiry_init(Ledger *ledger)
{
    g_queue_init(&ledger->waiting);
    ledger->redirected_people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    ledger->redirected_somebody_ns = G_MININT64;
}

void ledger_expiry_clear(Ledger *ledger)
{
    g_queue_init(&ledger->waiting); /* the links are the offers' own */
    g_hash_table_unref(ledger->redirected_people);
}

static gint64 window_ns(const Ledger *ledger)
{
    return kms_policy_window(ledger->policy) * STORY_SECOND;
}

/* @param person  a URI or a UID; NULL: nobody knows */
static void note_person(Ledger *ledger, const char *person, gint64 time_ns)
{
    gint64 *last =
        person ? g_hash_table_lookup(ledger->redirected_people, mcx_identity_bare(person)) : NULL;

    if (last) {
        *last = MAX(*last, time_ns);
    } else if (!person || strlen(person) > LEDGER_MAX_IDENTITY ||
               g_hash_table_size(ledger->redirected_people) >= MAX_PEOPLE) {
        ledger->redirected_somebody_ns = MAX(ledger->redirected_somebody_ns, time_ns);
    } else {
        last = g_new(gint64, 1);
        *last = time_ns;
        g_hash_table_insert(ledger->redirected_people, g_strdup(mcx_identity_bare(person)), last);
    }
}

/* How an offer names its initiator: as people, not as a hash of one, where it does. */
static const char *initiator_of(const MikeyOffer *facts)
{
    return facts->idri ? facts->idri : facts->uidi;
}

void ledger_expiry_note_krr(Ledger *ledger, const Krr *krr, const StoryLeg *leg, gint64 time_ns)
{
    note_person(ledger, krr_text(krr, KRR_ELEMENT_IDRI), time_ns);
    /* The KRR may name another one, or another spelling: it is the offer's that makes anew. */
    for (guint i = 0; leg && i < leg->offers->len; i++) {
        const char *initiator = initiator_of(((const StoryOffer *)leg->offers->pdata[i])->facts);
        if (initiator) {
            note_person(ledger, initiator, time_ns);
        }
    }
}

static gsize *octets_of(Ledger *ledger, const StoryOffer *offer)
{
    return offer->is_waiting ? &ledger->waiting_octets : &ledger->settled_octets;
}

static void set_waiting(Ledger *ledger, StoryOffer *offer, bool waiting)
{
    *octets_of(ledger, offer) -= offer->weight;
    offer->is_waiting = waiting;
    *octets_of(ledger, offer) += offer->weight;
}

static void begin_to_wait(Ledger *ledger, StoryOffer *offer, gint64 since_ns)
{
    offer->due_ns = since_ns + window_ns(ledger) + ANSWER_TIME;
    offer->waiting.data = offer;
    g_queue_push_tail_link(&ledger->waiting, &offer->waiting);
    set_waiting(ledger, offer, true);
}

static void end_to_wait(Ledger *ledger, StoryOffer *offer)
{
    g_queue_unlink(&ledger->waiting, &offer->waiting);
    set_waiting(ledger, offer, false);
}

void ledger_expiry_take_offer(Ledger *ledger, StoryOffer *offer)
{
    ledger->settled_octets += offer->weight;
    begin_to_wait(ledger, offer, g_array_index(offer->frames, StoryFrame, 0).time_ns);
}

/* One that waits gets its room: the one that has waited longest makes it. */
bool ledger_expiry_grow_offer(Ledger *ledger, StoryOffer *offer, guint octets)
{
    if (!offer->is_waiting && ledger->settled_octets + octets > MAX_OFFER_OCTETS) {
        return false;
    }
    offer->weight += octets;
    *octets_of(ledger, offer) += octets;
    return true;
}

static bool was_answered_by_krr(const StoryOffer *offer)
{
    for (guint i = 0; i < offer->legs->len; i++) {
        if (((const StoryLeg *)offer->legs->pdata[i])->krrs->len > 0) {
            return true;
        }
    }
    return false;
}

/* Was somebody of that name redirected since the window before a time? */
static bool was_redirected(const Ledger *ledger, const char *identity, gint64 since_ns)
{
    const gint64 *last =
        identity ? g_hash_table_lookup(ledger->redirected_people, mcx_identity_bare(identity))
                 : NULL;

    return last && *last >= since_ns;
}

/* May it be a retry? Whose identity is hidden may be any of those that its messages name, or one
 *  that only a KRR names. */
static bool may_be_retry(const Ledger *ledger, const StoryOffer *offer)
{
    gint64 since = g_array_index(offer->frames, StoryFrame, 0).time_ns - window_ns(ledger) -
                   STORY_MAX_CLOCK_OFFSET;
    bool retry = ledger->redirected_somebody_ns >= since ||
                 was_redirected(ledger, offer->facts->idri, since) ||
                 was_redirected(ledger, offer->facts->uidi, since);

    for (guint i = 0; i < offer->candidates->len && !retry; i++) {
        retry = was_redirected(ledger, offer->candidates->pdata[i], since);
    }
    return retry;
}

/* Is there something to say about its signature? */
static bool is_notable(Ledger *ledger, const StoryOffer *offer)
{
    const MikeySignature *signature = &offer->facts->signature;

    if (signature->status == MIKEY_SIGNATURE_ABSENT ||
        (signature->status == MIKEY_SIGNATURE_VALID &&
         signature->certificate == KMS_CERTIFICATE_CURRENT) ||
        ledger->notable >= MAX_NOTABLE) {
        return false;
    }
    ledger->notable++;
    return true;
}

/* Takes a leg from those that matter, the last one into its place. */
static void remove_leg(Ledger *ledger, StoryLeg *leg)
{
    StoryLeg *last = ledger->legs->pdata[ledger->legs->len - 1];

    ledger->leg_octets -= leg->weight;
    last->place = leg->place;
    ledger->legs->pdata[leg->place] = last;
    ledger->legs->pdata[ledger->legs->len - 1] = leg;
    g_ptr_array_steal_index(ledger->legs, ledger->legs->len - 1);
    ledger_forget_leg(ledger, leg);
}

/* @param early  an answer may still come */
static void let_go(Ledger *ledger, StoryOffer *offer, bool early)
{
    ledger->omissions.offers += early ? 1 : 0;
    ledger->forgot_requests |= early;
    for (guint i = 0; i < offer->legs->len; i++) {
        StoryLeg *leg = g_ptr_array_index(offer->legs, i);
        g_ptr_array_remove(leg->offers, offer);
        if (leg->offers->len + leg->krrs->len == 0) {
            remove_leg(ledger, leg);
        }
    }
    g_hash_table_remove(ledger->offer_by_digest, offer->facts->digest);
    ledger->settled_octets -= offer->weight;
    StoryOffer *last = ledger->offers->pdata[ledger->offers->len - 1];
    last->place = offer->place;
    ledger->offers->pdata[offer->place] = last;
    ledger->offers->pdata[ledger->offers->len - 1] = offer;
    g_ptr_array_remove_index(ledger->offers, ledger->offers->len - 1);
}

/* Are there more offers that wait than there may be? */
static bool is_crowded(const Ledger *ledger)
{
    return ledger->waiting.length > LEDGER_MAX_OFFERS || ledger->waiting_octets > MAX_OFFER_OCTETS;
}

/* Is there room for those that do not wait any more? */
static bool has_room(const Ledger *ledger)
{
    return ledger->offers->len - ledger->waiting.length <= LEDGER_MAX_OFFERS &&
           ledger->settled_octets <= MAX_OFFER_OCTETS;
}

/* Looks at an offer whose time has come. @param crowded  there are too many: be quick about it */
static void look_at(Ledger *ledger, StoryOffer *offer, gint64 now_ns, bool crowded)
{
    gint64 last_ns = g_array_index(offer->frames, StoryFrame, offer->frames->len - 1).time_ns;
    bool is_due = last_ns + window_ns(ledger) + ANSWER_TIME <= now_ns;

    end_to_wait(ledger, offer);
    if (!is_due && !crowded) {
        begin_to_wait(ledger, offer, last_ns); /* it was seen again */
        return;
    }
    bool keep = was_answered_by_krr(offer) || may_be_retry(ledger, offer);
    if ((!keep && !is_notable(ledger, offer)) || !has_room(ledger)) {
        let_go(ledger, offer, keep || !is_due);
    }
}

void ledger_expire(Ledger *ledger, gint64 now_ns)
{
    bool crowded = is_crowded(ledger);

    for (StoryOffer *offer = g_queue_peek_head(&ledger->waiting);
         offer && (offer->due_ns < now_ns || crowded);
         offer = g_queue_peek_head(&ledger->waiting)) {
        look_at(ledger, offer, now_ns, crowded);
        crowded = is_crowded(ledger);
    }
}
