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

#include "ledger-private.h"

/* After its last sighting an offer may be answered for as long as timer C of RFC 3261 and more. */
#define ANSWER_TIME (240 * STORY_SECOND)
/* Initiators whose last redirect is remembered by name. */
#define MAX_PEOPLE 65536
/* Offers that are kept for their signatures alone: enough to show, not all of a flood. */
#define MAX_NOTABLE 4096

void ledger_expiry_init(Ledger *ledger)
{
    g_queue_init(&ledger->waiting);
    ledger->redirected_people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    ledger->redirected_somebody_ns = G_MININT64;
}

void ledger_expiry_clear(Ledger *ledger)
{
    g_queue_clear(&ledger->waiting);
    g_hash_table_unref(ledger->redirected_people);
}

static gint64 window_ns(const Ledger *ledger)
{
    return kms_policy_window(ledger->policy) * STORY_SECOND;
}

void ledger_expiry_note_krr(Ledger *ledger, const Krr *krr, gint64 time_ns)
{
    const char *initiator = krr_text(krr, KRR_ELEMENT_IDRI);
    gint64 *last =
        initiator ? g_hash_table_lookup(ledger->redirected_people, mcx_identity_bare(initiator))
                  : NULL;

    if (last) {
        *last = MAX(*last, time_ns);
    } else if (!initiator || strlen(initiator) > LEDGER_MAX_IDENTITY ||
               g_hash_table_size(ledger->redirected_people) >= MAX_PEOPLE) {
        ledger->redirected_somebody_ns = MAX(ledger->redirected_somebody_ns, time_ns);
    } else {
        last = g_new(gint64, 1);
        *last = time_ns;
        g_hash_table_insert(ledger->redirected_people, g_strdup(mcx_identity_bare(initiator)),
                            last);
    }
}

void ledger_expiry_take_offer(Ledger *ledger, StoryOffer *offer)
{
    offer->due_ns =
        g_array_index(offer->frames, StoryFrame, 0).time_ns + window_ns(ledger) + ANSWER_TIME;
    g_queue_push_tail(&ledger->waiting, offer);
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

/** Was somebody of that name redirected since the window before a time? */
static bool was_redirected(const Ledger *ledger, const char *identity, gint64 since_ns)
{
    const gint64 *last =
        identity ? g_hash_table_lookup(ledger->redirected_people, mcx_identity_bare(identity))
                 : NULL;

    return last && *last >= since_ns;
}

/** May it be a retry? Whose identity is hidden may be any of those that its messages name, or one
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

/** Is there something to say about its signature? */
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

/** Takes a leg from those that matter, the last one into its place. */
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

static void let_go(Ledger *ledger, StoryOffer *offer)
{
    for (guint i = 0; i < offer->legs->len; i++) {
        StoryLeg *leg = g_ptr_array_index(offer->legs, i);
        g_ptr_array_remove(leg->offers, offer);
        if (leg->offers->len + leg->krrs->len == 0) {
            remove_leg(ledger, leg);
        }
    }
    g_hash_table_remove(ledger->offer_by_digest, offer->facts->digest);
    StoryOffer *last = ledger->offers->pdata[ledger->offers->len - 1];
    last->place = offer->place;
    ledger->offers->pdata[offer->place] = last;
    ledger->offers->pdata[ledger->offers->len - 1] = offer;
    g_ptr_array_remove_index(ledger->offers, ledger->offers->len - 1);
}

/** Looks at an offer whose time has come. @param crowded  there are too many: be quick about it */
static void look_at(Ledger *ledger, StoryOffer *offer, gint64 now_ns, bool crowded)
{
    const StoryFrame *last = &g_array_index(offer->frames, StoryFrame, offer->frames->len - 1);
    gint64 due = last->time_ns + window_ns(ledger) + ANSWER_TIME;
    guint kept = ledger->offers->len - ledger->waiting.length;
    bool keep = was_answered_by_krr(offer) || may_be_retry(ledger, offer);

    if (due > now_ns && !crowded) {
        offer->due_ns = due; /* it was seen again */
        g_queue_push_tail(&ledger->waiting, offer);
    } else if ((!keep && !is_notable(ledger, offer)) || kept > LEDGER_MAX_OFFERS) {
        ledger->omissions.offers += keep || due > now_ns ? 1 : 0;
        let_go(ledger, offer);
    }
}

void ledger_expire(Ledger *ledger, gint64 now_ns)
{
    for (StoryOffer *offer = g_queue_peek_head(&ledger->waiting);
         offer && (offer->due_ns < now_ns || ledger->waiting.length > LEDGER_MAX_OFFERS);
         offer = g_queue_peek_head(&ledger->waiting)) {
        bool crowded = ledger->waiting.length > LEDGER_MAX_OFFERS;
        look_at(ledger, g_queue_pop_head(&ledger->waiting), now_ns, crowded);
    }
}
