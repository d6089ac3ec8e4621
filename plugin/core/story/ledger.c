/* ledger.c
 * What was seen in the captures, event by event; and what it adds up to
 *
 * Each store keeps one kind of object. The ledger hands them what a message carried, and ties the
 * objects together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/ledger.h"

#include "core/sip/sip-device.h"
#include "core/stores/hop-table.h"
#include "core/stores/krr-store.h"
#include "core/stores/leg-store.h"
#include "core/stores/offer-store.h"
#include "core/stores/redirect-log.h"
#include "core/stores/uid-resolver.h"
#include "core/story/ledger-result.h"

/* How long a request may wait for its final answer (RFC 3261): an INVITE, of which nothing is repeated
 * after 100 Trying, until timer C; others until timer F. A hop that was in view for that long has shown
 * the request, unless frames are missing. */
#define INVITE_WAITS (180 * STORY_SECOND)
#define OTHERS_WAIT  (32 * STORY_SECOND)

/* What a capture told. */
typedef struct CaptureView {
    gint64 first_ns, last_ns; /* of its events */
    bool told;                /* there were any */
    guint64 cut_bodies;
} CaptureView;

struct Ledger {
    const KmsPolicy *policy;
    UidResolver *resolver;
    KrrStore *krrs;
    OfferStore *offers;
    LegStore *legs;
    HopTable *hops;
    RedirectLog *redirects;
    KmsTraffic *kms_traffic;
    GArray *captures; /* of CaptureView, by capture index */
    gint64 end_ns;
    LedgerResult *result; /* empty unless finished */
    bool finished;        /* nothing was added since ledger_finish() */
};

Ledger *ledger_new(const KmsPolicy *policy)
{
    Ledger *ledger = g_new0(Ledger, 1);

    ledger->policy = policy;
    ledger->resolver = uid_resolver_new(policy);
    ledger->krrs = krr_store_new(ledger->resolver);
    ledger->offers = offer_store_new(policy);
    ledger->legs = leg_store_new();
    ledger->hops = hop_table_new();
    ledger->redirects = redirect_log_new();
    ledger->kms_traffic = kms_traffic_new();
    ledger->captures = g_array_new(FALSE, TRUE, sizeof(CaptureView));
    ledger->end_ns = G_MININT64;
    ledger->result = ledger_result_new(NULL);
    return ledger;
}

void ledger_free(Ledger *ledger)
{
    if (!ledger) {
        return;
    }
    ledger_result_free(ledger->result);
    g_array_unref(ledger->captures);
    kms_traffic_free(ledger->kms_traffic);
    redirect_log_free(ledger->redirects);
    hop_table_free(ledger->hops);
    leg_store_free(ledger->legs);
    offer_store_free(ledger->offers);
    krr_store_free(ledger->krrs);
    uid_resolver_free(ledger->resolver);
    g_free(ledger);
}

/* ---- captures ---- */

static void note_capture(Ledger *ledger, const StoryEvent *event)
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

static const CaptureView *find_capture(const Ledger *ledger, guint32 capture)
{
    return capture < ledger->captures->len ? &g_array_index(ledger->captures, CaptureView, capture)
                                           : NULL;
}

/* ---- what a message carried ---- */

/* @param leg  whose request the message is; NULL: none that may be answered */
static void take_offers(Ledger *ledger, const StoryEvent *event, StoryLeg *leg)
{
    for (guint i = 0; i < event->offers->len; i++) {
        const MikeyOffer *facts = g_ptr_array_index(event->offers, i);
        if (facts->data_type != MIKEY_DATA_TYPE_SAKKE) {
            continue; /* an answer to an offer */
        }
        StoryOffer *offer = offer_store_sight(ledger->offers, event, facts);
        if (leg) {
            leg_store_add_offer(ledger->legs, leg, offer);
        }
    }
}

/* Notes whom a KRR redirects: the initiator whom the KRR names; and that of each offer on the leg, whom
 * the KRR may name otherwise, for retries are recognised by the name in the offer. */
