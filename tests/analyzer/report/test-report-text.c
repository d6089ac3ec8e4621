/* test-report-text.c
 * What the text report does to what came from a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/text.h"

#include <string.h>

static void check_safe(const char *raw, const char *expected)
{
    g_autofree char *safe = text_safe(raw, 0);

    g_assert_cmpstr(safe, ==, expected);
}

static void test_safe_keeps_text(void)
{
    check_safe("", "");
    check_safe("sip:alice@example.org", "sip:alice@example.org");
    check_safe("b\303\274cher \320\272\320\274\321\201", "b\303\274cher \320\272\320\274\321\201");
    check_safe("e\314\201", "e\314\201"); /* combining */
}

static void test_safe_escapes_controls(void)
{
    check_safe("a\nb\tc\rd", "a\\nb\\tc\\rd");
    check_safe("\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m");
    check_safe("\007\177", "\\x07\\x7f");
    check_safe("\302\233"
               "31m",
               "\\u{009b}31m"); /* CSI as one C1 control */
    check_safe("back\\slash", "back\\\\slash");
}

/* Two URIs must not look alike for what is not seen. */
static void test_safe_escapes_the_invisible(void)
{
    check_safe("\342\200\256gro", "\\u{202e}gro"); /* right-to-left override */
    check_safe("a\342\200\213b", "a\\u{200b}b");   /* zero width space */
    check_safe("a\302\255b", "a\\u{00ad}b");       /* soft hyphen */
    check_safe("a\302\240b", "a\\u{00a0}b");       /* no-break space */
    check_safe("a\342\200\250b", "a\\u{2028}b");   /* line separator */
    check_safe("\363\240\201\201", "\\u{e0041}");  /* tag letter */
}

static void test_safe_escapes_broken_utf8(void)
{
    check_safe("a\377b", "a\\xffb");
    check_safe("\303", "\\xc3");                   /* ends within a character */
    check_safe("\300\200", "\\xc0\\x80");          /* overlong */
    check_safe("\355\240\200", "\\xed\\xa0\\x80"); /* surrogate */
}

static void check_json(const char *raw, const char *expected)
{
    g_autofree char *json = text_json(raw);

    g_assert_cmpstr(json, ==, expected);
}

/* A JSON report that is printed to a terminal does nothing to it either. */
static void test_json_escapes(void)
{
    check_json("", "\"\"");
    check_json("b\303\274cher </a>", "\"b\303\274cher </a>\"");
    check_json("a\"b\\c\nd\te\rf\bg\f", "\"a\\\"b\\\\c\\nd\\te\\rf\\bg\\f\"");
    check_json("\033[31m\177", "\"\\u001b[31m\\u007f\"");
    check_json("\302\200\302\233\302\237", "\"\\u0080\\u009b\\u009f\"");
    check_json("\342\200\256gro\342\201\251", "\"\\u202egro\\u2069\"");
    check_json("\342\200\250\342\200\251", "\"\\u2028\\u2029\"");
    check_json("\363\240\201\201", "\"\\udb40\\udc41\"");
    check_json("a\377b\303", "\"a\357\277\275b\357\277\275\"");
}

static void test_safe_cuts(void)
{
    g_autofree char *raw = g_strnfill(65536, 'x');
    g_autofree char *safe = text_safe(raw, 10);
    g_autofree char *whole = text_safe("0123456789", 10);
    g_autofree char *wide = text_safe("\346\274\242\346\274\242\346\274\242", 5);

    g_assert_cmpstr(safe, ==, "xxxxxxxxxx...[cut; 65536 octets in all]");
    g_assert_cmpstr(whole, ==, "0123456789");
    g_assert_cmpstr(wide, ==, "\346\274\242\346\274\242...[cut; 9 octets in all]");
}

