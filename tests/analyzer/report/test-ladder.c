/* test-ladder.c
 * The drawing of messages between entities
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/ladder-draw.h"

#include <string.h>

#include "analyzer/process/text.h"

#define WIDTH 79

static void add(Ladder *ladder, const char *from, const char *to, const char *text,
                const char *detail)
{
    const LadderMessage message = {
        .from = ladder_entity(ladder, from),
        .to = ladder_entity(ladder, to),
        .mark = "E",
        .time = "+0.012",
        .frame = "3",
        .text = text,
        .detail = detail,
    };

    ladder_add_message(ladder, &message);
}

static char *draw(const Ladder *ladder, gsize width)
{
    GString *out = g_string_new(NULL);

    ladder_draw(ladder, width, out);
    return g_string_free(out, FALSE);
}

static void check_drawing(const Ladder *ladder, gsize width, const char *expected)
{
    g_autofree char *drawing = draw(ladder, width);

    g_assert_cmpstr(drawing, ==, expected);
}

static void test_two_entities(void)
{
    g_autoptr(Ladder) ladder = ladder_new();

    ladder_add_text(ladder, "1.", "the first");
    add(ladder, "alice", "proxy", "INVITE offer-1", NULL);
    add(ladder, "proxy", "alice", "488 krr-1", "embeds krr-2");
    check_drawing(ladder, 50,
                  "    time frame  alice                        proxy\n"
                  "  1. the first\n"
                  "E +0.012     3  |------- INVITE offer-1 -------->|\n"
                  "E +0.012     3  |<---------- 488 krr-1 ----------|\n"
                  "                |          embeds krr-2          |\n");
}

static void test_an_arrow_across_a_column(void)
{
    g_autoptr(Ladder) ladder = ladder_new();
    LadderMessage unseen = {.text = "no answer seen", .unseen = true};

    ladder_entity(ladder, "a");
    unseen.from = ladder_entity(ladder, "b");
    unseen.to = ladder_entity(ladder, "c");
    add(ladder, "c", "a", "200", NULL);
    ladder_add_message(ladder, &unseen);
    check_drawing(ladder, 61,
                  "    time frame  a                     b                     c\n"
                  "E +0.012     3  |<------------------ 200 -------------------|\n"
                  "                |                     |.. no answer seen ..>|\n");
}

/* One that is found later to stand before another goes to its left. */
static void test_an_entity_before_another(void)
{
    g_autoptr(Ladder) ladder = ladder_new();
    guint b = ladder_entity(ladder, "b");

    g_assert_false(ladder_knows(ladder, "a"));
    g_assert_cmpuint(ladder_entity_before(ladder, "a", b), ==, 1);
    g_assert_cmpuint(ladder_entity_before(ladder, "a", b), ==, 1);
    g_assert_true(ladder_knows(ladder, "a"));
    add(ladder, "a", "b", "X", NULL);
    check_drawing(ladder, 30,
                  "    time frame  a            b\n"
                  "E +0.012     3  |---- X ---->|\n");
}

/* What does not fit on the arrow stands beneath it. */
static void test_words_beneath_an_arrow(void)
{
    g_autoptr(Ladder) ladder = ladder_new();

    add(ladder, "a", "b", "SUBSCRIBE offer-12", "embeds krr-7");
    check_drawing(ladder, 36,
                  "    time frame  a                  b\n"
                  "E +0.012     3  |--- SUBSCRIBE --->|\n"
                  "                |     offer-12     |\n"
                  "                |   embeds krr-7   |\n");
}

static void test_itself(void)
{
    g_autoptr(Ladder) ladder = ladder_new();

    ladder_entity(ladder, "a");
    add(ladder, "b", "b", "loop", NULL);
    add(ladder, "a", "a", "loop", NULL);
    check_drawing(ladder, 36,
                  "    time frame  a                  b\n"
                  "E +0.012     3  |------ loop ------|\n"
                  "E +0.012     3  |------ loop ------|\n");
}