static void note_redirect(Ledger *ledger, const StoryKrr *krr, const StoryLeg *leg, gint64 time_ns)
{
    redirect_log_note(ledger->redirects, krr_text(krr->krr, KRR_ELEMENT_IDRI), time_ns);
    for (guint i = 0; leg && i < leg->offers->len; i++) {
        const MikeyOffer *facts = story_offer_at(leg->offers, i)->facts;
        const char *initiator = facts->idri ? facts->idri : facts->uidi;
        if (initiator) {
            redirect_log_note(ledger->redirects, initiator, time_ns);
        }
    }
}

static void take_krr(Ledger *ledger, const StoryEvent *event, const StoryKrrSeen *seen,
                     const Krr *facts, StoryLeg *leg)
{
    StoryKrr *krr = krr_store_sight(ledger->krrs, event, seen, facts);

    if (krr) {
        note_redirect(ledger, krr, leg, event->frame.time_ns);
        if (leg) {
            leg_store_add_krr(ledger->legs, leg, krr, event->frame);
        }
    } else if (leg) {
        leg->answer_unreadable = true; /* it seems to have no KRR, but it had one */
    }
}

/* Takes a body that should have been a KRR. It answers an offer all the same. */
static void take_broken(Ledger *ledger, const StoryEvent *event, const StoryKrrSeen *seen,
                        StoryLeg *leg)
{
    StoryKrr *krr = krr_store_sight_malformed(ledger->krrs, event, seen);

    if (krr && leg) {
        note_redirect(ledger, krr, leg, event->frame.time_ns);
        leg_store_add_krr(ledger->legs, leg, krr, event->frame);
    }
}

/* Takes the KRRs of a message, and bodies that should have been ones.
 * @param leg  whose response the message is; NULL: of none */
static void take_krrs(Ledger *ledger, const StoryEvent *event, StoryLeg *leg)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = story_event_krr(event, i);
        for (guint k = 0; k < seen->document->krrs->len; k++) {
            take_krr(ledger, event, seen, g_ptr_array_index(seen->document->krrs, k), leg);
        }
    }
    for (guint i = 0; i < event->krrs->len; i++) {
        if (story_event_krr(event, i)->document->error) {
            take_broken(ledger, event, story_event_krr(event, i), leg);
        }
    }
}

/* ---- SIP ---- */

/* The leg of a message, made where there is none. @param hop  the message's; NULL: not known */
static StoryLeg *leg_of(Ledger *ledger, const StoryEvent *event, const HopKey *hop)
{
    const bool request = event->sip.status == 0;
    const char *source = request ? event->source : event->destination;
    const char *destination = request ? event->destination : event->source;
    const LegKey key = leg_key(source, destination, event->sip.method, &event->sip);
    StoryLeg *leg = leg_store_find(ledger->legs, &key, event->sip.branch);

    if (!leg && request && event->offers->len > 0) {
        leg = leg_store_find_translated(ledger->legs, &key, event);
    }
    if (!leg) {
        leg = leg_store_add(ledger->legs, &key, &event->sip, hop_key_address(hop, source),
                            hop_key_address(hop, destination));
        leg->source_port = request ? event->source_port : event->destination_port;
        leg->destination_port = request ? event->destination_port : event->source_port;
    }
    return leg;
}

/* A CANCEL has all of its INVITE but the method, and so has the ACK of an answer other than 2xx
 * (RFC 3261, 9.1 and 17.1.1.3). Neither has an answer that matters. */
static void take_companion(Ledger *ledger, const StoryEvent *event)
{
    const LegKey key = leg_key(event->source, event->destination, "INVITE", &event->sip);
    StoryLeg *leg = leg_store_find(ledger->legs, &key, event->sip.branch);

    if (!leg) {
        return;
    }
    if (g_strcmp0(event->sip.method, "CANCEL") == 0) {
        leg->cancelled = true;
    } else if (!leg->acknowledged) {
        leg->acknowledged = true;
        if (leg->status < 200) {
            hop_table_note_loss(ledger->hops, leg->source, leg->destination, true);
            hop_table_note_acknowledged(ledger->hops, leg->source, leg->destination);
        }
    }
}

