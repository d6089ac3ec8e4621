/* ladder.h
 * Messages between entities as a drawing: a column each, an arrow for every message
 *
 * Free of Wireshark's types and of everything that a report is about. All texts are UTF-8 that is
 * safe for a terminal, see text_safe(); they are copied.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LADDER_H
#define LADDER_H

#include <stdbool.h>

#include <glib.h>

/** A name with more columns than this is cut above its own column. */
#define LADDER_MAX_NAME 40

typedef struct Ladder Ladder;

/** A message on its way. NULL: nothing to say. */
typedef struct LadderMessage {
    guint from; /**< numbers of entities */
    guint to;
    const char *mark;   /**< in front of all, one column: worth a second look */
    const char *time;   /**< beside it */
    const char *frame;  /**< likewise */
    const char *text;   /**< on the arrow, as far as it fits */
    const char *detail; /**< beneath the arrow */
    bool unseen;        /**< it must have been there, but nobody saw it: a dotted arrow */
} LadderMessage;

Ladder *ladder_new(void);
void ladder_free(Ladder *ladder);

/** The number of an entity by its name; a new one gets a column to the right of all others. */
guint ladder_entity(Ladder *ladder, const char *name);

/** The same, but a new one gets its column to the left of @p neighbour. Numbers do not change. */
guint ladder_entity_before(Ladder *ladder, const char *name, guint neighbour);

/** Is there an entity with that name? */
bool ladder_knows(const Ladder *ladder, const char *name);

void ladder_add_message(Ladder *ladder, const LadderMessage *message);

/** A text across all columns. @param label  in front of it */
void ladder_add_text(Ladder *ladder, const char *label, const char *text);

/**
 * Draws what was added, in that order, within @p width columns.
 *
 * Where the entities do not fit side by side, a line says so and each message becomes a line of
 * text. A drawing without messages has its texts alone.
 */
void ladder_draw(const Ladder *ladder, gsize width, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

#endif