static void test_too_many_entities(void)
{
    g_autoptr(Ladder) ladder = ladder_new();
    g_autofree char *drawing = NULL;

    for (guint i = 0; i < 9; i++) {
        g_autofree char *from = g_strdup_printf("host-%u", i);
        g_autofree char *to = g_strdup_printf("host-%u", i + 1);

        add(ladder, from, to, "INVITE", "embeds krr-2");
    }
    drawing = draw(ladder, WIDTH);
    g_assert_true(g_str_has_prefix(
        drawing, "(10 entities do not fit side by side: each message is a line.)\n"));
    g_assert_nonnull(strstr(drawing, "E +0.012     3  host-8 -> host-9: INVITE, embeds krr-2\n"));
    g_assert_null(strchr(drawing, '|'));
}

static void test_one_entity_and_none(void)
{
    g_autoptr(Ladder) ladder = ladder_new();

    check_drawing(ladder, WIDTH, "");
    ladder_add_text(ladder, "=>", "nothing");
    check_drawing(ladder, WIDTH, "  => nothing\n");
    add(ladder, "a", "a", "loop", NULL);
    check_drawing(ladder, WIDTH, "  => nothing\nE +0.012     3  a -> a: loop\n");
}

/* Whatever the names and texts, everything stays within the width. */
static void test_never_wider(void)
{
    for (guint entities = 2; entities < 12; entities++) {
        g_autoptr(Ladder) ladder = ladder_new();
        g_autofree char *drawing = NULL;
        g_auto(GStrv) lines = NULL;

        for (guint i = 0; i + 1 < entities; i++) {
            g_autofree char *from = g_strnfill(50 * (i % 3) + i + 1, (char)('a' + i));
            g_autofree char *to = g_strnfill(50 * ((i + 1) % 3) + i + 2, (char)('b' + i));

            add(ladder, from, to,
                "\346\274\242\346\274\242\346\274\242\346\274\242 abcdefghijklmno",
                "sentence without an end and withaverylongwordinitthatfitsnowhereatall");
        }
        drawing = draw(ladder, WIDTH);
        lines = g_strsplit(drawing, "\n", -1);
        for (char **line = lines; *line; line++) {
            g_assert_cmpuint(text_columns(*line), <=, WIDTH);
        }
    }
}

/* Names that do not fit beside each other stand in several rows; each is there, if cut. */
static void test_long_names(void)
{
    g_autoptr(Ladder) ladder = ladder_new();
    g_autofree char *drawing = NULL;

    add(ladder, "sip:carol@home.example.org", "sip:outbound-proxy@home.example.org", "X", NULL);
    add(ladder, "sip:outbound-proxy@home.example.org",
        "sip:an-entity-with-a-name-that-nobody-can-remember@partner.example.org", "X", NULL);
    drawing = draw(ladder, WIDTH);
    g_assert_nonnull(strstr(drawing, "sip:carol@home.example.org"));
    g_assert_nonnull(strstr(drawing, "sip:outbound-proxy@home.example.org"));
    g_assert_nonnull(strstr(drawing, "sip:an-entity-with-a-name-that-nobody..."));
}

static void test_cut(void)
{
    g_autofree char *whole = text_cut("0123456789", 10);
    g_autofree char *cut = text_cut("0123456789a", 10);
    g_autofree char *wide = text_cut("\346\274\242\346\274\242\346\274\242\346\274\242", 7);

    g_assert_cmpstr(whole, ==, "0123456789");
    g_assert_cmpstr(cut, ==, "0123456...");
    g_assert_cmpstr(wide, ==, "\346\274\242\346\274\242...");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ladder/two-entities", test_two_entities);
    g_test_add_func("/ladder/across-a-column", test_an_arrow_across_a_column);
    g_test_add_func("/ladder/before-another", test_an_entity_before_another);
    g_test_add_func("/ladder/words-beneath", test_words_beneath_an_arrow);
    g_test_add_func("/ladder/itself", test_itself);
    g_test_add_func("/ladder/too-many-entities", test_too_many_entities);
    g_test_add_func("/ladder/one-and-none", test_one_entity_and_none);
    g_test_add_func("/ladder/never-wider", test_never_wider);
    g_test_add_func("/ladder/long-names", test_long_names);
    g_test_add_func("/ladder/cut", test_cut);
    return g_test_run();
}
