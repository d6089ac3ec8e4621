/* text.c
 * Text for people: what came from a capture made safe for a terminal, folded to lines
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/text.h"

#include <string.h>
#include <time.h>

#define NS_PER_SECOND G_GINT64_CONSTANT(1000000000)

static gsize character_columns(gunichar c)
{
    if (g_unichar_iszerowidth(c)) {
        return 0;
    }
    return g_unichar_iswide(c) ? 2 : 1;
}

gsize text_columns(const char *safe)
{
    gsize columns = 0;

    for (const char *p = safe; *p; p = g_utf8_next_char(p)) {
        columns += character_columns(g_utf8_get_char(p));
    }
    return columns;
}

/* Format characters (bidirectional controls, zero width joiners, tags) have no glyph but change how
 * their neighbours look: two URIs that differ in one would be read as the same. */
static bool has_glyph(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return false;
    case G_UNICODE_SPACE_SEPARATOR:
        return c == ' ';
    default:
        return true;
    }
}

static void append_character(GString *out, gunichar c)
{
    if (c == '\n') {
        g_string_append(out, "\\n");
    } else if (c == '\t') {
        g_string_append(out, "\\t");
    } else if (c == '\r') {
        g_string_append(out, "\\r");
    } else if (c == '\\') {
        g_string_append(out, "\\\\");
    } else if (has_glyph(c)) {
        g_string_append_unichar(out, c);
    } else if (c < 0x80) {
        g_string_append_printf(out, "\\x%02x", c);
    } else {
        g_string_append_printf(out, "\\u{%04x}", c);
    }
}

/* Appends the character at *p and moves on. Never past a NUL, whatever the octets promise. */
static void append_next(GString *out, const char **p)
{
    gunichar c = g_utf8_get_char_validated(*p, -1);

    if (c == (gunichar)-1 || c == (gunichar)-2) {
        g_string_append_printf(out, "\\x%02x", (guchar) * *p);
        (*p)++;
    } else {
        append_character(out, c);
        *p = g_utf8_next_char(*p);
    }
}

char *text_safe(const char *raw, gsize max_columns)
{
    GString *out = g_string_new(NULL);
    const char *p = raw;
    gsize columns = 0;

    while (*p) {
        gsize before = out->len;

        append_next(out, &p);
        columns += text_columns(out->str + before);
        if (max_columns && columns > max_columns) {
            g_string_truncate(out, before);
            g_string_append_printf(out, "...[cut; %" G_GSIZE_FORMAT " octets in all]", strlen(raw));
            break;
        }
    }
    return g_string_free(out, FALSE);
}

/* What JSON itself has a short form for. */
static const char *json_short_form(gunichar c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* Beyond the first plane a character is two of UTF-16. */
static void append_json_code(GString *out, gunichar c)
{
    if (c > 0xFFFF) {
        c -= 0x10000;
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
    } else {
        g_string_append_printf(out, "\\u%04x", c);
    }
}

char *text_json(const char *raw)
{
    g_autofree char *valid = g_utf8_make_valid(raw, -1);
    GString *out = g_string_new("\"");

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        const char *form = json_short_form(c);

        if (form) {
            g_string_append(out, form);
        } else if (has_glyph(c)) {
            g_string_append_unichar(out, c);
        } else {
            append_json_code(out, c);
        }
    }
    g_string_append_c(out, '"');
    return g_string_free(out, FALSE);
}

bool text_is_safe(const char *text)
{
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char_validated(p, -1);

        if (c == (gunichar)-1 || c == (gunichar)-2 || !has_glyph(c)) {
            return false;
        }
    }
    return true;
}

char *text_cut(const char *safe, gsize max_columns)
{
    GString *out;
    gsize columns = 0;

    if (text_columns(safe) <= max_columns) {
        return g_strdup(safe);
    }
    out = g_string_new(NULL);
    for (const char *p = safe; *p; p = g_utf8_next_char(p)) {
        columns += character_columns(g_utf8_get_char(p));
        if (columns + strlen("...") > max_columns) {
            break;
        }
        g_string_append_len(out, p, g_utf8_next_char(p) - p);
    }
    g_string_append(out, "...");
    return g_string_free(out, FALSE);
}

