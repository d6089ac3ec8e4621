/* ladder-draw.h
 * A ladder as text: a column for each entity, an arrow for each message
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LADDER_DRAW_H
#define LADDER_DRAW_H

#include "analyzer/report/ladder.h"

/** A name with more columns than this is cut above its own column. */
#define LADDER_MAX_NAME 40

/**
 * Draws what was added, in that order, within @p width columns.
 *
 * Where the entities do not fit side by side, a line says so and each message becomes a line of
 * text. A drawing without messages has its texts alone.
 */
void ladder_draw(const Ladder *ladder, gsize width, GString *out);

#endif
