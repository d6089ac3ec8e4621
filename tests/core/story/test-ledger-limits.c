/* test-ledger-limits.c
 * What the ledger does where its limits are reached: it leaves out, says so, and concludes nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/story/ledger.h"
#include "tests/support/krr-sample.h"

#define MIB (1024 * 1024)

typedef struct Fixture {
    KmsPolicy *policy;
    Ledger *ledger;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->policy = kms_policy_new();
    fixture->ledger = ledger_new(fixture->policy);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ledger_free(fixture->ledger);
    kms_policy_free(fixture->policy);
}

/* @param status  0: a request. @param call_id  taken over */
static StoryEvent *message(guint number, guint status, char *call_id)
{
    StoryEvent *event = story_event_new();

    event->frame = (StoryFrame){.capture = 1, .number = number, .time_ns = number};
    event->source = g_strdup(status ? "192.0.2.2" : "192.0.2.1");
    event->destination = g_strdup(status ? "192.0.2.1" : "192.0.2.2");
    event->has_sip = true;
    event->sip.status = status;
    event->sip.method = g_strdup("INVITE");
    event->sip.call_id = call_id;
    event->sip.cseq = 1;
    return event;
}

/* A KRR with that many KMSs in a list, none of which others name. */
static char *krr_with_list(guint number, guint members)
{
    GString *text = g_string_new("<KmsRedirectResponse " XMLNS_KRR ">" VALUES "<ReceiverKmsList>");

    for (guint i = 0; i < members; i++) {
        g_string_append_printf(text, "<KmsUri>kms-%u.of-%u.example.org</KmsUri>", i, number);
    }
    g_string_append(text, "</ReceiverKmsList></KmsRedirectResponse>");
    return g_string_free(text, FALSE);
}

/* @param answered  Call-ID of the request */
static void answer(Ledger *ledger, guint number, const char *answered, gint64 time_ns,
                   const char *text)
{
    StoryEvent *event = message(number, 488, g_strdup(answered));
    g_autoptr(KrrDocument) document = sample_parse(text);

    event->frame.time_ns = time_ns;
    krr_document_drop_origin(document);
    story_event_add_krr(event, document, STORY_CARRIER_SIP_488);
    ledger_add(ledger, event);
}

static void add_krr(Ledger *ledger, guint number, const char *text)
{
    g_autofree char *call_id = g_strdup_printf("%u", number);

    answer(ledger, number, call_id, number, text);
}

/* A small KRR that is like no other. */
static void add_small_krr(Ledger *ledger, guint number, const char *answered, gint64 time_ns)
{
    g_autofree char *text = krr_with_list(number, 1);

    answer(ledger, number, answered, time_ns, text);
}

/* An offer and the request that carries it. @param idri  NULL: hidden */
static StoryEvent *offered(guint number, const char *idri)
{
    StoryEvent *event = message(number, 0, g_strdup_printf("%u", number));
    MikeyOffer *offer = mikey_offer_new();

    offer->digest = g_strdup_printf("%u", number);
    offer->data_type = MIKEY_DATA_TYPE_SAKKE;
    offer->idri = g_strdup(idri);
    g_ptr_array_add(event->offers, offer);
    return event;
}

static void add_offer(Ledger *ledger, guint number, const char *idri)
{
    ledger_add(ledger, offered(number, idri));
}

/* Adds large KRRs until some are left out. @return how many were added */
static guint fill_with_krrs(Ledger *ledger)
{
    guint n = 0;

    while (ledger_omissions(ledger).krrs < 3) {
        g_autofree char *text = krr_with_list(n, 2000);
        add_krr(ledger, ++n, text);
        g_assert_cmpuint(n, <, LEDGER_MAX_KRRS / 10);
    }
    return n;
}

/* Large ones reach the limit by octets long before that by number. */
static void test_krr_octets(Fixture *fixture, gconstpointer data)
{
    guint n = fill_with_krrs(fixture->ledger);
    guint kept = ledger_krrs(fixture->ledger)->len;

    (void)data;
    g_assert_cmpuint(kept, ==, n - 3);
    /* A list of 2000 takes between 100 and 500 KiB. */
    g_assert_cmpuint(kept, >, LEDGER_MAX_KRR_MIB * 2);
    g_assert_cmpuint(kept, <, LEDGER_MAX_KRR_MIB * 10);
}

