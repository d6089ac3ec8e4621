/* story-disturbance.h
 * What probes, networks and clocks do to a capture of honest people, and of others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_DISTURBANCE_H
#define STORY_DISTURBANCE_H

#include "core/stores/story-clock.h"
#include "tests/support/story-generator.h"

/** The disturbances; flags. */
typedef enum Disturbance {
    DISTURB_LOSS = 1 << 0,   /**< any messages are missing */
    DISTURB_COPIES = 1 << 1, /**< messages are there twice */
    DISTURB_ORDER = 1 << 2,  /**< messages stand up to 5 ms out of order */
    DISTURB_STEP = 1 << 3,   /**< the clock is set back; not where there are two */
    DISTURB_OFFSETS =
        1 << 4,           /**< two files, of different hops, with clocks that differ by seconds */
    DISTURB_NAT = 1 << 5, /**< one client was captured on both sides of an address translator */
} Disturbance;

#define N_DISTURBANCES 6

static const char *const disturbance_names[N_DISTURBANCES] = {"loss", "copies",  "order",
                                                              "step", "offsets", "nat"};

/** The address of a client that sends a first request; NULL: there is none. */
static inline const char *disturbed_client(const Story *story)
{
    for (guint i = 0; i < story->lines->len; i++) {
        const StoryLine *line = &g_array_index(story->lines, StoryLine, i);
        if (line->hop == 0 && line->message.offer && line->message.status == 0) {
            return line->message.from;
        }
    }
    return NULL;
}

/* Every message of the client once more, as it is outside. */
static inline void disturb_by_nat(const Story *story, GArray *messages)
{
    const char *client = disturbed_client(story);
    g_autoptr(GArray) inside = g_array_copy(messages);

    g_array_set_size(messages, 0);
    for (guint i = 0; i < inside->len; i++) {
        Message message = g_array_index(inside, Message, i);
        g_array_append_val(messages, message);
        if (client && g_str_equal(message.from, client)) {
            message.from = "203.0.113.77";
            g_array_append_val(messages, message);
        } else if (client && g_str_equal(message.to, client)) {
            message.to = "203.0.113.77";
            g_array_append_val(messages, message);
        }
    }
}

static inline void disturb_by_loss(const World *world, GArray *messages)
{
    static const double shares[] = {0.02, 0.1, 0.3, 0.6};
    const double share = shares[world_below(world, G_N_ELEMENTS(shares))];
    guint kept = 0;

    for (guint i = 0; i < messages->len; i++) {
        if (!world_chance(world, share)) {
            g_array_index(messages, Message, kept++) = g_array_index(messages, Message, i);
        }
    }
    g_array_set_size(messages, kept);
}

static inline void disturb_by_copies(const World *world, GArray *messages)
{
    g_autoptr(GArray) once = g_array_copy(messages);

    g_array_set_size(messages, 0);
    for (guint i = 0; i < once->len; i++) {
        Message message = g_array_index(once, Message, i);
        g_array_append_val(messages, message);
        if (world_chance(world, 0.2)) {
            g_array_append_val(messages, message);
        }
    }
}

static inline void disturb_order(const World *world, GArray *messages)
{
    for (guint i = 0; i < messages->len; i++) {
        g_array_index(messages, Message, i).ms += world_below(world, 6);
    }
}

static inline void disturb_by_step(const World *world, GArray *messages)
{
    const gint64 back_ms = 1000 + world_below(world, 4000000);

    for (guint i = messages->len > 1 ? 1 + world_below(world, messages->len - 1) : 1;
         i < messages->len; i++) {
        g_array_index(messages, Message, i).ms -= back_ms;
    }
}

static inline void disturb_by_offsets(const World *world, GArray *messages)
{
    const gint64 offset_ms = (gint64)world_below(world, 90000) - 45000;
    const guint salt = world_below(world, 1000);

    for (guint i = 0; i < messages->len; i++) {
        Message *message = &g_array_index(messages, Message, i);
        const guint hop = g_str_hash(message->from) + g_str_hash(message->to) + salt;
        message->capture = hop % 3 == 0 ? 2 : 1;
        message->ms += message->capture == 2 ? offset_ms : 0;
    }
}

/** Disturbs messages, which are in the order of time; then they are in the order of files. */
static inline void story_disturb(const Story *story, guint disturbances, GArray *messages)
{
    const World *world = story->world;

    if (disturbances & DISTURB_NAT) {
        disturb_by_nat(story, messages);
    }
    if (disturbances & DISTURB_LOSS) {
        disturb_by_loss(world, messages);
    }
    if (disturbances & DISTURB_COPIES) {
        disturb_by_copies(world, messages);
    }
    if (disturbances & DISTURB_ORDER) {
        disturb_order(world, messages);
    }
    if (disturbances & DISTURB_OFFSETS) {
        disturb_by_offsets(world, messages);
    }
    if ((disturbances & DISTURB_STEP) && !(disturbances & DISTURB_OFFSETS)) {
        disturb_by_step(world, messages);
    }
}

static inline int compare_disturbed(gconstpointer a, gconstpointer b)
{
    const StoryFrame *first = &(*(StoryEvent *const *)a)->frame;
    const StoryFrame *second = &(*(StoryEvent *const *)b)->frame;

    return first->time_ns != second->time_ns ? (first->time_ns > second->time_ns ? 1 : -1)
           : first->capture != second->capture
               ? (int)first->capture - (int)second->capture
               : (first->number > second->number) - (first->number < second->number);
}

/** A finished ledger of messages in the order of their files, by clocks as krraudit follows them. */
static inline Ledger *story_tell_by_clocks(const GArray *messages, const KrrSpec *otherwise,
                                           KmsPolicy *policy)
{
    Ledger *ledger = ledger_new(policy);
    g_autoptr(GPtrArray) events = g_ptr_array_new();
    g_autoptr(StoryClock) one = story_clock_new();
    g_autoptr(StoryClock) other = story_clock_new();
    g_autoptr(GPtrArray) clocks = g_ptr_array_new();
    guint64 numbers[3] = {0};

    g_ptr_array_add(clocks, one);
    g_ptr_array_add(clocks, other);
    for (guint i = 0; i < messages->len; i++) {
        const Message *message = &g_array_index(messages, Message, i);
        StoryEvent *event = message_event(message, ++numbers[message->capture], otherwise, policy);
        story_clock_take(message->capture == 1 ? one : other, event);
        g_ptr_array_add(events, event);
    }
    story_clocks_compare(clocks);
    for (guint i = 0; i < events->len; i++) {
        StoryEvent *event = g_ptr_array_index(events, i);
        const gint64 offset_ns = story_clock_offset(event->frame.capture == 1 ? one : other);
        event->frame.time_ns += offset_ns;
        event->shift_ns += offset_ns;
    }
    g_ptr_array_sort(events, compare_disturbed);
    for (guint i = 0; i < events->len; i++) {
        ledger_add(ledger, g_ptr_array_index(events, i));
    }
    ledger_finish(ledger);
    return ledger;
}

#endif
