/* test-timeline.c
 * Events come to the ledger in the order of time, soon, whatever the order of the frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/* It looks inside. */
#include "core/story/timeline.c"

/* A request that carries an offer of its own, so that the ledger keeps its leg. */
static StoryEvent *request(guint32 capture, guint64 number, gint64 time_ns, const char *digest)
{
    StoryEvent *event = story_event_new();
    MikeyOffer *offer = mikey_offer_new();

    event->frame = (StoryFrame){.capture = capture, .number = number, .time_ns = time_ns};
    event->source = g_strdup("192.0.2.1");
    event->destination = g_strdup("192.0.2.2");
    event->has_sip = true;
    event->sip.method = g_strdup("INVITE");
    event->sip.call_id = g_strdup(digest);
    event->sip.cseq = 1;
    event->sip.branch = g_strdup(digest);
    offer->digest = g_strdup(digest);
    offer->data_type = MIKEY_DATA_TYPE_SAKKE;
    offer->csb_id = (guint32)MIKEY_PURPOSE_PCK << 28;
    g_ptr_array_add(event->offers, offer);
    return event;
}

static void test_order(void)
{
    g_autoptr(KmsPolicy) policy = kms_policy_new();
    g_autoptr(Ledger) ledger = ledger_new(policy);
    g_autoptr(Timeline) timeline = timeline_new(ledger);
    const GPtrArray *legs;
    GString *order = g_string_new(NULL);

    timeline_add(timeline, request(1, 1, 50, "a"));
    timeline_add(timeline, request(1, 3, 70, "b"));
    timeline_add(timeline, request(1, 2, 70, "c")); /* same time: by number */
    timeline_add(timeline, request(1, 4, 60, "d")); /* a step back in time */
    timeline_add(timeline, request(2, 9, 50, "e")); /* same time: by capture */
    timeline_add(timeline, request(2, 1, 10, "f"));
    timeline_add(timeline, request(2, 2, 50, "g")); /* and then by number */
    timeline_finish(timeline);
    ledger_finish(ledger);

    legs = ledger_legs(ledger);
    for (guint i = 0; i < legs->len; i++) {
        g_string_append(order, ((const StoryLeg *)g_ptr_array_index(legs, i))->call_id);
    }
    g_assert_cmpstr(order->str, ==, "fagedcb");
    g_string_free(order, TRUE);
}

/* Told as soon as nothing older can follow, and still in order. */
static void test_streaming(void)
{
    const gint64 second = TIMELINE_DISORDER_NS / 10;
    g_autoptr(KmsPolicy) policy = kms_policy_new();
    g_autoptr(Ledger) ledger = ledger_new(policy);
    g_autoptr(Timeline) timeline = timeline_new(ledger);

    timeline_add(timeline, request(1, 1, 1 * second, "a"));
    timeline_add(timeline, request(1, 2, 3 * second, "c"));
    timeline_add(timeline, request(1, 3, 2 * second, "b"));
    g_assert_cmpint(ledger_offers_seen(ledger), ==, 0);
    timeline_add(timeline, request(1, 4, 12 * second, "d"));
    g_assert_cmpint(ledger_offers_seen(ledger), ==, 1); /* a: more than ten seconds back */
    timeline_add(timeline, request(1, 5, 13 * second + 1, "e"));
    g_assert_cmpint(ledger_offers_seen(ledger), ==, 3);
    timeline_finish(timeline);
    g_assert_cmpint(ledger_offers_seen(ledger), ==, 5);
}

/* What waits takes bounded memory: events of one moment are told before anything follows. */
static void test_crowd(void)
{
    const guint n = 2 * TIMELINE_MAX_MIB;
    g_autoptr(KmsPolicy) policy = kms_policy_new();
    g_autoptr(Ledger) ledger = ledger_new(policy);
    g_autoptr(Timeline) timeline = timeline_new(ledger);

    for (guint i = 0; i < n; i++) {
        g_autofree char *digest = g_strdup_printf("%u", i);
        StoryEvent *event = request(1, i + 1, 5, digest);

        g_free(event->sip.from_tag);
        event->sip.from_tag = g_strnfill(1024 * 1024, 't');
        timeline_add(timeline, event);
    }
    g_assert_cmpint(ledger_offers_seen(ledger), >=, n - TIMELINE_MAX_MIB);
    g_assert_cmpint(ledger_offers_seen(ledger), <, n);
    timeline_finish(timeline);
    g_assert_cmpint(ledger_offers_seen(ledger), ==, n);
    g_assert_cmpuint(timeline->octets, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/order", test_order);
    g_test_add_func("/timeline/streaming", test_streaming);
    g_test_add_func("/timeline/crowd", test_crowd);
    return g_test_run();
}
