/* test-ledger-limits.c
 * What the ledger does where its limits are reached: it leaves out, says so, and concludes nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/story/ledger.h"
#include "krr-sample.h"

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

/** @param status  0: a request. @param call_id  taken over */
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

/** A KRR with that many KMSs in a list, none of which others name. */
static char *krr_with_list(guint number, guint members)
{
    GString *text = g_string_new("<KmsRedirectResponse " XMLNS_KRR ">" VALUES "<ReceiverKmsList>");

    for (guint i = 0; i < members; i++) {
        g_string_append_printf(text, "<KmsUri>kms-%u.of-%u.example.org</KmsUri>", i, number);
    }
    g_string_append(text, "</ReceiverKmsList></KmsRedirectResponse>");
    return g_string_free(text, FALSE);
}

static void add_krr(Ledger *ledger, guint number, const char *text)
{
    StoryEvent *event = message(number, 488, g_strdup_printf("%u", number));
    g_autoptr(KrrDocument) document = sample_parse(text);

    krr_document_drop_tree(document);
    story_event_add_krr(event, document, STORY_CARRIER_SIP_488);
    ledger_add(ledger, event);
}

/** Adds large KRRs until some are left out. @return how many were added */
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
        g_autofree char *call_id = g_strdup_printf("%u", number);
        StoryEvent *offered = message(number, 0, g_strdup(call_id));
        MikeyOffer *offer = mikey_offer_new();
        offer->digest = g_strdup(call_id);
        offer->data_type = MIKEY_DATA_TYPE_SAKKE;
        g_ptr_array_add(offered->offers, offer);
        ledger_add(fixture->ledger, offered);
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

/* Call-IDs as long as somebody likes. */
static void test_leg_octets(Fixture *fixture, gconstpointer data)
{
    const guint n = 2 * LEDGER_MAX_LEG_MIB;

    (void)data;
    for (guint i = 0; i < n; i++) {
        StoryEvent *event = message(i + 1, 0, g_strnfill(MIB, (char)('a' + i % 26)));
        MikeyOffer *offer = mikey_offer_new();
        g_free(event->sip.method);
        event->sip.method = g_strdup_printf("INVITE%u", i);
        offer->digest = g_strdup_printf("%u", i);
        offer->data_type = MIKEY_DATA_TYPE_SAKKE;
        g_ptr_array_add(event->offers, offer);
        ledger_add(fixture->ledger, event);
    }
    g_assert_cmpuint(ledger_legs(fixture->ledger)->len, <=, LEDGER_MAX_LEG_MIB / 2 + 1);
    g_assert_cmpuint(ledger_omissions(fixture->ledger).legs, ==,
                     n - ledger_legs(fixture->ledger)->len);
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
    return g_test_run();
}
