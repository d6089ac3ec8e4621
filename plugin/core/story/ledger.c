/* ledger.c
 * What was seen in the captures: offers, KRRs and legs, one object each whatever the hop
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/ledger-private.h"
#include "core/story/story-frames.h"

Ledger *ledger_new(const KmsPolicy *policy)
{
    Ledger *ledger = g_new0(Ledger, 1);

    ledger->policy = policy;
    ledger->resolver = uid_resolver_new(policy);
    ledger->texts = krr_texts_new();
    ledger->krr_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->krrs = g_ptr_array_new_with_free_func(ledger_krr_free);
    ledger->offer_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->offers = g_ptr_array_new_with_free_func(ledger_offer_free);
    ledger->redirected = g_ptr_array_new();
    ledger->transactions = ledger_transactions_new();
    ledger->legs = g_ptr_array_new_with_free_func(ledger_leg_free);
    g_queue_init(&ledger->plain_legs);
    ledger_expiry_init(ledger);
    ledger->nothing = g_ptr_array_new();
    ledger->no_frames = story_frames_new();
    ledger->hops = ledger_hops_new();
    ledger->malformed_by_digest = g_hash_table_new(g_str_hash, g_str_equal);
    ledger->malformed = g_ptr_array_new_with_free_func(ledger_malformed_free);
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
        ledger_leg_free(g_queue_pop_head_link(&ledger->plain_legs)->data);
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

void ledger_add_to(GPtrArray **array, gpointer item, GDestroyNotify item_free)
{
    if ((*array)->len == 0) {
        g_ptr_array_unref(*array);
        *array = g_ptr_array_new_full(1, item_free);
    }
    g_ptr_array_add(*array, item);
}

/* What was made of it by ledger_finish() leans on offers and legs that may be let go from now on. */
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

static void take_http(Ledger *ledger, const StoryEvent *event)
{
    if (event->http) {
        bool whole;
        g_autoptr(GPtrArray) krrs = ledger_krrs_of(ledger, event, &whole);
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
        ledger_take_offers(ledger, event, NULL);
        ledger_take_krrs(ledger, event, NULL);
        take_http(ledger, event);
    } else {
        ledger_take_sip(ledger, event);
    }
    ledger_expire(ledger, event->frame.time_ns);
    story_event_free(event);
}

void ledger_finish(Ledger *ledger)
{
    reopen(ledger);
    ledger_settle_offers(ledger);
    ledger_resolve_identities(ledger);
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
