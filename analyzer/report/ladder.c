/* ladder.c
 * Messages between entities, in the order in which they are to be drawn
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/ladder.h"

struct Ladder {
    GPtrArray *names; /* of char *, by number */
    GArray *order;    /* of guint: numbers from left to right */
    GPtrArray *steps; /* of LadderStep */
};

static void step_free(gpointer data)
{
    LadderStep *step = data;

    g_free(step->mark);
    g_free(step->time);
    g_free(step->frame);
    g_free(step->text);
    g_free(step->detail);
    g_free(step->target);
    g_free(step->label);
    g_free(step);
}

Ladder *ladder_new(void)
{
    Ladder *ladder = g_new(Ladder, 1);

    ladder->names = g_ptr_array_new_with_free_func(g_free);
    ladder->order = g_array_new(FALSE, FALSE, sizeof(guint));
    ladder->steps = g_ptr_array_new_with_free_func(step_free);
    return ladder;
}

void ladder_free(Ladder *ladder)
{
    if (!ladder) {
        return;
    }
    g_ptr_array_unref(ladder->names);
    g_array_unref(ladder->order);
    g_ptr_array_unref(ladder->steps);
    g_free(ladder);
}

static bool find(const Ladder *ladder, const char *name, guint *number)
{
    return g_ptr_array_find_with_equal_func(ladder->names, name, g_str_equal, number);
}

bool ladder_knows(const Ladder *ladder, const char *name)
{
    return find(ladder, name, NULL);
}

static guint insert(Ladder *ladder, const char *name, guint place)
{
    guint number = ladder->names->len;

    g_ptr_array_add(ladder->names, g_strdup(name));
    g_array_insert_val(ladder->order, place, number);
    return number;
}

guint ladder_entity(Ladder *ladder, const char *name)
{
    guint number;

    return find(ladder, name, &number) ? number : insert(ladder, name, ladder->order->len);
}

guint ladder_entity_before(Ladder *ladder, const char *name, guint neighbour)
{
    guint number, place = 0;

    if (find(ladder, name, &number)) {
        return number;
    }
    while (place < ladder->order->len && g_array_index(ladder->order, guint, place) != neighbour) {
        place++;
    }
    return insert(ladder, name, place);
}

static char *copy(const char *text)
{
    return g_strdup(text ? text : "");
}

void ladder_add_message(Ladder *ladder, const LadderMessage *message)
{
    LadderStep *step = g_new(LadderStep, 1);

    g_return_if_fail(message->from < ladder->names->len && message->to < ladder->names->len);
    *step = (LadderStep){
        .is_message = true,
        .from = message->from,
        .to = message->to,
        .kind = message->kind,
        .mark = copy(message->mark),
        .time = copy(message->time),
        .frame = copy(message->frame),
        .text = copy(message->text),
        .detail = copy(message->detail),
        .target = copy(message->target),
        .label = copy(NULL),
        .unseen = message->unseen,
    };
    g_ptr_array_add(ladder->steps, step);
}

void ladder_add_text(Ladder *ladder, const char *label, const char *text)
{
    LadderStep *step = g_new(LadderStep, 1);

    *step = (LadderStep){
        .mark = copy(NULL),
        .time = copy(NULL),
        .frame = copy(NULL),
        .text = copy(text),
        .detail = copy(NULL),
        .target = copy(NULL),
        .label = copy(label),
    };
    g_ptr_array_add(ladder->steps, step);
}

guint ladder_entities(const Ladder *ladder)
{
    return ladder->names->len;
}

const char *ladder_name(const Ladder *ladder, guint number)
{
    return g_ptr_array_index(ladder->names, number);
}

const GArray *ladder_order(const Ladder *ladder)
{
    return ladder->order;
}

const GPtrArray *ladder_steps(const Ladder *ladder)
{
    return ladder->steps;
}

guint ladder_messages(const Ladder *ladder)
{
    guint count = 0;

    for (guint i = 0; i < ladder->steps->len; i++) {
        count += ((const LadderStep *)g_ptr_array_index(ladder->steps, i))->is_message;
    }
    return count;
}