static void new_line(GString *out, gsize indent)
{
    g_string_append_c(out, '\n');
    for (gsize i = 0; i < indent; i++) {
        g_string_append_c(out, ' ');
    }
}

/* A word too long for any line goes on where the line ends. Returns the column after it. */
static gsize append_broken(GString *out, gsize column, gsize indent, gsize width, const char *word,
                           const char *end)
{
    for (const char *p = word; p < end; p = g_utf8_next_char(p)) {
        gsize columns = character_columns(g_utf8_get_char(p));

        if (column + columns > width && column > indent) {
            new_line(out, indent);
            column = indent;
        }
        g_string_append_len(out, p, g_utf8_next_char(p) - p);
        column += columns;
    }
    return column;
}

void text_fold(GString *out, gsize column, gsize indent, gsize width, const char *safe)
{
    bool first = true;

    for (const char *p = safe; *p;) {
        const char *end = strchr(p, ' ');
        g_autofree char *word = NULL;
        gsize columns;

        end = end ? end : p + strlen(p);
        word = g_strndup(p, (gsize)(end - p));
        columns = text_columns(word);
        if (!first && column + 1 + columns > width) {
            new_line(out, indent);
            column = indent;
        } else if (!first) {
            g_string_append_c(out, ' ');
            column++;
        }
        column = append_broken(out, column, indent, width, word, word + strlen(word));
        first = false;
        p = *end ? end + 1 : end;
    }
    g_string_append_c(out, '\n');
}

/* Seconds and nanoseconds, the latter never negative. */
static void split(gint64 ns, struct tm *tm, long *fraction)
{
    gint64 seconds = ns / NS_PER_SECOND;
    time_t t;

    *fraction = (long)(ns % NS_PER_SECOND);
    if (*fraction < 0) {
        *fraction += (long)NS_PER_SECOND;
        seconds--;
    }
    t = (time_t)seconds;
    gmtime_r(&t, tm); /* 64 bits of nanoseconds end in 1677 and 2262: it cannot fail */
}

static char *format_time(gint64 ns, const char *format)
{
    struct tm tm;
    long fraction;
    char text[64];

    split(ns, &tm, &fraction);
    strftime(text, sizeof text, format, &tm);
    return g_strdup_printf("%s.%09ld", text, fraction);
}

char *text_time(gint64 ns)
{
    g_autofree char *text = format_time(ns, "%Y-%m-%dT%H:%M:%S");

    return g_strconcat(text, "Z", NULL);
}

/* Microseconds are what captures mostly have; the JSON report has all nine digits. */
static void drop_nanoseconds(char *text)
{
    text[strlen(text) - 3] = '\0';
}

char *text_date(gint64 ns)
{
    char *text = format_time(ns, "%Y-%m-%d %H:%M:%S");

    drop_nanoseconds(text);
    return text;
}

char *text_clock(gint64 ns)
{
    char *text = format_time(ns, "%H:%M:%S");

    drop_nanoseconds(text);
    return text;
}

char *text_duration(gint64 ns)
{
    gint64 seconds = ns / NS_PER_SECOND;
    gint64 minutes = seconds / 60;
    gint64 hours = minutes / 60;

    if (minutes == 0) {
        return g_strdup_printf("%d.%03d s", (int)seconds, (int)(ns % NS_PER_SECOND / 1000000));
    }
    if (hours == 0) {
        return g_strdup_printf("%d min %d s", (int)minutes, (int)(seconds % 60));
    }
    if (hours < 48) {
        return g_strdup_printf("%d h %d min", (int)hours, (int)(minutes % 60));
    }
    return g_strdup_printf("%d d %d h", (int)(hours / 24), (int)(hours % 24));
}

char *text_count(guint64 n, const char *noun)
{
    if (n == 0) {
        return g_strdup_printf("no %ss", noun);
    }
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s%s", n, noun, n == 1 ? "" : "s");
}