static void test_columns(void)
{
    g_assert_cmpuint(text_columns(""), ==, 0);
    g_assert_cmpuint(text_columns("abc"), ==, 3);
    g_assert_cmpuint(text_columns("\346\274\242"), ==, 2);
    g_assert_cmpuint(text_columns("e\314\201"), ==, 1);
}

static void check_fold(gsize column, gsize indent, gsize width, const char *text,
                       const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);

    text_fold(out, column, indent, width, text);
    g_assert_cmpstr(out->str, ==, expected);
}

static void test_fold(void)
{
    check_fold(0, 0, 10, "", "\n");
    check_fold(0, 0, 10, "one two", "one two\n");
    check_fold(0, 0, 7, "one two", "one two\n"); /* just fits */
    check_fold(0, 0, 6, "one two", "one\ntwo\n");
    check_fold(4, 2, 9, "one two three", "one\n  two\n  three\n");
    check_fold(0, 0, 4, "abcdefghij", "abcd\nefgh\nij\n");
    check_fold(2, 2, 6, "ab cdefghij", "ab\n  cdef\n  ghij\n");
}

/* Whatever the text, no line goes beyond the width. */
static void test_fold_never_overflows(void)
{
    for (gsize width = 6; width < 40; width++) {
        g_autoptr(GString) out = g_string_new("    ");
        g_auto(GStrv) lines = NULL;

        text_fold(out, 4, 4, width,
                  "a bb ccc dddddddddddddddddddd \346\274\242\346\274\242\346\274\242\346\274\242 "
                  " two  spaces and the rest of a sentence");
        lines = g_strsplit(out->str, "\n", -1);
        for (char **line = lines; *line; line++) {
            g_assert_cmpuint(text_columns(*line), <=, width);
        }
    }
}

static void check_text(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_time(void)
{
    const gint64 s = G_GINT64_CONSTANT(1000000000);

    check_text(text_time(0), "1970-01-01T00:00:00.000000000Z");
    check_text(text_time(1740830400 * s + 1), "2025-03-01T12:00:00.000000001Z");
    check_text(text_time(-1), "1969-12-31T23:59:59.999999999Z");
    check_text(text_time(G_MAXINT64), "2262-04-11T23:47:16.854775807Z");
    check_text(text_time(G_MININT64), "1677-09-21T00:12:43.145224192Z");
    check_text(text_date(1740830400 * s + 250000999), "2025-03-01 12:00:00.250000");
    check_text(text_clock(1740830400 * s + 250000999), "12:00:00.250000");
}

static void test_duration(void)
{
    const gint64 s = G_GINT64_CONSTANT(1000000000);

    check_text(text_duration(0), "0.000 s");
    check_text(text_duration(250 * s / 1000), "0.250 s");
    check_text(text_duration(59 * s + 999999999), "59.999 s");
    check_text(text_duration(250 * s), "4 min 10 s");
    check_text(text_duration(3 * 3600 * s + 12 * 60 * s), "3 h 12 min");
    check_text(text_duration(51 * 3600 * s), "2 d 3 h");
}

static void test_count(void)
{
    check_text(text_count(0, "error"), "no errors");
    check_text(text_count(1, "error"), "1 error");
    check_text(text_count(2, "error"), "2 errors");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/safe/keeps-text", test_safe_keeps_text);
    g_test_add_func("/text/safe/controls", test_safe_escapes_controls);
    g_test_add_func("/text/safe/invisible", test_safe_escapes_the_invisible);
    g_test_add_func("/text/safe/broken-utf8", test_safe_escapes_broken_utf8);
    g_test_add_func("/text/safe/json-escapes", test_json_escapes);
    g_test_add_func("/text/safe/cuts", test_safe_cuts);
    g_test_add_func("/text/columns", test_columns);
    g_test_add_func("/text/fold", test_fold);
    g_test_add_func("/text/fold/never-overflows", test_fold_never_overflows);
    g_test_add_func("/text/time", test_time);
    g_test_add_func("/text/duration", test_duration);
    g_test_add_func("/text/count", test_count);
    return g_test_run();
}
