/* test-krr-rules.c
 * The catalogue: every rule has one name in three spellings, and is explained to people
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-rules.h"

#include <string.h>

/* Less is no explanation. */
#define LEAST_LETTERS 40

static void check_part(const char *rule, const char *part, const char *text)
{
    if (!text || strlen(text) < LEAST_LETTERS) {
        g_error("%s: no %s", rule, part);
    }
    if (!strchr(".?:", text[strlen(text) - 1]) || strstr(text, "  ")) {
        g_error("%s: %s is no paragraph: %s", rule, part, text);
    }
}

/* "LIST_WIDENED", "list_widened", "list-widened": whoever writes a row writes all three. */
static void check_spellings(const char *id, const char *function, KrrRuleId rule)
{
    g_autofree char *lower = g_ascii_strdown(id, -1);
    g_autofree char *field = g_strconcat("krr.", function, NULL);
    g_autofree char *name = g_strdelimit(g_strdup(function), "_", '-');

    g_assert_cmpstr(function, ==, lower);
    g_assert_cmpstr(krr_rules[rule].field, ==, field);
    g_assert_cmpstr(krr_rules[rule].name, ==, name);
    g_assert_cmpstr(krr_rule_names()[rule], ==, name);
    g_assert_cmpint(krr_rule_lookup(name), ==, rule);
}

static void test_every_name_has_its_spellings(void)
{
/* clang-format off */
#define RULE(id, function, ...) check_spellings(#id, #function, KRR_RULE_##id);
#include "core/rules/krr-rules.def"
    /* clang-format on */
    g_assert_null(krr_rule_names()[KRR_N_RULES]);
    g_assert_cmpint(krr_rule_lookup("no-such-rule"), ==, KRR_N_RULES);
}

static void test_every_rule_has_all_parts(void)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        const KrrExplanation *explanation = &krr_rules[rule].explanation;
        const char *name = krr_rules[rule].name;

        g_assert_cmpstr(krr_rules[rule].clause, !=, "");
        check_part(name, "meaning", explanation->meaning);
        check_part(name, "fraud", explanation->fraud);
        check_part(name, "innocent cause", explanation->innocent);
        check_part(name, "next check", explanation->next);
    }
}

/* A paragraph that was copied says nothing of its own rule. */
static void test_no_paragraph_occurs_twice(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        const KrrExplanation *explanation = &krr_rules[rule].explanation;

        g_assert_true(g_hash_table_add(seen, (gpointer)explanation->meaning));
        g_assert_true(g_hash_table_add(seen, (gpointer)explanation->fraud));
        g_assert_true(g_hash_table_add(seen, (gpointer)explanation->innocent));
        g_assert_true(g_hash_table_add(seen, (gpointer)explanation->next));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/spellings", test_every_name_has_its_spellings);
    g_test_add_func("/rules/all-parts", test_every_rule_has_all_parts);
    g_test_add_func("/rules/no-copies", test_no_paragraph_occurs_twice);
    return g_test_run();
}
