/* ledger-legs.c
 * The legs of the ledger: SIP messages put together to transactions on one hop, and what they carry
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/ledger-private.h"
#include "core/story/story-frames.h"

/* A transaction without offer or KRR is remembered for as long as an INVITE may stay unanswered
 * (timer C of RFC 3261 is more than three minutes). */
#define PLAIN_LEG_LIFETIME (240 * STORY_SECOND)
/* An INVITE that is not answered at once is repeated, or answered by 100 Trying, within T1 of RFC
 * 3261: a hop that was in view for that long would have shown something of the transaction. */
#define HOP_VIEW_LEAD (STORY_SECOND / 2)
/* Transactions without offer or KRR. */
#define MAX_PLAIN_LEGS 131072
/* Branches of one transaction that are told apart, and offers and KRRs that one of them is given: no
 * honest one has more than a few, and each is compared with those before it. */
#define MAX_BRANCHES     64
#define MAX_CARGO_OF_LEG 256
#define MAX_LEG_OCTETS   ((gsize)LEDGER_MAX_LEG_MIB * 1024 * 1024)
/* What a leg takes with its arrays and its place among transactions, its texts excluded. */
#define LEG_OCTETS ((guint)sizeof(StoryLeg) + 192)

void ledger_leg_free(gpointer data)
{
    StoryLeg *leg = data;

    g_ref_string_release(leg->source);
    g_ref_string_release(leg->destination);
    g_clear_pointer(&leg->method, g_ref_string_release);
    g_free(leg->to_tag);
    g_ptr_array_unref(leg->offers);
    g_ptr_array_unref(leg->krrs);
    g_array_unref(leg->krr_frames);
    g_free(leg);
}

/* Adds to an array that may be the one that all empty ones share. */
static void add_frame_to(GArray **frames, StoryFrame frame)
{
    if ((*frames)->len == 0) {
        g_array_unref(*frames);
        *frames = story_frames_new();
    }
    g_array_append_val(*frames, frame);
}

void ledger_leg_add_krr(StoryLeg *leg, StoryKrr *krr, StoryFrame frame)
{
    if (leg->krrs->len < MAX_CARGO_OF_LEG && !g_ptr_array_find(leg->krrs, krr, NULL)) {
        ledger_add_to(&leg->krrs, krr, NULL);
        add_frame_to(&leg->krr_frames, frame);
        g_ptr_array_add(krr->legs, leg);
    }
}

void ledger_leg_add_offer(Ledger *ledger, StoryLeg *leg, StoryOffer *offer)
{
    if (leg->offers->len >= MAX_CARGO_OF_LEG) {
        return;
    }
    if (!ledger_leg_may_matter(ledger, leg)) {
        leg->request_readable = false; /* it seems to have no offer, but it has one */
    } else if (!g_ptr_array_find(leg->offers, offer, NULL)) {
        ledger_add_to(&leg->offers, offer, NULL);
        ledger_add_to(&offer->legs, leg, NULL);
    }
}

bool ledger_leg_may_matter(Ledger *ledger, const StoryLeg *leg)
{
    if (leg->offers->len + leg->krrs->len > 0 ||
        (ledger->legs->len < LEDGER_MAX_LEGS && ledger->leg_octets < MAX_LEG_OCTETS)) {
        return true;
    }
    ledger->omissions.legs++;
    return false;
}

static bool same_branch(const char *a, const char *b)
{
    return !a || !b || g_str_equal(a, b);
}

static guint leg_weight(const StorySip *sip)
{
    return LEG_OCTETS + (guint)(story_text_weight(sip->call_id) + story_text_weight(sip->branch) +
                                story_text_weight(sip->to_tag) + story_text_weight(sip->method));
}

/* The leg with that branch of those of one transaction, or NULL. */
static StoryLeg *find_branch(StoryLeg *newest, const char *branch)
{
    StoryLeg *leg = newest;

    for (guint i = 0; leg && i < MAX_BRANCHES; i++, leg = leg->older) {
        if (same_branch(leg->branch, branch)) {
            return leg;
        }
    }
    return NULL;
}

/* What finds the transaction of a message; nothing in it is its own. */
static StoryLeg transaction_of(const StoryEvent *event, const char *source, const char *destination,
                               const char *method)
{
    StoryLeg like = {.source = (char *)source,
                     .destination = (char *)destination,
                     .method = (char *)method,
                     .call_id = event->sip.call_id,
                     .cseq = event->sip.cseq};

    like.hash = ledger_transaction_hash(&like);
    return like;
}

