/* ladder.h
 * Messages between entities, in the order in which they are to be drawn
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

typedef struct Ladder Ladder;

/** What a message is, for drawings in which that has a look. */
typedef enum LadderKind {
    LADDER_PLAIN,
    LADDER_OFFER,    /**< it asks */
    LADDER_REDIRECT, /**< it asks to ask otherwise */
    LADDER_GRANTED,  /**< what was asked for is given */
    LADDER_REFUSED,  /**< it is not */
    LADDER_N_KINDS
} LadderKind;

/** A message on its way. NULL: nothing to say. */
typedef struct LadderMessage {
    guint from; /**< numbers of entities */
    guint to;
    LadderKind kind;
    const char *mark;   /**< in front of all, one column: worth a second look */
    const char *time;   /**< beside it */
    const char *frame;  /**< likewise */
    const char *text;   /**< on the arrow, as far as it fits */
    const char *detail; /**< beneath the arrow */
    const char *target; /**< what it carries, "krr-2", for drawings that can lead there */
    bool unseen;        /**< it must have been there, but nobody saw it: a dotted arrow */
} LadderMessage;

/** What was added, for those who draw it themselves. Texts are never NULL. */
typedef struct LadderStep {
    bool is_message; /**< else a text across all columns, which has a label and a text alone */
    guint from;
    guint to;
    LadderKind kind;
    char *mark;
    char *time;
    char *frame;
    char *text;
    char *detail;
    char *target;
    char *label;
    bool unseen;
} LadderStep;

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

/** How many entities there are. */
guint ladder_entities(const Ladder *ladder);

/** The name of an entity by its number. */
const char *ladder_name(const Ladder *ladder, guint number);

/** The numbers of the entities from left to right, of guint. */
const GArray *ladder_order(const Ladder *ladder);

/** All that was added, of LadderStep, in that order. */
const GPtrArray *ladder_steps(const Ladder *ladder);

/** How many of these are messages. */
guint ladder_messages(const Ladder *ladder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

#endif