static void note_device(StoryLeg *leg, const StoryEvent *event)
{
    if (event->offers->len == 0 || leg->contact || leg->instance) {
        return;
    }
    SipDevice device = sip_device_of(event->sip.contact);
    leg->instance = device.instance ? g_ref_string_new_intern(device.instance) : NULL;
    leg->contact = device.contact ? g_ref_string_new_intern(device.contact) : NULL;
    sip_device_clear(&device);
}

static void take_request(Ledger *ledger, const StoryEvent *event, const HopKey *hop)
{
    if (!story_sip_awaits_answer(&event->sip)) {
        take_offers(ledger, event, NULL);
        take_krrs(ledger, event, NULL);
        take_companion(ledger, event);
        return;
    }
    StoryLeg *leg = leg_of(ledger, event, hop);
    if (!leg->has_request) {
        if (leg->has_response && leg->krrs->len == 0) {
            hop_table_note_loss(ledger->hops, leg->source, leg->destination, false);
        }
        leg->has_request = true;
        leg->request = event->frame;
        leg->request_readable = true;
        leg->to_tag = g_strdup(event->sip.to_tag);
    }
    leg->request_readable = leg->request_readable && !event->cut && !event->opaque;
    note_device(leg, event);
    take_offers(ledger, event, leg);
    take_krrs(ledger, event, NULL);
    leg_store_expire(ledger->legs, event->frame.time_ns);
}

static bool holds_broken_krr(const StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        if (story_event_krr(event, i)->document->error) {
            return true;
        }
    }
    return false;
}

/* Was the hop of a leg in view before a time for as long as its request may have waited? */
static bool hop_was_in_view(const Ledger *ledger, const StoryLeg *leg, gint64 time_ns)
{
    const gint64 lead = g_strcmp0(leg->method, "INVITE") == 0 ? INVITE_WAITS : OTHERS_WAIT;

    return leg_store_is_complete(ledger->legs) &&
           hop_table_shows_requests(ledger->hops, leg->source, leg->destination, time_ns - lead);
}

/* Notes a final answer behind another one, where the two say different things: the status, or a KRR
 * in one of them alone, in messages that were read wholly. */
static void note_other_answer(StoryLeg *leg, const StoryEvent *event)
{
    const bool has_krr = event->krrs->len > 0;
    const bool differs =
        event->sip.status != leg->status || (has_krr != (leg->krrs->len > 0) && !event->cut &&
                                             !event->opaque && !leg->answer_unreadable);

    if (differs && (!leg->other || (has_krr && !leg->other->has_krr))) {
        StoryOtherAnswer *other = leg->other ? leg->other : g_new(StoryOtherAnswer, 1);
        *other = (StoryOtherAnswer){event->sip.status, has_krr, event->frame};
        leg->other = other;
    }
}

/* Notes what an answer tells of frames that are missing, once a leg: its request; or that the final
 * answer, which its ACK came before, is there after all. An answer with a KRR tells nothing: whoever
 * sends one unasked would excuse himself. */
static void note_losses(Ledger *ledger, const StoryLeg *leg, bool final, bool has_krr)
{
    if (!leg->has_response && !leg->has_request && !has_krr) {
        hop_table_note_loss(ledger->hops, leg->source, leg->destination, true);
    }
    if (!leg->has_response && !leg->has_request && has_krr) {
        hop_table_note_unasked(ledger->hops, leg->source, leg->destination);
    }
    if (final && leg->acknowledged && leg->status < 200) {
        hop_table_note_loss(ledger->hops, leg->source, leg->destination, false);
    }
}

static void take_response(Ledger *ledger, const StoryEvent *event, const HopKey *hop)
{
    StoryLeg *leg = leg_of(ledger, event, hop);
    bool final = event->sip.status >= 200;

    note_losses(ledger, leg, final, event->krrs->len > 0);
    if (final && leg->status >= 200) {
        note_other_answer(leg, event);
    }
    leg->provisional = leg->provisional || !final;
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
    leg_store_expire(ledger->legs, event->frame.time_ns);
}

