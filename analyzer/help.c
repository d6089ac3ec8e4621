/* help.c
 * --help: the options in groups, for a terminal of 80 columns
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/help.h"

#include <string.h>

#include "analyzer/explain-words.h"
#include "analyzer/process/text.h"

#define WIDTH       79
#define TEXT_COLUMN 27

/* What people want most often, with the command that does it. */
static const char *const examples[][2] = {
    {"the report on the screen", "krraudit -p policy.ini trace.pcapng"},
    {"a report to hand on", "krraudit -p policy.ini -o case.html trace.pcapng"},
    {"the frames that prove it", "krraudit -p policy.ini --evidence case.pcapng trace.pcapng"},
    {"a policy file to begin with", "krraudit --draft-policy -o policy.ini trace.pcapng"},
    {"what a word means", "krraudit --explain list-widened"},
};

/* A row: what is named, and what is said of it from a column on. */
static void append_row(GString *out, const char *name, gsize column, const char *text)
{
    g_autofree char *row = g_strdup_printf("  %s", name);

    g_string_append_printf(out, "%-*s", (int)column, row);
    if (strlen(row) >= column) {
        g_string_append_printf(out, "\n%*s", (int)column, "");
    }
    text_fold(out, column, column, WIDTH, text);
}

static void append_option(GString *out, const GOptionEntry *entry)
{
    g_autoptr(GString) name = g_string_new(NULL);

    if (entry->short_name) {
        g_string_append_printf(name, "-%c, ", entry->short_name);
    }
    g_string_append_printf(name, "--%s", entry->long_name);
    if (entry->arg_description) {
        g_string_append_printf(name, "=%s", entry->arg_description);
    }
    append_row(out, name->str, TEXT_COLUMN, entry->description);
}

static void append_statuses(GString *out)
{
    g_string_append(out, "\nExit status:\n");
    for (guint i = 0; i < explain_n_words; i++) {
        if (strcmp(explain_words[i].kind, EXPLAIN_EXIT_STATUS) == 0) {
            append_row(out, explain_words[i].name, 5, explain_words[i].meaning);
        }
    }
}

void help_append(GString *out, const HelpGroup *groups, gsize n_groups)
{
    g_string_append(out, "Usage: krraudit [OPTION]... CAPTURE...\n\n");
    text_fold(out, 0, 0, WIDTH,
              "Audits the KMS Redirect Responses in captures. \"-\" reads standard input; several "
              "captures are one timeline.");
    for (gsize i = 0; i < n_groups; i++) {
        g_string_append_printf(out, "\n%s:\n", groups[i].title);
        for (const GOptionEntry *entry = groups[i].entries; entry->long_name; entry++) {
            append_option(out, entry);
        }
    }
    append_statuses(out);
    g_string_append(out, "\nExamples:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_string_append_printf(out, "  %s:\n      %s\n", examples[i][0], examples[i][1]);
    }
    g_string_append(out, "\nThe manual: krraudit(1), krr-policy(5)\n");
}
