/* test-story-exchange.c
 * Which offer a KRR answers, frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/event/story-exchange.h"
#include "tests/support/policy-text.h"
#include "tests/support/story-sample.h"

static const OfferSpec offer = {
    "offer", "sip:alice@a.example", "sip:bob@b.example", "kms.a", "kms.a", MIKEY_PURPOSE_PCK, 0, 0};
static const KrrSpec usual = {
    .time = "2026-03-01T10:00:00Z",
    .creator = "sip:server@b.example",
    .idri = "sip:alice@a.example",
    .idrr = "sip:bob@b.example",
    .idrkmsi = "kms.a",
    .idrkmsr = "kms.a",
    .initiator_list = "ANY",
    .receiver_list = "kms.b",
};
static const KrrSpec krr = {0};

#define MOST_MESSAGES 12

/* What each frame is linked to, the time since the offer in milliseconds behind it; 0: nothing. */
static const struct {
    const char *name;
    Message messages[MOST_MESSAGES];
    const char *links;
} cases[] = {
    {"pair",
     {{0, "a", "b", "c", .offer = &offer}, {40, "b", "a", "c", 488, .krr = &krr}},
     "2 1+40"},
    {"repeated",
     {{0, "a", "b", "c", .offer = &offer},
      {500, "a", "b", "c", .offer = &offer},
      {540, "b", "a", "c", 488, .krr = &krr},
      {600, "b", "a", "c", 488, .krr = &krr}},
     "3 3 1+540 1+600"},
    {"two hops",
     {{0, "a", "b", "c", .offer = &offer},
      {1, "b", "d", "e", .offer = &offer},
      {40, "d", "b", "e", 488, .krr = &krr},
      {41, "b", "a", "c", 488, .krr = &krr}},
     "4 3 2+39 1+41"},
    {"other transaction",
     {{0, "a", "b", "c", .offer = &offer}, {40, "b", "a", "x", 488, .krr = &krr}},
     "0 0"},
    {"other branch",
     {{0, "a", "b", "c", .offer = &offer, .branch = "one"},
      {40, "b", "a", "c", 488, .krr = &krr, .branch = "two"}},
     "0 0"},
    {"other direction",
     {{0, "a", "b", "c", .offer = &offer}, {40, "a", "b", "c", 488, .krr = &krr}},
     "0 0"},
    {"answer without KRR",
     {{0, "a", "b", "c", .offer = &offer}, {40, "b", "a", "c", 200, .krr = NULL}},
     "0 0"},
    {"request without offer",
     {{0, "a", "b", "c", .offer = NULL}, {40, "b", "a", "c", 488, .krr = &krr}},
     "0 0"},
    {"answer before the request in the file",
     {{40, "b", "a", "c", 488, .krr = &krr}, {0, "a", "b", "c", .offer = &offer}},
     "2+40 1"},
    {"answer older than the request",
     {{0, "b", "a", "c", 488, .krr = &krr}, {40, "a", "b", "c", .offer = &offer}},
     "0 0"},
    {"without SIP",
     {{0, "a", "b", "c", .offer = &offer, .no_sip = true},
      {40, "b", "a", "c", 488, .krr = &krr, .no_sip = true}},
     "0 0"},
    {"too late",
     {{0, "a", "b", "c", .offer = &offer},
      {500000, "a", "b", "x", .offer = &offer},
      {500040, "b", "a", "c", 488, .krr = &krr}},
     "0 0 0"},
};

static void write_links(GString *text, const StoryExchanges *exchanges, guint frames)
{
    for (guint frame = 1; frame <= frames; frame++) {
        gint64 delay_ns = 0;
        const StoryFrame *request = story_exchanges_offer_of(exchanges, frame, 0, &delay_ns);
        const StoryFrame *answer = story_exchanges_answer_of(exchanges, frame, 0);

        g_assert_true(!request || !answer);
        g_assert_null(story_exchanges_answer_of(exchanges, frame, 1));
        g_string_append_printf(text, "%s%u", frame > 1 ? " " : "",
                               request  ? (guint)request->number
                               : answer ? (guint)answer->number
                                        : 0);
        if (request) {
            g_string_append_printf(text, "+%d", (int)(delay_ns / STORY_MS));
        }
    }
}

static void test_case(gconstpointer data)
{
    const gsize place = GPOINTER_TO_SIZE(data);
    const Message *messages = cases[place].messages;
    g_autoptr(KmsPolicy) policy = policy_from_text("");
    g_autoptr(StoryExchanges) exchanges = story_exchanges_new();
    g_autoptr(GString) links = g_string_new(NULL);
    guint count = 0;

    for (; count < MOST_MESSAGES && messages[count].from; count++) {
        g_autoptr(StoryEvent) event = message_event(&messages[count], count + 1, &usual, policy);
        story_exchanges_take(exchanges, event, 0);
    }
    write_links(links, exchanges, count);
    g_assert_cmpstr(links->str, ==, cases[place].links);
}

/* Whoever offers without end is forgotten again. */
static void test_many(void)
{
    g_autoptr(KmsPolicy) policy = policy_from_text("");
    g_autoptr(StoryExchanges) exchanges = story_exchanges_new();
    const guint many = 100000;
    gint64 delay_ns;

    for (guint i = 1; i <= many; i++) {
        g_autofree char *call = g_strdup_printf("call-%u", i);
        const Message request = {0, "a", "b", call, .offer = &offer};
        g_autoptr(StoryEvent) event = message_event(&request, i, &usual, policy);
        story_exchanges_take(exchanges, event, 0);
    }
    for (guint i = 1; i <= 2; i++) {
        g_autofree char *call = g_strdup_printf("call-%u", i == 1 ? 1 : many);
        const Message answer = {1, "b", "a", call, 488, .krr = &krr};
        g_autoptr(StoryEvent) event = message_event(&answer, many + i, &usual, policy);
        story_exchanges_take(exchanges, event, 0);
    }
    g_assert_null(story_exchanges_offer_of(exchanges, many + 1, 0, &delay_ns));
    g_assert_cmpuint(story_exchanges_offer_of(exchanges, many + 2, 0, &delay_ns)->number, ==, many);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/story-exchange/", cases[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    g_test_add_func("/story-exchange/many", test_many);
    return g_test_run();
}