/* Copies a text, its end included, to a place that moves behind it. NULL stays NULL. */
static const char *put_text(char **place, const char *text)
{
    char *copy = *place;

    if (!text) {
        return NULL;
    }
    *place = g_stpcpy(copy, text) + 1;
    return copy;
}

/* A leg with room for the texts that every one has. */
static StoryLeg *leg_new(const Ledger *ledger, const StorySip *sip)
{
    char *texts;
    StoryLeg *leg = g_malloc0(sizeof(StoryLeg) + story_text_weight(sip->call_id) +
                              story_text_weight(sip->branch) + 2);

    texts = (char *)(leg + 1);
    leg->call_id = put_text(&texts, sip->call_id);
    leg->branch = put_text(&texts, sip->branch);
    leg->cseq = sip->cseq;
    leg->method = sip->method ? g_ref_string_new_intern(sip->method) : NULL;
    leg->offers = g_ptr_array_ref(ledger->nothing);
    leg->krrs = g_ptr_array_ref(ledger->nothing);
    leg->krr_frames = g_array_ref(ledger->no_frames);
    leg->weight = leg_weight(sip);
    leg->plain.data = leg;
    return leg;
}

/* An address as legs keep it: mostly the hop has it already. @param hop  of the message; NULL: none */
static GRefString *address_of(const Hop *hop, const char *address)
{
    if (!hop) {
        return g_ref_string_new_intern(address);
    }
    return g_ref_string_acquire(g_str_equal(hop->lesser, address) ? hop->lesser : hop->greater);
}

/* The leg of a message, made where there is none. The ports do not count: a response goes to the
 *  port that the Via names, which need not be that which the request came from. */
static StoryLeg *leg_of(Ledger *ledger, const StoryEvent *event, const Hop *hop, const char *source,
                        const char *destination)
{
    const StoryLeg like = transaction_of(event, source, destination, event->sip.method);
    StoryLeg *newest = ledger_transaction_find(ledger->transactions, &like);
    StoryLeg *known = find_branch(newest, event->sip.branch);

    if (known) {
        return known;
    }
    bool request = event->sip.status == 0;
    StoryLeg *leg = leg_new(ledger, &event->sip);
    leg->hash = like.hash;
    leg->source = address_of(hop, source);
    leg->destination = address_of(hop, destination);
    leg->source_port = request ? event->source_port : event->destination_port;
    leg->destination_port = request ? event->destination_port : event->source_port;
    leg->serial = ledger->serial++;
    ledger_transaction_add(ledger->transactions, leg, newest);
    return leg;
}

void ledger_forget_leg(Ledger *ledger, StoryLeg *leg)
{
    ledger_transaction_remove(ledger->transactions, leg);
    ledger_leg_free(leg);
}

static bool leg_matters(const StoryLeg *leg)
{
    return leg->offers->len > 0 || leg->krrs->len > 0;
}

static gint64 leg_time(const StoryLeg *leg)
{
    return leg->has_request ? leg->request.time_ns : leg->response.time_ns;
}

/* Puts a leg among those that matter, of which it may have become one. */
static void settle_leg_that_matters(Ledger *ledger, StoryLeg *leg)
{
    if (leg->is_plain) {
        leg->is_plain = false;
        g_queue_unlink(&ledger->plain_legs, &leg->plain);
        ledger->plain_octets -= leg->weight;
    } else if (leg->kept) {
        return; /* it is there */
    }
    ledger->leg_octets += leg->weight;
    leg->place = ledger->legs->len;
    g_ptr_array_add(ledger->legs, leg);
}

/* Forgets plain legs that are old, or too many. */
static void forget_plain_legs(Ledger *ledger, gint64 now_ns)
{
    gint64 old = now_ns - PLAIN_LEG_LIFETIME;

    for (StoryLeg *oldest = g_queue_peek_head(&ledger->plain_legs);
         oldest && (leg_time(oldest) < old || ledger->plain_legs.length > MAX_PLAIN_LEGS ||
                    ledger->plain_octets > MAX_LEG_OCTETS);
         oldest = g_queue_peek_head(&ledger->plain_legs)) {
        ledger->forgot_requests |= leg_time(oldest) >= old;
        ledger->plain_octets -= oldest->weight;
        g_queue_pop_head_link(&ledger->plain_legs);
        ledger_forget_leg(ledger, oldest);
    }
}

