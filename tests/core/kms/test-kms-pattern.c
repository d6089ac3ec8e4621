/* test-kms-pattern.c
 * Which texts a pattern fits, and which of several patterns counts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/kms/kms-pattern.h"

static void test_patterns(void)
{
    static const struct {
        const char *pattern, *text;
        bool fits;
    } cases[] = {
        {"sip:a@x", "sip:a@x", true},
        {"sip:a@x", "sip:a@xx", false},
        {"*", "", true},
        {"*", "anything", true},
        {"sip:*@x", "sip:@x", true},
        {"sip:*@x", "sip:a@b@x", true},
        {"sip:*@x", "sip:a@xy", false},
        {"sip:*@x", "sip:a@X", false},
        {"*@x", "sip:a@x", true},
        {"sip:*", "sip:", true},
        {"a*b*c", "abc", true},
        {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "acb", false},
        {"a*ba", "aba", true},
        {"aba*aba", "aba", false},
        {"aba*aba", "abaaba", true},
        {"a?c", "abc", false},
        {"a?*c", "a?bc", true},
        {"a*?c", "abc", false},
        {"**", "x", true},
        {"a**c", "abc", true},
        {"[ab]*", "a", false},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (kms_pattern_fits(cases[i].pattern, cases[i].text) != cases[i].fits) {
            g_error("%s and %s", cases[i].pattern, cases[i].text);
        }
    }
}

static void test_specificity(void)
{
    g_autoptr(KmsPatternIndex) index = kms_pattern_index_new();
    static const char *const patterns[] = {"*",        "sip:*@x",   "sip:a*",
                                           "sip:*b@x", "*sip:ab@x", "sip:ab@x"};
    for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
        kms_pattern_index_add(index, patterns[i], (gpointer)patterns[i]);
    }
    kms_pattern_index_sort(index);

    g_assert_cmpstr(kms_pattern_index_lookup(index, "sip:ab@x"), ==, "sip:ab@x");
    g_assert_cmpstr(kms_pattern_index_lookup(index, "2sip:ab@x"), ==, "*sip:ab@x");
    g_assert_cmpstr(kms_pattern_index_lookup(index, "sip:cb@x"), ==, "sip:*b@x");
    g_assert_cmpstr(kms_pattern_index_lookup(index, "sip:ac@x"), ==, "sip:*@x");
    g_assert_cmpstr(kms_pattern_index_lookup(index, "sip:ac@y"), ==, "sip:a*");
    g_assert_cmpstr(kms_pattern_index_lookup(index, "tel:1"), ==, "*");

    /* Whether or not a star stands behind the last "@". */
    g_autoptr(KmsPatternIndex) ends = kms_pattern_index_new();
    static const char *const both[] = {"sip:*@x", "sip:*@*", "*@y@x", "sip:ab*", "sip:a*@x"};
    for (guint i = 0; i < G_N_ELEMENTS(both); i++) {
        kms_pattern_index_add(ends, both[i], (gpointer)both[i]);
    }
    kms_pattern_index_sort(ends);
    g_assert_cmpstr(kms_pattern_index_lookup(ends, "sip:ab@x"), ==, "sip:a*@x");
    g_assert_cmpstr(kms_pattern_index_lookup(ends, "sip:ab@z"), ==, "sip:ab*");
    g_assert_cmpstr(kms_pattern_index_lookup(ends, "sip:b@x"), ==, "sip:*@x");
    g_assert_cmpstr(kms_pattern_index_lookup(ends, "sip:b@z"), ==, "sip:*@*");
    g_assert_cmpstr(kms_pattern_index_lookup(ends, "sip:@y@x"), ==, "sip:*@x");
    g_assert_cmpstr(kms_pattern_index_lookup(ends, "tel:1@y@x"), ==, "*@y@x");
    g_assert_null(kms_pattern_index_lookup(ends, "tel:1@y"));

    /* Equally specific: the first one; two stars are no more specific than one. */
    g_autoptr(KmsPatternIndex) ties = kms_pattern_index_new();
    kms_pattern_index_add(ties, "*a", (gpointer) "first");
    kms_pattern_index_add(ties, "a*", (gpointer) "second");
    kms_pattern_index_add(ties, "*a*", (gpointer) "third");
    kms_pattern_index_sort(ties);
    g_assert_cmpstr(kms_pattern_index_lookup(ties, "aba"), ==, "first");
    g_assert_cmpstr(kms_pattern_index_lookup(ties, "ab"), ==, "second");
    g_assert_null(kms_pattern_index_lookup(ties, "b"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kms-pattern/patterns", test_patterns);
    g_test_add_func("/kms-pattern/specificity", test_specificity);
    return g_test_run();
}
