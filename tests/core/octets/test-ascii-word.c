/* test-ascii-word.c
 * Words are found wherever they stand, and nowhere else
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/ascii-word.h"

#include <string.h>

static const struct {
    const char *text, *word;
    gssize at; /* -1: nowhere */
} cases[] = {
    {"", "mikey", -1},
    {"mike", "mikey", -1},
    {"mikey", "mikey", 0},
    {"MiKeY", "mikey", 0},
    {"a=key-mgmt:mikey x", "mikey", 11},
    {"mikemikemikey", "mikey", 8},
    {"mikey mikey", "mikey", 0},
    {"mimikemikex", "mikey", -1},
    {"kmskmsredirectresponses", "kmsredirectresponse", 3},
    {"@-", "`m", -1}, /* what differs by that bit is no letter */
    {"aaab", "ab", 2},
    {"x", "x", 0},
};

static void test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const gsize length = strlen(cases[i].text);
        /* Of exactly that size, so that a look behind its end is noticed. */
        g_autofree char *text = g_memdup2(cases[i].text, length);
        const char *found = ascii_word_find(text, length, cases[i].word);
        g_test_message("%s in %s", cases[i].word, cases[i].text);
        g_assert_cmpint(found ? found - text : -1, ==, cases[i].at);
    }
}

/* Zeros and octets that are no ASCII are octets like others. */
static void test_octets(void)
{
    static const char text[] = "\0\xff\0mi\0mikey";

    g_assert_true(ascii_word_find(text, sizeof text - 1, "mikey") == text + 6);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ascii-word/cases", test_cases);
    g_test_add_func("/ascii-word/octets", test_octets);
    return g_test_run();
}
