/* krr-time.c
 * xsd:dateTime, the form of the time of a KRR
 *
 * XML Schema part 2, dateTime. A time that does not fit 64 bits of nanoseconds is refused, which
 * confines years to 1677 ... 2262: so a year has four digits here and no sign.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-time.h"

#define NS_PER_SECOND       G_GINT64_CONSTANT(1000000000)
#define SECONDS_PER_DAY     G_GINT64_CONSTANT(86400)
#define JULIAN_OF_1970      719163 /* GDate counts days from the year 1 */
#define FRACTION_DIGITS     9      /* nanoseconds */
#define LARGEST_ZONE_MINUTE (14 * 60)

/* The fields of a dateTime as written. */
typedef struct DateTime {
    guint year, month, day;
    guint hour, minute, second;
    guint nanosecond;
    bool has_fraction; /* one that is not zero, however small */
    int zone_minutes;  /* east of UTC */
    bool is_far;       /* before the year 1 or after 9999; year is one of the same calendar */
} DateTime;

/* Reads exactly @p count digits. */
static bool read_number(const char **at, guint count, guint *number)
{
    *number = 0;
    for (guint i = 0; i < count; i++, (*at)++) {
        if (!g_ascii_isdigit(**at)) {
            return false;
        }
        *number = *number * 10 + (guint)g_ascii_digit_value(**at);
    }
    return true;
}

static bool read_char(const char **at, char expected)
{
    if (**at != expected) {
        return false;
    }
    (*at)++;
    return true;
}

/* Years after which the calendar repeats itself. */
#define CALENDAR_CYCLE 400

/* A year has four digits, or more of which the first is not zero, and may be one before our era. */
static bool read_year(const char **at, DateTime *time)
{
    const bool negative = read_char(at, '-');
    const char *start = *at;
    guint cycle = 0;

    for (; g_ascii_isdigit(**at); (*at)++) {
        cycle = (cycle * 10 + (guint)g_ascii_digit_value(**at)) % CALENDAR_CYCLE;
    }
    const gsize digits = (gsize)(*at - start);
    time->is_far = negative || digits > 4;
    if (time->is_far) {
        time->year = 5 * CALENDAR_CYCLE + cycle;
        return digits == 4 || (digits > 4 && *start != '0');
    }
    *at = start;
    return read_number(at, 4, &time->year);
}

static bool read_date(const char **at, DateTime *time)
{
    return read_year(at, time) && read_char(at, '-') && read_number(at, 2, &time->month) &&
           read_char(at, '-') && read_number(at, 2, &time->day);
}

static bool read_time_of_day(const char **at, DateTime *time)
{
    return read_number(at, 2, &time->hour) && read_char(at, ':') &&
           read_number(at, 2, &time->minute) && read_char(at, ':') &&
           read_number(at, 2, &time->second);
}

/* An optional fraction of any length; digits finer than nanoseconds are dropped. */
static bool read_fraction(const char **at, DateTime *time)
{
    if (!read_char(at, '.')) {
        return true;
    }
    guint digits = 0;
    for (; g_ascii_isdigit(**at); (*at)++, digits++) {
        guint digit = (guint)g_ascii_digit_value(**at);
        time->has_fraction |= digit != 0;
        if (digits < FRACTION_DIGITS) {
            time->nanosecond = time->nanosecond * 10 + digit;
        }
    }
    for (guint i = digits; i < FRACTION_DIGITS; i++) {
        time->nanosecond *= 10;
    }
    return digits > 0;
}

/* An optional zone: Z, or hours and minutes up to 14:00 on both sides. */
static bool read_zone(const char **at, DateTime *time)
{
    guint hours;
    guint minutes;
    bool west = **at == '-';

    if (**at == '\0' || read_char(at, 'Z')) {
        return true;
    }
    if (!read_char(at, west ? '-' : '+') || !read_number(at, 2, &hours) || !read_char(at, ':') ||
        !read_number(at, 2, &minutes)) {
        return false;
    }
    guint east = hours * 60 + minutes;
    time->zone_minutes = west ? -(int)east : (int)east;
    return minutes < 60 && east <= LARGEST_ZONE_MINUTE;
}

/* 24:00:00 is the midnight at the end of the day. There is no leap second in xsd:dateTime. */
static bool time_of_day_is_valid(const DateTime *time)
{
    if (time->hour == 24) {
        return time->minute == 0 && time->second == 0 && !time->has_fraction;
    }
    return time->hour < 24 && time->minute < 60 && time->second < 60;
}

/* Seconds and a fraction as nanoseconds; false where they do not fit. */
static bool join(gint64 seconds, gint64 nanosecond, gint64 *ns)
{
    /* Towards zero first: the earliest times fit although their whole second does not. */
    if (seconds < 0 && nanosecond > 0) {
        seconds++;
        nanosecond -= NS_PER_SECOND;
    }
    gint64 whole;
    return !__builtin_mul_overflow(seconds, NS_PER_SECOND, &whole) &&
           !__builtin_add_overflow(whole, nanosecond, ns);
}

/* Reads an xsd:dateTime; false where it is none. */
static bool read_date_time(const char *text, DateTime *time)
{
    if (!read_date(&text, time) || !read_char(&text, 'T') || !read_time_of_day(&text, time) ||
        !read_fraction(&text, time) || !read_zone(&text, time) || *text != '\0') {
        return false;
    }
    /* The month is bounded by hand, since GDate's is an enumeration. */
    return time->month >= 1 && time->month <= 12 && time->year != 0 && time_of_day_is_valid(time) &&
           g_date_valid_dmy((GDateDay)time->day, (GDateMonth)time->month, (GDateYear)time->year);
}

/* @return false where it does not fit */
static bool to_ns(const DateTime *time, gint64 *ns)
{
    GDate date;

    if (time->is_far) {
        return false;
    }
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)time->day, (GDateMonth)time->month, (GDateYear)time->year);
    gint64 days = (gint64)g_date_get_julian(&date) - JULIAN_OF_1970;
    gint64 seconds = days * SECONDS_PER_DAY + time->hour * 3600 + time->minute * 60 + time->second -
                     time->zone_minutes * 60;
    return join(seconds, time->nanosecond, ns);
}

bool krr_time_parse(const char *text, gint64 *ns)
{
    DateTime time = {0};

    return read_date_time(text, &time) && to_ns(&time, ns);
}

bool krr_time_is_far(const char *text)
{
    DateTime time = {0};
    gint64 ns;

    return read_date_time(text, &time) && !to_ns(&time, &ns);
}
