/* test-renewal-schedule.c
 * When libwireshark is to forget, and how patient it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/renewal-schedule.h"

#define MINUTE_NS (G_GINT64_CONSTANT(60) * 1000 * 1000 * 1000)

/* Counts frames until it is time, and gives up after @p limit of them. */
static guint frames_until_time(RenewalSchedule *schedule, bool like_media, guint limit,
                               gint64 *age_ns)
{
    for (guint i = 0; i < limit; i++) {
        if (renewal_schedule_check(schedule, false, age_ns)) {
            return i;
        }
        renewal_schedule_add_frame(schedule, like_media);
    }
    return limit;
}

static void test_users_frames(void)
{
    RenewalSchedule schedule = {.session_frames = 10};
    gint64 age;

    g_assert_cmpuint(frames_until_time(&schedule, false, 100, &age), ==, 10);
    g_assert_cmpint(age, ==, MINUTE_NS);

    /* Whatever they are, and whatever is in them. */
    renewal_schedule_begin(&schedule);
    renewal_schedule_add_message(&schedule, true);
    g_assert_cmpuint(frames_until_time(&schedule, true, 100, &age), ==, 10);
}

static void test_never(void)
{
    RenewalSchedule schedule = {.session_frames = 0};
    gint64 age;

    g_assert_cmpuint(frames_until_time(&schedule, false, 100000, &age), ==, 100000);
}

/* Media count for less than other frames, messages for more. */
static void test_usual(void)
{
    RenewalSchedule schedule = {.session_frames = -1};
    gint64 age;
    guint plain, media;

    plain = frames_until_time(&schedule, false, 1000000, &age);
    renewal_schedule_begin(&schedule);
    media = frames_until_time(&schedule, true, 1000000, &age);
    g_assert_cmpuint(media, ==, 8 * plain);

    renewal_schedule_begin(&schedule);
    renewal_schedule_add_message(&schedule, false);
    g_assert_cmpuint(frames_until_time(&schedule, false, 1000000, &age), ==, plain - 2);
    renewal_schedule_begin(&schedule);
    renewal_schedule_add_message(&schedule, true);
    g_assert_cmpuint(frames_until_time(&schedule, false, 1000000, &age), ==, plain - 9);
}

static void test_keys(void)
{
    RenewalSchedule schedule = {.session_frames = -1, .elapsed = G_MAXUINT32};
    gint64 age;

    g_assert_false(renewal_schedule_check(&schedule, true, &age));
    g_assert_true(renewal_schedule_check(&schedule, false, &age));
    schedule = (RenewalSchedule){.session_frames = 10, .elapsed = G_MAXUINT32};
    g_assert_true(renewal_schedule_check(&schedule, true, &age));
}

/* The longer something waits, the sooner it is given up; in the end nothing is waited for. */
static void test_patience(void)
{
    RenewalSchedule schedule = {.session_frames = 2000};
    gint64 age = MINUTE_NS, last = MINUTE_NS + 1;
    guint looks = 0;

    for (guint i = 0; i < 100000 && age > 0; i++) {
        if (renewal_schedule_check(&schedule, false, &age)) {
            g_assert_cmpint(age, <, last);
            last = age;
            looks++;
        }
        renewal_schedule_add_frame(&schedule, false);
    }
    g_assert_cmpint(age, ==, 0);
    g_assert_cmpuint(looks, >, 100);
    g_assert_cmpuint(looks, <, 2000); /* not at every frame */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/renewal-schedule/users-frames", test_users_frames);
    g_test_add_func("/renewal-schedule/never", test_never);
    g_test_add_func("/renewal-schedule/usual", test_usual);
    g_test_add_func("/renewal-schedule/keys", test_keys);
    g_test_add_func("/renewal-schedule/patience", test_patience);
    return g_test_run();
}