/* A small one may still fit, and what was seen already is seen again. */
static void test_krr_seen_again(Fixture *fixture, gconstpointer data)
{
    guint n = fill_with_krrs(fixture->ledger);
    guint kept = ledger_krrs(fixture->ledger)->len;
    g_autofree char *first = krr_with_list(0, 2000);

    (void)data;
    add_krr(fixture->ledger, n + 1, first);
    const StoryKrr *krr = g_ptr_array_index(ledger_krrs(fixture->ledger), 0);
    g_assert_cmpuint(krr->frames->len, ==, 2);
    g_assert_cmpuint(ledger_krrs(fixture->ledger)->len, ==, kept);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).krrs, ==, 3);
}

/* An answer whose KRR was left out must not look like one without any. */
static void test_left_out_krr_proves_nothing(Fixture *fixture, gconstpointer data)
{
    guint before = 0;

    (void)data;
    do {
        before = (guint)ledger_omissions(fixture->ledger).krrs;
        guint number = ledger_krrs(fixture->ledger)->len + 1;
        add_offer(fixture->ledger, number, NULL);
        g_autofree char *text = krr_with_list(number, 2000);
        add_krr(fixture->ledger, number, text);
    } while (ledger_omissions(fixture->ledger).krrs == before);

    const GPtrArray *legs = ledger_legs(fixture->ledger);
    const StoryLeg *kept = g_ptr_array_index(legs, 0);
    const StoryLeg *left_out = g_ptr_array_index(legs, legs->len - 1);
    g_assert_cmpuint(kept->krrs->len, ==, 1);
    g_assert_false(kept->answer_unreadable);
    g_assert_cmpuint(left_out->krrs->len, ==, 0);
    g_assert_true(left_out->answer_unreadable);
}

/* An offer in a request with a Call-ID of a MiB. */
static void add_long_call(Ledger *ledger, guint number)
{
    StoryEvent *event = offered(number, NULL);

    g_free(event->sip.call_id);
    event->sip.call_id = g_strnfill(MIB, (char)('a' + number % 26));
    event->sip.cseq = number;
    ledger_add(ledger, event);
}

/* Call-IDs as long as somebody likes. */
static void test_leg_octets(Fixture *fixture, gconstpointer data)
{
    const guint n = 2 * LEDGER_MAX_LEG_MIB;

    (void)data;
    for (guint i = 1; i <= n; i++) {
        add_long_call(fixture->ledger, i);
    }
    g_assert_cmpuint(ledger_legs(fixture->ledger)->len, <=, LEDGER_MAX_LEG_MIB + 1);
    g_assert_cmpuint(ledger_legs(fixture->ledger)->len, >, LEDGER_MAX_LEG_MIB / 2);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).legs, ==,
                     n - ledger_legs(fixture->ledger)->len);
}

/* A request whose offer was left out must not look like one without any. */
static void test_left_out_offer_proves_nothing(Fixture *fixture, gconstpointer data)
{
    const gint64 begun_ns = 300 * STORY_SECOND, answered_ns = 430 * STORY_SECOND;
    guint number;

    (void)data;
    for (number = 1; number <= LEDGER_MAX_LEG_MIB; number++) {
        add_long_call(fixture->ledger, number);
    }
    g_assert_cmpuint(ledger_omissions(fixture->ledger).legs, ==, 0);
    StoryEvent *late = offered(number, NULL);
    late->frame.time_ns = begun_ns;
    g_autofree char *late_call = g_strdup(late->sip.call_id);
    ledger_add(fixture->ledger, late);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).legs, ==, 1);
    /* Those before it go, which makes room for its answer. */
    add_small_krr(fixture->ledger, number, late_call, answered_ns);
    add_small_krr(fixture->ledger, number, late_call, answered_ns + 1);
    const GPtrArray *legs = ledger_legs(fixture->ledger);
    g_assert_cmpuint(legs->len, ==, 1);
    const StoryLeg *leg = g_ptr_array_index(legs, 0);
    g_assert_cmpuint(leg->krrs->len, ==, 1);
    g_assert_cmpuint(leg->offers->len, ==, 0);
    g_assert_true(leg->has_request);
    g_assert_false(leg->request_readable);
}

/* Adds offers with identities of a MiB. */
static void add_long_offers(Ledger *ledger, guint first, guint last)
{
    for (guint i = first; i <= last; i++) {
        g_autofree char *idri = g_strnfill(MIB, (char)('a' + i % 26));
        add_offer(ledger, i, idri);
    }
}

