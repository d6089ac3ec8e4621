/* test-story-time.c
 * Times of any capture, within bounds in which they can be added and subtracted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-time.h"

static void test_of(void)
{
    g_assert_cmpint(story_time_of(0, 0), ==, 0);
    g_assert_cmpint(story_time_of(1, 5), ==, STORY_NS_PER_SECOND + 5);
    g_assert_cmpint(story_time_of(-1, 999999999), ==, -1);
    g_assert_cmpint(story_time_of(G_MAXUINT32, 0), ==, G_MAXUINT32 * STORY_NS_PER_SECOND);
}

/* Whatever a capture states: from the beginning of time to its end. */
static void test_extremes(void)
{
    static const gint64 times[] = {G_MININT64,
                                   G_MININT64 + 1,
                                   G_MININT64 / STORY_NS_PER_SECOND,
                                   -STORY_LAST_TIME - 1,
                                   -1,
                                   0,
                                   1,
                                   STORY_LAST_TIME,
                                   G_MAXINT64 / STORY_NS_PER_SECOND,
                                   G_MAXINT64 - 1,
                                   G_MAXINT64};
    gint64 sum;

    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        for (guint j = 0; j < G_N_ELEMENTS(times); j++) {
            const gint64 a = story_time_of(times[i], times[j]), b = story_time_bound(times[j]);

            g_assert_cmpint(ABS(a), <=, STORY_LAST_TIME);
            g_assert_false(__builtin_sub_overflow(a, b, &sum));
            /* The longest span that a policy or --window states. */
            g_assert_false(__builtin_add_overflow(b, G_MAXINT32 * STORY_NS_PER_SECOND, &sum));
        }
        g_assert_cmpint(story_time_of(times[i], 0) < 0, ==, times[i] < 0);
    }
}

static void test_between(void)
{
    g_assert_cmpint(story_time_between(3, 5), ==, 2);
    g_assert_cmpint(story_time_between(5, 3), ==, -2);
    g_assert_cmpint(story_time_between(G_MININT64, G_MAXINT64), ==, G_MAXINT64);
    g_assert_cmpint(story_time_between(G_MAXINT64, G_MININT64), ==, G_MININT64);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/story-time/of", test_of);
    g_test_add_func("/story-time/extremes", test_extremes);
    g_test_add_func("/story-time/between", test_between);
    return g_test_run();
}
