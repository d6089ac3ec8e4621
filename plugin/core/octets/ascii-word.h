/* ascii-word.h
 * A word in octets, whatever the case of its letters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ASCII_WORD_H
#define ASCII_WORD_H

#include <glib.h>

/**
 * Looks for a word. Of text without it only every so many octets are looked at as the word is long.
 * @param text  any octets
 * @param word  ASCII, in lower case, of 1 to 255 octets
 * @return where it first stands; NULL: nowhere
 */
const char *ascii_word_find(const char *text, gsize length, const char *word);

#endif
