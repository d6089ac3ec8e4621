/* test-krr-time.c
 * xsd:dateTime as a time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-document.h"
#include "core/document/krr-time.h"

#include <string.h>

#include <glib.h>

#define SECONDS(number) (G_GINT64_CONSTANT(number) * 1000000000)

static void test_times(void)
{
    static const struct {
        const char *text;
        gint64 ns;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00", 0},
        {"1969-12-31T23:59:59Z", SECONDS(-1)},
        {"2025-10-02T23:47:52Z", SECONDS(1759448872)},
        {"2001-09-09T01:46:40Z", SECONDS(1000000000)},
        /* leap years: by four, by hundred, by four hundred */
        {"2024-02-29T00:00:00Z", SECONDS(1709164800)},
        {"2000-02-29T12:00:00Z", SECONDS(951825600)},
        {"1900-02-28T00:00:00Z", SECONDS(-2203977600)},
        {"2023-12-31T23:59:59Z", SECONDS(1704067199)},
        /* midnight at the end of a day, a month, a year */
        {"2023-12-31T24:00:00Z", SECONDS(1704067200)},
        {"2024-02-28T24:00:00.000Z", SECONDS(1709164800)},
        {"1970-01-01T24:00:00+14:00", SECONDS(36000)},
        /* fractions */
        {"1970-01-01T00:00:00.5Z", 500000000},
        {"1970-01-01T00:00:00.123456789Z", 123456789},
        {"1970-01-01T00:00:00.000000001Z", 1},
        {"1970-01-01T00:00:00.0000000019Z", 1},
        {"1970-01-01T00:00:00.99999999999999999999999999999999999999Z", 999999999},
        {"1970-01-01T00:00:00.25", 250000000},
        {"1969-12-31T23:59:59.25Z", -750000000},
        {"1969-12-31T23:59:58.999999999Z", -1000000001},
        /* zones */
        {"1970-01-01T01:00:00+01:00", 0},
        {"1969-12-31T19:30:00-04:30", 0},
        {"1970-01-01T00:00:00-00:00", 0},
        {"1970-01-01T14:00:00+14:00", 0},
        {"1969-12-31T10:00:00-14:00", 0},
        {"1970-01-01T00:00:00.75-13:59", SECONDS(50340) + 750000000},
        /* what 64 bits of nanoseconds hold */
        {"2262-04-11T23:47:16.854775807Z", G_MAXINT64},
        {"2262-04-11T23:47:16.8547758079Z", G_MAXINT64},
        {"2262-04-12T01:47:16.854775807+02:00", G_MAXINT64},
        {"1677-09-21T00:12:43.145224192Z", G_MININT64},
        {"1677-09-21T00:12:44Z", SECONDS(-9223372036)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 ns = 42;
        g_test_message("%s", cases[i].text);
        g_assert_true(krr_time_parse(cases[i].text, &ns));
        g_assert_cmpint(ns, ==, cases[i].ns);
    }
}