/* Gives a leg its place, another one when it has come to matter; forgets plain ones that are old. */
static void settle_legs(Ledger *ledger, StoryLeg *touched, gint64 now_ns)
{
    if (leg_matters(touched)) {
        settle_leg_that_matters(ledger, touched);
    } else if (!touched->kept) {
        touched->is_plain = true;
        g_queue_push_tail_link(&ledger->plain_legs, &touched->plain);
        ledger->plain_octets += touched->weight;
    }
    touched->kept = true;
    forget_plain_legs(ledger, now_ns);
}

/* @return the hop of the message; NULL where there are too many */
static const Hop *hop_note(Ledger *ledger, const StoryEvent *event)
{
    Hop *hop = ledger_hop_lookup(ledger->hops, event->source, event->destination);
    guint direction = ledger_hop_direction(event->source, event->destination);
    gint64 time = event->frame.time_ns;

    if (!hop) {
        return NULL;
    }
    hop->last[direction] = MAX(hop->last[direction], time);
    hop->cut = hop->cut || event->cut;
    if (event->sip.status == 0) {
        hop->first_request[direction] = MIN(hop->first_request[direction], time);
    }
    return hop;
}

/* Were requests of a hop in view, whole, for long enough before a time to have seen any of them? */
static bool hop_was_in_view(const Ledger *ledger, const StoryLeg *leg, gint64 time_ns)
{
    const Hop *hop = ledger_hop_lookup(ledger->hops, leg->source, leg->destination);

    return hop && !hop->cut && !ledger->forgot_requests &&
           hop->first_request[ledger_hop_direction(leg->source, leg->destination)] <=
               time_ns - HOP_VIEW_LEAD;
}

gint64 ledger_hop_last_ns(const Ledger *ledger, const char *source, const char *destination)
{
    const Hop *hop = ledger_hop_lookup(ledger->hops, source, destination);

    return hop ? hop->last[ledger_hop_direction(source, destination)] : G_MININT64;
}

/* A CANCEL has all of its INVITE but the method (RFC 3261, 9.1). */
static void take_cancel(Ledger *ledger, const StoryEvent *event)
{
    const StoryLeg like = transaction_of(event, event->source, event->destination, "INVITE");
    StoryLeg *leg =
        find_branch(ledger_transaction_find(ledger->transactions, &like), event->sip.branch);

    if (leg && leg->status < 200) {
        leg->cancelled = true;
    }
}

static void take_request(Ledger *ledger, const StoryEvent *event, const Hop *hop)
{
    if (!story_sip_awaits_answer(&event->sip)) {
        ledger_take_offers(ledger, event, NULL);
        ledger_take_krrs(ledger, event, NULL);
        take_cancel(ledger, event);
        return;
    }
    StoryLeg *leg = leg_of(ledger, event, hop, event->source, event->destination);
    if (!leg->has_request) {
        leg->has_request = true;
        leg->request = event->frame;
        leg->request_readable = true;
        leg->to_tag = g_strdup(event->sip.to_tag);
    }
    leg->request_readable = leg->request_readable && !event->cut && !event->opaque;
    ledger_take_offers(ledger, event, leg);
    ledger_take_krrs(ledger, event, NULL);
    settle_legs(ledger, leg, event->frame.time_ns);
}

static bool holds_broken_krr(const StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        if (((const StoryKrrSeen *)event->krrs->pdata[i])->document->error) {
            return true;
        }
    }
    return false;
}

static void take_response(Ledger *ledger, const StoryEvent *event, const Hop *hop)
{
    StoryLeg *leg = leg_of(ledger, event, hop, event->destination, event->source);
    bool final = event->sip.status >= 200;

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
    ledger_take_offers(ledger, event, NULL);
    ledger_take_krrs(ledger, event, leg);
    settle_legs(ledger, leg, event->frame.time_ns);
}

void ledger_take_sip(Ledger *ledger, const StoryEvent *event)
{
    const Hop *hop = hop_note(ledger, event);

    (event->sip.status == 0 ? take_request : take_response)(ledger, event, hop);
}
