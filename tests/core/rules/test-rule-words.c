/* test-rule-words.c
 * Sentences about what a rule found: quotations of anything, and names of any number
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rule-words.h"

/* Longer than a quotation, in letters of two octets each: "ää...". */
#define LONG_LETTERS 1000

static void check(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_conversions(void)
{
    check(rule_words("All."), "All.");
    check(rule_words("%s%%, %u, %s", "50", 4294967295u, ""), "50%, 4294967295, ");
    check(rule_words("%pQ and %pQ", "a", (const char *)NULL), "\"a\" and nothing");
    check(rule_words("%pQ", ""), "\"\"");
}

/* What is quoted is no format. */
static void test_quoted_formats(void)
{
    check(rule_words("%pQ, %s", "%s%n", "%pQ"), "\"%s%n\", %pQ");
}

static void test_long_quotations(void)
{
    GString *letters = g_string_new(NULL);

    for (guint i = 0; i < LONG_LETTERS; i++) {
        g_string_append(letters, "ä");
    }
    g_autofree char *text = rule_words("%pQ", letters->str);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(g_str_has_prefix(text, "\"ää"));
    g_assert_true(g_str_has_suffix(text, "ä...\" (2000 octets)"));
    g_assert_cmpint(g_utf8_strlen(text, -1), <, 150);
    g_string_free(letters, TRUE);
}

static KrrList list_of(KrrListKind kind, GPtrArray *kms)
{
    return (KrrList){.kind = kind, .kms = kms};
}

static void test_lists(void)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) two = g_ptr_array_new();
    KrrValue a = {.text = (char *)"a"}, b = {.text = (char *)"b"};
    g_ptr_array_add(two, &a);
    g_ptr_array_add(two, &b);
    const KrrList any = list_of(KRR_LIST_ANY, none);
    const KrrList empty = list_of(KRR_LIST_EMPTY, none);
    const KrrList listed = list_of(KRR_LIST_LISTED, two);

    check(rule_words("%pL, %pL, %pL", &any, &empty, &listed), "\"ANY\", \"empty\", \"a, b\"");
}

static void test_append(void)
{
    GString *text = g_string_new("It");

    rule_words_append(text, " is %pQ", "a");
    rule_words_append(text, " or %u.", 2u);
    check(g_string_free(text, FALSE), "It is \"a\" or 2.");
}

static void test_names(void)
{
    RuleNames names = {.most = 2};

    g_assert_null(rule_names_end(&names));
    rule_names_add(&names, "%s", "a");
    check(rule_names_end(&names), "a");
    for (guint i = 1; i <= 2; i++) {
        rule_names_add(&names, "krr-%u", i);
    }
    check(rule_names_end(&names), "krr-1, krr-2");
    for (guint i = 1; i <= 5; i++) {
        rule_names_add(&names, "krr-%u", i);
    }
    check(rule_names_end(&names), "krr-1, krr-2 and 3 more");
}

static void unknown_conversion(void)
{
    const char *format = "%d"; /* as if it were no mistake */

    g_free(rule_words(format, 1));
}

static void test_unknown_conversion(void)
{
    if (g_test_subprocess()) {
        unknown_conversion();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*no such conversion*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rule-words/conversions", test_conversions);
    g_test_add_func("/rule-words/quoted-formats", test_quoted_formats);
    g_test_add_func("/rule-words/long-quotations", test_long_quotations);
    g_test_add_func("/rule-words/lists", test_lists);
    g_test_add_func("/rule-words/append", test_append);
    g_test_add_func("/rule-words/names", test_names);
    g_test_add_func("/rule-words/unknown-conversion", test_unknown_conversion);
    return g_test_run();
}
