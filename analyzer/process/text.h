/* text.h
 * Text for people: what came from a capture made safe for a terminal, folded to lines
 *
 * Free of Wireshark's types, and of everything that a report is about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>

#include <glib.h>

/** A word longer than this is cut in the text report. Columns. */
#define TEXT_MAX_WORD 160
/** So is a sentence longer than this. Columns. */
#define TEXT_MAX_SENTENCE 1200

/**
 * A text that does nothing to a terminal but show what it says.
 *
 * Octets that are no UTF-8, controls, escape sequences, bidirectional controls and everything else
 * that has no glyph are written as \xNN or \u{NNNN}, a backslash as two. What is longer than
 * @p max_columns is cut, and a note says how much is missing.
 *
 * @param raw          any octets
 * @param max_columns  0: no limit
 * @return to be freed
 */
char *text_safe(const char *raw, gsize max_columns);

/**
 * The text as a JSON string, with its quotation marks.
 *
 * Whoever parses it gets the text as it is; whoever prints it unparsed to a terminal gets no control,
 * bidirectional control, line separator or anything else that has no glyph: those are \uNNNN. Octets
 * that are no UTF-8 become U+FFFD, since JSON has no other way.
 *
 * @param raw  any octets
 * @return to be freed
 */
char *text_json(const char *raw);

/** Would text_safe() leave the text as it is, but for backslashes? */
bool text_is_safe(const char *text);

/** The text, shortened to @p max_columns (at least 3) where it is longer; its end is "..." then.
 *  @param safe  see text_safe(). To be freed. */
char *text_cut(const char *safe, gsize max_columns);

/** How many columns of a terminal the text takes; valid UTF-8 without controls. */
gsize text_columns(const char *safe);

/**
 * Appends a text, folded at its spaces.
 *
 * Words too long for a line are broken: nothing goes beyond @p width.
 *
 * @param out     its last line has @p column columns
 * @param column  where the text begins
 * @param indent  where the lines after the first begin
 * @param width   columns of a line
 * @param safe    see text_safe(); not raw
 */
void text_fold(GString *out, gsize column, gsize indent, gsize width, const char *safe);

/** "2025-03-01T12:00:00.000000001Z" (RFC 3339). @param ns  since 1970 UTC. To be freed. */
char *text_time(gint64 ns);

/** "2025-03-01 12:00:00.000000": UTC, for people, to the microsecond. To be freed. */
char *text_date(gint64 ns);

/** "12:00:00.000000". To be freed. */
char *text_clock(gint64 ns);

/** "0.250 s", "4 min 10 s", "3 h 12 min", "2 d 3 h". @param ns  not negative. To be freed. */
char *text_duration(gint64 ns);

/** "1 error", "2 errors", "no errors". @param noun  its plural is made with "s". To be freed. */
char *text_count(guint64 n, const char *noun);

#endif
