/* test-leg-store.c
 * Legs are found by transaction and branch, and go without leaving traces
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/stores/leg-store.h"

#define MIB     (1024 * 1024)
#define A_WHILE (600 * STORY_SECOND)

typedef struct Fixture {
    LegStore *store;
    StoryOffer offer;
    StoryKrr krr;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->store = leg_store_new();
    fixture->offer.legs = g_ptr_array_new();
    fixture->krr.legs = g_ptr_array_new();
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    leg_store_free(fixture->store);
    g_ptr_array_unref(fixture->offer.legs);
    g_ptr_array_unref(fixture->krr.legs);
}

static StorySip message(const char *call_id, const char *branch)
{
    return (StorySip){.method = (char *)"INVITE",
                      .call_id = (char *)call_id,
                      .cseq = 1,
                      .branch = (char *)branch};
}

static LegKey key_of(const StorySip *sip)
{
    return leg_key("192.0.2.1", "192.0.2.2", sip->method, sip);
}

/* Adds the leg of a request. @param time_ns  of the request */
static StoryLeg *add_as(Fixture *fixture, const LegKey *key, const StorySip *sip, gint64 time_ns)
{
    StoryLeg *leg = leg_store_add(fixture->store, key, sip, g_ref_string_new_intern(key->source),
                                  g_ref_string_new_intern(key->destination));

    leg->has_request = true;
    leg->request_readable = true;
    leg->request = (StoryFrame){.capture = 1, .number = 1, .time_ns = time_ns};
    return leg;
}

static StoryLeg *add(Fixture *fixture, const char *call_id, const char *branch)
{
    const StorySip sip = message(call_id, branch);
    const LegKey key = key_of(&sip);

    return add_as(fixture, &key, &sip, 0);
}

static StoryLeg *find(const Fixture *fixture, const char *call_id, const char *branch)
{
    const StorySip sip = message(call_id, branch);
    const LegKey key = key_of(&sip);

    return leg_store_find(fixture->store, &key, branch);
}

static void test_transaction(Fixture *fixture, gconstpointer data)
{
    StoryLeg *leg = add(fixture, "a", "1");
    StorySip sip = message("a", "1");

    (void)data;
    g_assert_true(find(fixture, "a", "1") == leg);
    g_assert_null(find(fixture, "b", "1"));
    const LegKey back = leg_key("192.0.2.2", "192.0.2.1", "INVITE", &sip);
    g_assert_null(leg_store_find(fixture->store, &back, "1"));
    const LegKey method = leg_key("192.0.2.1", "192.0.2.2", "BYE", &sip);
    g_assert_null(leg_store_find(fixture->store, &method, "1"));
    sip.cseq = 2;
    const LegKey next = key_of(&sip);
    g_assert_null(leg_store_find(fixture->store, &next, "1"));
    g_assert_cmpstr(leg->call_id, ==, "a");
    g_assert_cmpstr(leg->branch, ==, "1");
    g_assert_cmpstr(leg->method, ==, "INVITE");
}

static void test_branches(Fixture *fixture, gconstpointer data)
{
    StoryLeg *first = add(fixture, "a", "1");
    StoryLeg *second = add(fixture, "a", "2");
    StoryLeg *any = add(fixture, "b", NULL);

    (void)data;
    g_assert_true(find(fixture, "a", "1") == first);
    g_assert_true(find(fixture, "a", "2") == second);
    g_assert_null(find(fixture, "a", "3"));
    g_assert_true(find(fixture, "a", NULL) == second);
    g_assert_true(find(fixture, "b", "3") == any);
}

/* Transactions whose hashes are the same are told apart, whichever of them goes.
 * @param data  which one goes */
static void test_equal_hashes(Fixture *fixture, gconstpointer data)
{
    static const char *const calls[] = {"a", "b", "c"};
    const guint gone = GPOINTER_TO_UINT(data);
    LegKey keys[G_N_ELEMENTS(calls)];
    StoryLeg *legs[G_N_ELEMENTS(calls)];

    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        const StorySip sip = message(calls[i], "1");
        keys[i] = key_of(&sip);
        keys[i].hash = 1;
        legs[i] = add_as(fixture, &keys[i], &sip, 0);
    }
    leg_store_add_offer(fixture->store, legs[gone], &fixture->offer);
    leg_store_remove_offer(fixture->store, &fixture->offer, false);
    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        const StoryLeg *found = leg_store_find(fixture->store, &keys[i], "1");
        g_assert_true(found == (i == gone ? NULL : legs[i]));
    }
}