static void take_sip(Ledger *ledger, const StoryEvent *event)
{
    const HopKey *hop = hop_table_note(ledger->hops, event);

    if (event->sip.status == 0) {
        take_request(ledger, event, hop);
    } else {
        take_response(ledger, event, hop);
    }
}

/* ---- HTTP ---- */

/* The KRRs of an event that the ledger has.
 * @param whole  out: these are all that the event carried
 * @return of StoryKrr (borrowed), owned by the caller; NULL where the event carried none */
static GPtrArray *known_krrs(const Ledger *ledger, const StoryEvent *event, bool *whole)
{
    GPtrArray *krrs = event->krrs->len > 0 ? g_ptr_array_new() : NULL;

    *whole = event->cut_bodies == 0;
    for (guint i = 0; i < event->krrs->len; i++) {
        const KrrDocument *document = story_event_krr(event, i)->document;
        *whole = *whole && !document->error;
        for (guint k = 0; k < document->krrs->len; k++) {
            const Krr *facts = g_ptr_array_index(document->krrs, k);
            StoryKrr *krr = krr_store_find(ledger->krrs, facts->digest);
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
    bool whole;
    g_autoptr(GPtrArray) krrs = known_krrs(ledger, event, &whole);

    kms_traffic_take(ledger->kms_traffic, event, krrs, whole);
}

/* ---- events ---- */

/* What ledger_finish() made leans on offers and legs that may be let go from now on. */
static void reopen(Ledger *ledger)
{
    ledger_result_free(ledger->result);
    ledger->result = ledger_result_new(NULL);
    ledger->finished = false;
}

void ledger_add(Ledger *ledger, StoryEvent *event)
{
    if (ledger->finished) {
        reopen(ledger);
    }
    note_capture(ledger, event);
    if (event->has_sip) {
        take_sip(ledger, event);
    } else {
        take_offers(ledger, event, NULL);
        take_krrs(ledger, event, NULL);
        if (event->http) {
            take_http(ledger, event);
        }
    }
    offer_store_expire(ledger->offers, ledger->legs, ledger->redirects, event->frame.time_ns);
    story_event_free(event);
}

/* ---- the end ---- */

/* @return the identity in clear, or the one behind the UID; NULL: hidden */
static const char *resolve(UidResolver *resolver, const StoryOffer *offer, const char *clear,
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
    return uid_resolver_find(resolver, uid, offer->candidates, kms, offer->facts->time_ns, source);
}

/* @return the identity in clear, or the one behind the UID that the KRR has in its place; NULL: hidden */
static const char *resolve_in_krr(UidResolver *resolver, const Krr *krr, KrrElement element,
                                  KrrElement kms_element)
{
    const char *identity = krr_text(krr, element);
    const char *kms = krr_text(krr, kms_element);
    StoryIdentitySource source;

    if (!identity || !mcx_uid_is_text(identity)) {
        return identity;
    }
    g_autofree char *uid = g_ascii_strdown(identity, -1);
    return kms && krr->time_valid
               ? uid_resolver_find(resolver, uid, NULL, kms, krr->time_ns, &source)
               : NULL;
}

/* Finds out who is behind the UIDs of the KRRs; after the offers, which their SIP messages tell of. */
static void resolve_krrs(Ledger *ledger)
{
    const GPtrArray *krrs = krr_store_krrs(ledger->krrs);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = story_krr_at(krrs, i);
        krr->idri =
            resolve_in_krr(ledger->resolver, krr->krr, KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRKMSI);
        krr->idrr =
            resolve_in_krr(ledger->resolver, krr->krr, KRR_ELEMENT_IDRR, KRR_ELEMENT_IDRKMSR);
    }
}

/* Finds out who is behind the UIDs of the offers, now that all identities are known. */
static void resolve_identities(Ledger *ledger)
{
    const GPtrArray *named = kms_policy_known_identities(ledger->policy);
    const GPtrArray *offers = offer_store_offers(ledger->offers);

    for (guint i = 0; i < named->len; i++) {
        uid_resolver_add(ledger->resolver, g_ptr_array_index(named, i), STORY_IDENTITY_POLICY);
    }
    for (guint i = 0; i < offers->len; i++) {
        StoryOffer *offer = story_offer_at(offers, i);
        const MikeyOffer *facts = offer->facts;
        offer->idri = resolve(ledger->resolver, offer, facts->idri, facts->uidi, facts->idrkmsi,
                              &offer->idri_source);
        offer->idrr = resolve(ledger->resolver, offer, facts->idrr, facts->uidr, facts->idrkmsr,
                              &offer->idrr_source);
    }
}

void ledger_finish(Ledger *ledger)
{
    const StorySources sources = {
        .krrs = krr_store_krrs(ledger->krrs),
        .offers = offer_store_offers(ledger->offers),
        .legs = leg_store_legs(ledger->legs),
        .policy = ledger->policy,
        .end_ns = ledger->end_ns,
    };

    ledger_result_free(ledger->result);
    offer_store_sort(ledger->offers);
    leg_store_sort(ledger->legs);
    resolve_identities(ledger);
    resolve_krrs(ledger);
    ledger->result = ledger_result_new(&sources);
    ledger->finished = true;
}

/* ---- what is in it ---- */

const GPtrArray *ledger_negotiations(const Ledger *ledger)
{
    return ledger->result->negotiations;
}

const GPtrArray *ledger_offers(const Ledger *ledger)
{
    return ledger->result->redirected;
}

const KmsUseLog *ledger_removed_uses(const Ledger *ledger)
{
    return offer_store_removed_uses(ledger->offers);
}

const GPtrArray *ledger_krrs(const Ledger *ledger)
{
    return krr_store_krrs(ledger->krrs);
}

const GPtrArray *ledger_malformed(const Ledger *ledger)
{
    return krr_store_malformed(ledger->krrs);
}

const GPtrArray *ledger_legs(const Ledger *ledger)
{
    return leg_store_legs(ledger->legs);
}

const GPtrArray *ledger_all_offers(const Ledger *ledger)
{
    return offer_store_offers(ledger->offers);
}

const KmsTraffic *ledger_kms_traffic(const Ledger *ledger)
{
    return ledger->kms_traffic;
}

/* ---- what was in view ---- */

gint64 ledger_end_ns(const Ledger *ledger)
{
    return ledger->end_ns;
}

bool ledger_hop_has_losses(const Ledger *ledger, const char *one, const char *other)
{
    return hop_table_has_losses(ledger->hops, one, other);
}

bool ledger_has_losses_elsewhere(const Ledger *ledger, const char *address)
{
    return hop_table_has_losses_elsewhere(ledger->hops, address);
}

gint64 ledger_hop_last_ns(const Ledger *ledger, const char *source, const char *destination)
{
    return hop_table_last_ns(ledger->hops, source, destination);
}

bool ledger_capture_span(const Ledger *ledger, guint32 capture, gint64 *first_ns, gint64 *last_ns)
{
    const CaptureView *view = find_capture(ledger, capture);

    if (!view || !view->told) {
        return false;
    }
    *first_ns = view->first_ns;
    *last_ns = view->last_ns;
    return true;
}

guint64 ledger_cut_bodies(const Ledger *ledger, guint32 capture)
{
    const CaptureView *view = find_capture(ledger, capture);

    return view ? view->cut_bodies : 0;
}

guint64 ledger_offers_seen(const Ledger *ledger)
{
    return offer_store_seen(ledger->offers);
}

LedgerOmissions ledger_omissions(const Ledger *ledger)
{
    return (LedgerOmissions){
        .krrs = krr_store_left_out(ledger->krrs),
        .offers = offer_store_left_out(ledger->offers),
        .legs = leg_store_left_out(ledger->legs),
        .kms_requests = kms_traffic_left_out(ledger->kms_traffic),
    };
}
