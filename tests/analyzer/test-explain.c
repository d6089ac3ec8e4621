/* test-explain.c
 * --explain: each rule fits a terminal, and who mistypes a name is told the right one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/explain.h"

#include <string.h>

#include "analyzer/process/text.h"

static void test_explanations_fit_80_columns(void)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_auto(GStrv) lines = NULL;

        explain_rule(rule, text);
        g_assert_nonnull(strstr(text->str, krr_rules[rule].name));
        g_assert_nonnull(strstr(text->str, krr_rules[rule].clause));
        lines = g_strsplit(text->str, "\n", -1);
        for (char **line = lines; *line; line++) {
            g_assert_cmpuint(text_columns(*line), <, 80);
        }
    }
}

static void check_nearest(const char *typed, const char *expected)
{
    g_autofree char *nearest = explain_nearest(typed, false);

    g_assert_cmpstr(nearest, ==, expected);
}

static void test_nearest(void)
{
    g_autofree char *long_name = g_strnfill(100000, 'a');

    check_nearest("list-widened", "list-widened");
    check_nearest("list_widened", "list-widened");
    check_nearest("List-Widned", "list-widened");
    check_nearest("lookalike", "lookalike-kms");
    check_nearest("bad-tiem", "bad-time");
    check_nearest("retry-same-pair-", "retry-same-pair");
    check_nearest("photosynthesis", "");
    check_nearest(long_name, "");
}

static void check_word(const char *name, const char *of_kind)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    g_assert_true(explain_word(name, text));
    g_assert_nonnull(strstr(text->str, of_kind));
    lines = g_strsplit(text->str, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_assert_cmpuint(text_columns(*line), <, 80);
    }
}

static void test_words(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *nearest = explain_nearest("abandonned", true);

    check_word("abandoned", "outcome");
    check_word("untrusted", "signature");
    check_word("users", "[kms]");
    check_word("users", "[domain NAME]");
    check_word("3", "exit status");
    g_assert_false(explain_word("list-widened", text));
    g_assert_cmpuint(text->len, ==, 0);
    g_assert_cmpstr(nearest, ==, "abandoned");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/explain/80-columns", test_explanations_fit_80_columns);
    g_test_add_func("/explain/nearest", test_nearest);
    g_test_add_func("/explain/words", test_words);
    return g_test_run();
}