/* Identities as long as somebody likes reach the limit by octets long before that by number. */
static void test_offer_octets(Fixture *fixture, gconstpointer data)
{
    const guint fit = LEDGER_MAX_OFFER_MIB - 1, more = LEDGER_MAX_OFFER_MIB + 10;

    (void)data;
    add_long_offers(fixture->ledger, 1, fit);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).offers, ==, 0);
    g_assert_cmpuint(ledger_all_offers(fixture->ledger)->len, ==, fit);
    add_long_offers(fixture->ledger, fit + 1, more);
    g_assert_cmpuint(ledger_all_offers(fixture->ledger)->len, ==, fit);
    g_assert_cmpuint(ledger_legs(fixture->ledger)->len, ==, fit);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).offers, ==, more - fit);
    g_assert_cmpuint(ledger_offers_seen(fixture->ledger), ==, more);
}

/* A KRR that answers an offer which was let go before its time is not one that nobody asked for. The
 *  first request of a hop that is in view is told from it by what was forgotten since. */
static void test_crowded_out_offer_proves_nothing(Fixture *fixture, gconstpointer data)
{
    const guint fit = LEDGER_MAX_OFFER_MIB - 1;
    const gint64 answered_ns = 185 * STORY_SECOND; /* longer than an INVITE waits */

    (void)data;
    add_long_offers(fixture->ledger, 1, fit);
    add_small_krr(fixture->ledger, 1, "nobody", answered_ns);
    const GPtrArray *legs = ledger_legs(fixture->ledger);
    const StoryLeg *unasked = g_ptr_array_index(legs, legs->len - 1);
    g_assert_cmpuint(unasked->krrs->len, ==, 1);
    g_assert_true(unasked->hop_was_in_view);

    add_long_offers(fixture->ledger, fit + 1, fit + 1);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).offers, ==, 1);
    add_small_krr(fixture->ledger, 2, "1", answered_ns);
    const StoryLeg *answered = g_ptr_array_index(legs, legs->len - 1);
    g_assert_cmpstr(answered->call_id, ==, "1");
    g_assert_cmpuint(answered->krrs->len, ==, 1);
    g_assert_cmpuint(answered->offers->len, ==, 0);
    g_assert_false(answered->hop_was_in_view);
}

/* One offer, seen again and again, takes room as well; the one before it makes some. */
static void test_offer_sightings(Fixture *fixture, gconstpointer data)
{
    const guint fit = LEDGER_MAX_OFFER_MIB - 1, sightings = MIB / sizeof(StoryFrame);

    (void)data;
    add_long_offers(fixture->ledger, 1, fit);
    for (guint i = 1; i <= sightings; i++) {
        StoryEvent *event = offered(fit, NULL);
        event->frame.number += i;
        event->frame.time_ns += i;
        ledger_add(fixture->ledger, event);
        if (i == sightings / 2) {
            g_assert_cmpuint(ledger_omissions(fixture->ledger).offers, ==, 0);
        }
    }
    const GPtrArray *offers = ledger_all_offers(fixture->ledger);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).offers, ==, 1);
    g_assert_cmpuint(offers->len, ==, fit - 1);
}

/* Offers that a KRR answered stay for the report: as many as there is room for. */
static void test_answered_offer_octets(Fixture *fixture, gconstpointer data)
{
    const guint n = LEDGER_MAX_OFFER_MIB - 1;
    const gint64 hour_ns = 3600 * STORY_SECOND;

    (void)data;
    for (guint i = 1; i <= 2 * n; i++) {
        g_autofree char *call_id = g_strdup_printf("%u", i);
        add_long_offers(fixture->ledger, i, i);
        add_small_krr(fixture->ledger, i, call_id, i);
        if (i % n == 0) { /* the time comes to look at them */
            StoryEvent *event = message(i, 0, NULL);
            event->frame.time_ns = hour_ns;
            ledger_add(fixture->ledger, event);
            g_assert_cmpuint(ledger_all_offers(fixture->ledger)->len, ==, n);
            g_assert_cmpuint(ledger_omissions(fixture->ledger).offers, ==, i - n);
        }
    }
}

#define ADD(name, function)                                                                        \
    g_test_add("/ledger-limits/" name, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("krr-octets", test_krr_octets);
    ADD("krr-seen-again", test_krr_seen_again);
    ADD("left-out-krr-proves-nothing", test_left_out_krr_proves_nothing);
    ADD("leg-octets", test_leg_octets);
    ADD("left-out-offer-proves-nothing", test_left_out_offer_proves_nothing);
    ADD("offer-octets", test_offer_octets);
    ADD("crowded-out-offer-proves-nothing", test_crowded_out_offer_proves_nothing);
    ADD("offer-sightings", test_offer_sightings);
    ADD("answered-offer-octets", test_answered_offer_octets);
    return g_test_run();
}
