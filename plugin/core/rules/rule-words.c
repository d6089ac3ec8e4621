/* rule-words.c
 * Sentences about what a rule found
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rule-words.h"

#include <string.h>

/* A quotation: enough to recognise a URI, short enough to read. */
#define QUOTE_CHARACTERS 120

/* ---- quotations ---- */

static void append_quoted(GString *text, const char *quoted)
{
    if (!quoted) {
        g_string_append(text, "nothing");
    } else if (g_utf8_strlen(quoted, -1) <= QUOTE_CHARACTERS) {
        g_string_append_printf(text, "\"%s\"", quoted);
    } else {
        g_autofree char *start = g_utf8_substring(quoted, 0, QUOTE_CHARACTERS);
        g_string_append_printf(text, "\"%s...\" (%" G_GSIZE_FORMAT " octets)", start,
                               strlen(quoted));
    }
}

static void append_list(GString *text, const KrrList *list)
{
    g_autofree char *words = krr_list_to_text(list);

    append_quoted(text, words);
}

/* ---- sentences ---- */

static void append(GString *text, const char *format, va_list arguments)
{
    for (const char *end; (end = strchr(format, '%')); format = end) {
        g_string_append_len(text, format, end - format);
        if (g_str_has_prefix(end, "%pQ")) {
            append_quoted(text, va_arg(arguments, const char *));
            end += 3;
        } else if (g_str_has_prefix(end, "%pL")) {
            append_list(text, va_arg(arguments, const KrrList *));
            end += 3;
        } else if (end[1] == 's') {
            g_string_append(text, va_arg(arguments, const char *));
            end += 2;
        } else if (end[1] == 'u') {
            g_string_append_printf(text, "%u", va_arg(arguments, guint));
            end += 2;
        } else if (end[1] == '%') {
            g_string_append_c(text, '%');
            end += 2;
        } else {
            g_error("no such conversion in a sentence: %s", end);
        }
    }
    g_string_append(text, format);
}

char *rule_words(const char *format, ...)
{
    GString *text = g_string_new(NULL);
    va_list arguments;

    va_start(arguments, format);
    append(text, format, arguments);
    va_end(arguments);
    return g_string_free(text, FALSE);
}

void rule_words_append(GString *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    append(text, format, arguments);
    va_end(arguments);
}

const char *rule_plural(guint count)
{
    return count == 1 ? "" : "s";
}

/* ---- names ---- */

void rule_names_add(RuleNames *names, const char *format, ...)
{
    va_list arguments;

    if (names->count++ >= names->most) {
        return;
    }
    if (!names->text) {
        names->text = g_string_new(NULL);
    } else {
        g_string_append(names->text, ", ");
    }
    va_start(arguments, format);
    append(names->text, format, arguments);
    va_end(arguments);
}

char *rule_names_end(RuleNames *names)
{
    GString *text = g_steal_pointer(&names->text);

    if (text && names->count > names->most) {
        g_string_append_printf(text, " and %u more", names->count - names->most);
    }
    names->count = 0;
    return text ? g_string_free(text, FALSE) : NULL;
}

const char *rule_identity_name(KrrElement element)
{
    switch (element) {
    case KRR_ELEMENT_IDRI:
        return "IDRi";
    case KRR_ELEMENT_IDRR:
        return "IDRr";
    case KRR_ELEMENT_IDRKMSI:
        return "IDRkmsi";
    case KRR_ELEMENT_IDRKMSR:
        return "IDRkmsr";
    default:
        return krr_vocabulary_name(element);
    }
}

const char *rule_side_identity(KrrSide side)
{
    return rule_identity_name(side == KRR_INITIATOR ? KRR_ELEMENT_IDRKMSI : KRR_ELEMENT_IDRKMSR);
}
