/* explain.c
 * --explain: a rule, or another word of reports and policies, for people
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/explain.h"

#include <string.h>

#include "analyzer/explain-words.h"
#include "analyzer/process/text.h"
#include "core/rules/krr-rules.h"

#define WIDTH       79
#define TEXT_COLUMN 4

#define MAX_NEAREST 3
/* A name that needs more edits than this is another one. */
#define MAX_EDITS 4
/* Longer than the name of any rule: what is typed may be anything. */
#define MAX_NAME 64

static void paragraph(GString *out, const char *heading, const char *text)
{
    g_string_append_printf(out, "\n%s\n%*s", heading, TEXT_COLUMN, "");
    text_fold(out, TEXT_COLUMN, TEXT_COLUMN, WIDTH, text);
}

/* "3.2.4" reads as nothing by itself. */
static char *clause_text(const char *clause)
{
    if (g_ascii_isdigit(*clause)) {
        return g_strdup_printf("%s (of clause 7.2.1 of TR 33.880: 3.x is 7.2.1.3.x)", clause);
    }
    return g_strdup(clause);
}

void explain_rule(KrrRuleId id, GString *out)
{
    const KrrRule *rule = &krr_rules[id];
    const KrrExplanation *explanation = &rule->explanation;
    g_autofree char *clause = clause_text(rule->clause);

    g_string_append_printf(out, "%s (%s)\n", rule->name, krr_severity_name(rule->severity));
    text_fold(out, 0, 0, WIDTH, rule->summary);
    paragraph(out, "What it means", explanation->meaning);
    paragraph(out, "Clause", clause);
    paragraph(out, "Why it matters for fraud", explanation->fraud);
    paragraph(out, "What innocent cause it may have", explanation->innocent);
    paragraph(out, "What to check next", explanation->next);
}

bool explain_word(const char *name, GString *out)
{
    bool found = false;

    for (guint i = 0; i < explain_n_words; i++) {
        const ExplainWord *word = &explain_words[i];
        if (strcmp(word->name, name) == 0) {
            g_string_append_printf(out, "%s%s (%s)\n", out->len ? "\n" : "", name, word->kind);
            text_fold(out, 0, 0, WIDTH, word->meaning);
            found = true;
        }
    }
    return found;
}

/* How many letters must be put in, left out or replaced to make one of the other. */
static guint edits(const char *a, const char *b)
{
    gsize length = strlen(b);
    guint previous[MAX_NAME + 1], row[MAX_NAME + 1];

    for (guint i = 0; i <= length; i++) {
        previous[i] = i;
    }
    for (guint i = 0; a[i]; i++) {
        row[0] = i + 1;
        for (guint k = 0; k < length; k++) {
            guint replaced = previous[k] + (a[i] != b[k]);

            row[k + 1] = MIN(replaced, MIN(row[k], previous[k + 1]) + 1);
        }
        memcpy(previous, row, sizeof row);
    }
    return previous[length];
}

/* The less, the more alike; a part of a name is almost the name. */
static guint distance(const char *name, const char *typed)
{
    guint count = edits(name, typed);

    if (*typed && (strstr(name, typed) || strstr(typed, name))) {
        return MIN(count, 1);
    }
    return count;
}

/* The names that can be told apart by one letter typed wrong; of a word of several kinds, one. */
static GPtrArray *all_names(bool words)
{
    GPtrArray *names = g_ptr_array_new();

    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        g_ptr_array_add(names, (gpointer)krr_rules[rule].name);
    }
    for (guint i = 0; words && i < explain_n_words; i++) {
        if (strlen(explain_words[i].name) > 1 &&
            !g_ptr_array_find_with_equal_func(names, explain_words[i].name, g_str_equal, NULL)) {
            g_ptr_array_add(names, (gpointer)explain_words[i].name);
        }
    }
    return names;
}

char *explain_nearest(const char *name, bool words)
{
    g_autofree char *typed = g_ascii_strdown(name, -1);
    g_autoptr(GPtrArray) names = all_names(words);
    GString *text = g_string_new(NULL);
    guint found = 0;

    if (strlen(typed) > MAX_NAME) {
        return g_string_free(text, FALSE);
    }
    g_strdelimit(typed, "_ ", '-');
    for (guint wanted = 0; wanted <= MAX_EDITS; wanted++) {
        for (guint i = 0; i < names->len && found < MAX_NEAREST; i++) {
            const char *other = g_ptr_array_index(names, i);
            if (distance(other, typed) == wanted) {
                g_string_append_printf(text, "%s%s", found ? ", " : "", other);
                found++;
            }
        }
    }
    return g_string_free(text, FALSE);
}
