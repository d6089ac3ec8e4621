/* test-finding-pile.c
 * Findings for which there is no room: which go, and that it is said
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include <glib.h>

#include "core/event/story-frames.h"
#include "core/rules/finding-pile.h"

/* Far more than a finding without frames takes. */
#define ROOM_FOR_ONE 600

static void add(FindingPile *pile, KrrRuleId rule, KrrSeverity severity, const char *observed)
{
    g_autoptr(GArray) frames = story_frames_new();
    AuditFinding finding = {.rule = rule, .severity = severity, .frames = frames};

    finding_pile_add(pile, &finding, 0, "as it should be", observed);
}

/* "ab": what was observed, in the order of the audit. */
static char *finish(FindingPile *pile, Audit *audit)
{
    GString *text = g_string_new(NULL);

    finding_pile_finish(pile, audit);
    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);
        g_assert_cmpstr(finding->expected, ==, "as it should be");
        g_string_append(text, finding->observed);
    }
    g_ptr_array_unref(audit->findings);
    return g_string_free(text, FALSE);
}

static void test_all_fit(void)
{
    g_autoptr(FindingPile) pile = finding_pile_new(3 * ROOM_FOR_ONE);
    Audit audit = {0};

    add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_WARNING, "a");
    add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_NOTE, "b");
    add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_ERROR, "c");
    g_autofree char *text = finish(pile, &audit);
    g_assert_cmpstr(text, ==, "abc");
    g_assert_cmpuint(audit.left_out, ==, 0);
}

/* Notes and warnings first, errors afterwards: as with rules on single KRRs and on stories. */
static void test_the_gravest_stay(void)
{
    g_autoptr(FindingPile) pile = finding_pile_new(10 * ROOM_FOR_ONE);
    Audit audit = {0};
    guint n = 1000;

    for (guint i = 0; i < n; i++) {
        add(pile, KRR_RULE_BAD_TIME, i % 2 ? KRR_SEVERITY_NOTE : KRR_SEVERITY_WARNING, "w");
    }
    for (guint i = 0; i < n; i++) {
        add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_ERROR, i < 5 ? "1" : "e");
    }
    g_autofree char *text = finish(pile, &audit);
    g_assert_true(g_str_has_prefix(text, "11111e"));
    g_assert_null(strchr(text, 'w'));
    g_assert_cmpuint(strlen(text), >=, 10);
    g_assert_cmpuint(audit.count[KRR_SEVERITY_ERROR], ==, n);
    g_assert_cmpuint(audit.count[KRR_SEVERITY_NOTE], ==, n / 2);
    g_assert_cmpuint(audit.left_out + strlen(text), ==, 2 * n);
}

/* Among equals the first stay. */
static void test_equals_do_not_displace(void)
{
    g_autoptr(FindingPile) pile = finding_pile_new(ROOM_FOR_ONE);
    Audit audit = {0};

    for (char c = 'a'; c < 'k'; c++) {
        const char observed[] = {c, '\0'};
        add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_WARNING, observed);
    }
    add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_NOTE, "n");
    g_autofree char *text = finish(pile, &audit);
    g_assert_true(g_str_has_prefix("abcdefghijk", text));
    g_assert_cmpuint(audit.left_out, ==, 11 - strlen(text));
}

/* A sentence counts with its length, whoever else says the same. */
static void test_long_sentences(void)
{
    g_autoptr(FindingPile) pile = finding_pile_new(10 * ROOM_FOR_ONE);
    g_autofree char *sentence = g_strnfill(9 * ROOM_FOR_ONE, 'l');
    Audit audit = {0};

    add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_WARNING, sentence);
    add(pile, KRR_RULE_BAD_TIME, KRR_SEVERITY_WARNING, sentence);
    finding_pile_finish(pile, &audit);
    g_assert_cmpuint(audit.findings->len, ==, 1);
    g_assert_cmpuint(audit.left_out, ==, 1);
    g_ptr_array_unref(audit.findings);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/finding-pile/all-fit", test_all_fit);
    g_test_add_func("/finding-pile/the-gravest-stay", test_the_gravest_stay);
    g_test_add_func("/finding-pile/equals-do-not-displace", test_equals_do_not_displace);
    g_test_add_func("/finding-pile/long-sentences", test_long_sentences);
    return g_test_run();
}
