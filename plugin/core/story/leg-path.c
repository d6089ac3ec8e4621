/* leg-path.c
 * The order of an attempt's legs: from the initiator outwards
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/leg-path.h"

#include "core/event/story-frames.h"

/* Legs of one attempt that are put in path order; more than an attempt can honestly have. */
#define MAX_PATH 256

/* Answers travel towards the initiator: the last one is nearest to it. */
static int compare_answers(gconstpointer a, gconstpointer b)
{
    return story_leg_compare(b, a);
}

bool leg_path_same_node(const KmsPolicy *policy, const char *a, const char *b)
{
    const KmsEntity *entity = kms_policy_entity_at(policy, a);

    return g_str_equal(a, b) || (entity && entity == kms_policy_entity_at(policy, b));
}

/* Does the request of one leg come out where that of the other went in? On one machine, where all
 *  addresses are the same, that tells nothing. */
static bool leads_to(const KmsPolicy *policy, const StoryLeg *leg, const StoryLeg *next)
{
    return leg != next && !g_str_equal(leg->source, leg->destination) &&
           leg_path_same_node(policy, leg->destination, next->source) &&
           !(leg_path_same_node(policy, leg->source, next->source) &&
             leg_path_same_node(policy, leg->destination, next->destination));
}

static bool is_led_to(const KmsPolicy *policy, const GPtrArray *legs, const StoryLeg *leg)
{
    for (guint i = 0; i < legs->len; i++) {
        if (leads_to(policy, story_leg_at(legs, i), leg)) {
            return true;
        }
    }
    return false;
}

/* Appends a leg and, behind it, all that it leads to. The depth is bounded by MAX_PATH. */
static void follow(const KmsPolicy *policy, const GPtrArray *legs, StoryLeg *leg, GPtrArray *path)
{
    if (g_ptr_array_find(path, leg, NULL)) {
        return;
    }
    g_ptr_array_add(path, leg);
    for (guint i = 0; i < legs->len; i++) {
        StoryLeg *next = story_leg_at(legs, i);
        if (leads_to(policy, leg, next)) {
            follow(policy, legs, next, path);
        }
    }
}

static bool has_request(const GPtrArray *legs)
{
    for (guint i = 0; i < legs->len; i++) {
        if (story_leg_at(legs, i)->has_request) {
            return true;
        }
    }
    return false;
}

/* How many KRRs there are one in the other in the answer on a leg. */
static guint nesting(const StoryLeg *leg)
{
    guint most = 0;

    for (guint i = 0; i < leg->krrs->len; i++) {
        most = MAX(most, story_krr_at(leg->krrs, i)->krr->sub_krrs + 1);
    }
    return most;
}

/* Does the path rather begin with a leg than with an earlier one? Where that is of another capture,
 *  whose clock may be fast, and brought a KRR that fewer servers had worked on. */
static bool is_better_head(const StoryLeg *leg, const StoryLeg *earlier)
{
    StoryFrame frame = story_leg_first_frame(leg);
    StoryFrame before = story_leg_first_frame(earlier);

    return frame.capture != before.capture &&
           frame.time_ns - before.time_ns <= STORY_MAX_CLOCK_OFFSET && nesting(earlier) > 0 &&
           nesting(leg) > nesting(earlier);
}

/* The leg with which the path begins, of legs in order of time; NULL where all lead in a circle. */
static StoryLeg *path_head(const KmsPolicy *policy, const GPtrArray *legs)
{
    StoryLeg *head = NULL;

    for (guint i = 0; i < legs->len; i++) {
        StoryLeg *leg = story_leg_at(legs, i);
        if (!is_led_to(policy, legs, leg) && (!head || is_better_head(leg, head))) {
            head = leg;
        }
    }
    return head;
}

/* All legs, each once, in the order of the path: the head and what it leads to, then other beginnings,
 * then what goes in circles. */
static GPtrArray *path_of(const KmsPolicy *policy, const GPtrArray *legs)
{
    GPtrArray *path = g_ptr_array_sized_new(legs->len);
    StoryLeg *head = path_head(policy, legs);

    if (head) {
        follow(policy, legs, head, path);
    }
    for (guint i = 0; i < legs->len; i++) {
        StoryLeg *leg = story_leg_at(legs, i);
        if (!is_led_to(policy, legs, leg)) {
            follow(policy, legs, leg, path);
        }
    }
    for (guint i = 0; i < legs->len; i++) {
        follow(policy, legs, story_leg_at(legs, i), path);
    }
    return path;
}

void leg_path_order(GPtrArray *legs, const KmsPolicy *policy)
{
    g_ptr_array_sort(legs, has_request(legs) ? story_leg_compare : compare_answers);
    if (legs->len >= 2 && legs->len <= MAX_PATH) {
        g_autoptr(GPtrArray) path = path_of(policy, legs);
        g_ptr_array_set_size(legs, 0);
        g_ptr_array_extend(legs, path, NULL, NULL);
    }
}