static void test_no_times(void)
{
    static const char *const cases[] = {
        "",
        "now",
        "1759448872",
        "2025-10-02",
        "23:47:52Z",
        "2025-10-02T23:47Z",
        "2025-10-02T23:47:5Z",
        "2025-10-2T23:47:52Z",
        "2025-10-02 23:47:52Z",
        "2025-10-02t23:47:52Z",
        "2025-10-02T23:47:52z",
        "20251002T234752Z",
        " 2025-10-02T23:47:52Z",
        "2025-10-02T23:47:52Z ",
        "2025-10-02T23:47:52ZZ",
        "2025-10-02T23:47:52,5Z",
        "2025-10-02T23:47:52.Z",
        "2025-10-02T23:47:52.",
        "2025-10-02T23:47:52.5.5Z",
        "2025-10-02T+3:47:52Z",
        "2025-1\xd9\xa0-02T23:47:52Z", /* a digit, but not an ASCII one */
        /* years */
        "25-10-02T23:47:52Z",
        "225-10-02T23:47:52Z",
        "0000-10-02T23:47:52Z",
        "0001-01-01T00:00:00Z",
        "-2025-10-02T23:47:52Z",
        "+2025-10-02T23:47:52Z",
        "02025-10-02T23:47:52Z",
        "12025-10-02T23:47:52Z",
        "9999-12-31T23:59:59Z",
        "99999999999999999999999999-01-01T00:00:00Z",
        /* dates */
        "2025-00-02T23:47:52Z",
        "2025-13-02T23:47:52Z",
        "2025-99-02T23:47:52Z",
        "2025-10-00T23:47:52Z",
        "2025-10-32T23:47:52Z",
        "2025-10-99T23:47:52Z",
        "2025-04-31T23:47:52Z",
        "2025-02-29T23:47:52Z",
        "2024-02-30T23:47:52Z",
        "1900-02-29T23:47:52Z",
        "2100-02-29T23:47:52Z",
        /* times of day */
        "2025-10-02T25:00:00Z",
        "2025-10-02T24:00:01Z",
        "2025-10-02T24:01:00Z",
        "2025-10-02T24:00:00.1Z",
        "2025-10-02T24:00:00.0000000000001Z",
        "2025-10-02T23:60:00Z",
        "2016-12-31T23:59:60Z",
        "2025-10-02T23:47:61Z",
        /* zones */
        "2025-10-02T23:47:52+14:01",
        "2025-10-02T23:47:52-15:00",
        "2025-10-02T23:47:52+01:60",
        "2025-10-02T23:47:52+0100",
        "2025-10-02T23:47:52+1:00",
        "2025-10-02T23:47:52+01",
        "2025-10-02T23:47:52+",
        "2025-10-02T23:47:52CET",
        "2025-10-02T23:47:52Z+01:00",
        "2025-10-02T23:47:52+01:00Z",
        /* beyond 64 bits of nanoseconds, by one each */
        "2262-04-11T23:47:16.854775808Z",
        "2262-04-11T23:47:17Z",
        "2262-04-11T23:47:16.854775807-00:01",
        "1677-09-21T00:12:43.145224191Z",
        "1677-09-21T00:12:43Z",
        "1677-09-21T00:12:44+00:01",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 ns;
        g_test_message("%s", cases[i]);
        g_assert_false(krr_time_parse(cases[i], &ns));
    }
}

/* Legal times that no 64 bits hold, and texts that are like them and are none. */
static void test_far_times(void)
{
    static const struct {
        const char *text;
        bool far;
    } cases[] = {
        {"12026-01-31T12:00:00Z", true},  {"99999999999999999999999999-01-01T00:00:00Z", true},
        {"-2025-10-02T23:47:52Z", true},  {"0001-01-01T00:00:00Z", true},
        {"12000-02-29T00:00:00Z", true},  {"2262-04-11T23:47:17Z", true},
        {"12100-02-29T00:00:00Z", false}, {"02025-10-02T23:47:52Z", false},
        {"-225-10-02T23:47:52Z", false},  {"0000-10-02T23:47:52Z", false},
        {"12026-13-31T12:00:00Z", false}, {"12026-01-31", false},
        {"2025-10-02T23:47:52Z", false},  {"now", false},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(krr_time_is_far(cases[i].text), ==, cases[i].far);
    }
}

/* Every beginning of a time but the whole, and the one without zone, is none. */
static void test_cut(void)
{
    const char *whole = "2025-10-02T23:47:52.25+01:00";

    for (gsize length = 0; length <= strlen(whole); length++) {
        g_autofree char *text = g_strndup(whole, length);
        gint64 ns;
        bool expected = length == strlen("2025-10-02T23:47:52") ||
                        length == strlen("2025-10-02T23:47:52.2") ||
                        length == strlen("2025-10-02T23:47:52.25") || length == strlen(whole);
        g_test_message("%s", text);
        g_assert_true(krr_time_parse(text, &ns) == expected);
    }
}

/* Every day of four hundred years against GLib's calendar. */
static void test_every_day(void)
{
    g_autoptr(GDateTime) day = g_date_time_new_utc(1700, 1, 1, 12, 34, 56);

    while (g_date_time_get_year(day) < 2100) {
        g_autofree char *text = g_date_time_format(day, "%Y-%m-%dT%H:%M:%SZ");
        gint64 ns;
        g_assert_true(krr_time_parse(text, &ns));
        g_assert_cmpint(ns, ==, g_date_time_to_unix(day) * 1000000000);
        GDateTime *next = g_date_time_add_days(day, 1);
        g_date_time_unref(day);
        day = next;
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-time/times", test_times);
    g_test_add_func("/krr-time/no-times", test_no_times);
    g_test_add_func("/krr-time/far", test_far_times);
    g_test_add_func("/krr-time/cut", test_cut);
    g_test_add_func("/krr-time/every-day", test_every_day);
    return g_test_run();
}