/* Cargo ties both ways, once; a leg goes with its last offer, unless it has a KRR. */
static void test_cargo(Fixture *fixture, gconstpointer data)
{
    StoryLeg *one = add(fixture, "a", "1");
    StoryLeg *two = add(fixture, "b", "1");
    StoryLeg *three = add(fixture, "c", "1");
    const GPtrArray *legs = leg_store_legs(fixture->store);
    StoryOffer other = {.legs = g_ptr_array_new()};

    (void)data;
    g_assert_cmpuint(legs->len, ==, 0);
    leg_store_add_offer(fixture->store, one, &fixture->offer);
    leg_store_add_offer(fixture->store, one, &fixture->offer);
    leg_store_add_offer(fixture->store, two, &fixture->offer);
    leg_store_add_offer(fixture->store, three, &other);
    leg_store_add_krr(fixture->store, two, &fixture->krr, (StoryFrame){.number = 7});
    leg_store_add_krr(fixture->store, two, &fixture->krr, (StoryFrame){.number = 8});
    g_assert_cmpuint(legs->len, ==, 3);
    g_assert_cmpuint(one->offers->len, ==, 1);
    g_assert_cmpuint(fixture->offer.legs->len, ==, 2);
    g_assert_cmpuint(two->krrs->len, ==, 1);
    g_assert_cmpuint(story_frame_at(two->krr_frames, 0)->number, ==, 7);
    g_assert_true(story_leg_at(fixture->krr.legs, 0) == two);

    leg_store_remove_offer(fixture->store, &fixture->offer, false);
    g_assert_cmpuint(legs->len, ==, 2);
    g_assert_null(find(fixture, "a", "1"));
    g_assert_true(find(fixture, "b", "1") == two);
    g_assert_cmpuint(two->offers->len, ==, 0);
    leg_store_sort(fixture->store);
    g_assert_true(story_leg_at(legs, 0) == two && story_leg_at(legs, 1) == three);
    leg_store_remove_offer(fixture->store, &other, false);
    g_assert_cmpuint(legs->len, ==, 1);
    g_assert_true(leg_store_is_complete(fixture->store));
    g_ptr_array_unref(other.legs);
}

/* Empty legs go when they are old; legs with cargo stay. */
static void test_expiry(Fixture *fixture, gconstpointer data)
{
    StoryLeg *loaded = add(fixture, "loaded", "1");
    const StorySip sip = message("young", "1");
    const LegKey key = key_of(&sip);

    (void)data;
    add(fixture, "old", "1");
    leg_store_add_offer(fixture->store, loaded, &fixture->offer);
    StoryLeg *young = add_as(fixture, &key, &sip, A_WHILE);
    leg_store_expire(fixture->store, A_WHILE);
    g_assert_null(find(fixture, "old", "1"));
    g_assert_true(find(fixture, "young", "1") == young);
    g_assert_true(find(fixture, "loaded", "1") == loaded);
    g_assert_true(leg_store_is_complete(fixture->store));
}

/* Where empty legs take too much room the oldest go, and the store says that it is not complete. */
static void test_crowd(Fixture *fixture, gconstpointer data)
{
    g_autofree char *branch = g_strnfill(MIB, 'x');

    (void)data;
    add(fixture, "first", branch);
    for (guint i = 1; i < LEDGER_MAX_LEG_MIB - 1; i++) {
        g_autofree char *call_id = g_strdup_printf("%u", i);
        add(fixture, call_id, branch);
    }
    leg_store_expire(fixture->store, 0);
    g_assert_true(leg_store_is_complete(fixture->store));
    g_assert_nonnull(find(fixture, "first", branch));
    add(fixture, "one too many", branch);
    leg_store_expire(fixture->store, 0);
    g_assert_false(leg_store_is_complete(fixture->store));
    g_assert_null(find(fixture, "first", branch));
    g_assert_nonnull(find(fixture, "one too many", branch));
}

/* Where no leg may get cargo any more, what a leg seems to lack proves nothing. */
static void test_left_out(Fixture *fixture, gconstpointer data)
{
    g_autofree char *branch = g_strnfill(MIB, 'x');

    (void)data;
    for (guint i = 0; i < LEDGER_MAX_LEG_MIB; i++) {
        g_autofree char *call_id = g_strdup_printf("%u", i);
        leg_store_add_offer(fixture->store, add(fixture, call_id, branch), &fixture->offer);
    }
    StoryLeg *late = add(fixture, "late", "1");
    g_assert_cmpuint(leg_store_left_out(fixture->store), ==, 0);
    leg_store_add_offer(fixture->store, late, &fixture->offer);
    leg_store_add_krr(fixture->store, late, &fixture->krr, (StoryFrame){.number = 1});
    g_assert_cmpuint(leg_store_left_out(fixture->store), ==, 2);
    g_assert_false(late->request_readable);
    g_assert_true(late->answer_unreadable);
    g_assert_false(story_leg_has_cargo(late));
    g_assert_cmpuint(fixture->krr.legs->len, ==, 0);
}

#define ADD_WITH(name, number, function)                                                           \
    g_test_add("/leg-store/" name, Fixture, GUINT_TO_POINTER(number), set_up, function, tear_down)
#define ADD(name, function) ADD_WITH(name, 0, function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("transaction", test_transaction);
    ADD("branches", test_branches);
    ADD_WITH("equal-hashes/oldest-goes", 0, test_equal_hashes);
    ADD_WITH("equal-hashes/middle-goes", 1, test_equal_hashes);
    ADD_WITH("equal-hashes/newest-goes", 2, test_equal_hashes);
    ADD("cargo", test_cargo);
    ADD("expiry", test_expiry);
    ADD("crowd", test_crowd);
    ADD("left-out", test_left_out);
    return g_test_run();
}
