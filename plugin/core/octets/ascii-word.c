/* ascii-word.c
 * A word in octets, whatever the case of its letters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/ascii-word.h"

#include <string.h>

/* What an octet at the place of the word's last one says: so far behind it the word may end (Horspool,
 * "Practical fast searching in strings", 1980). */
typedef struct Steps {
    guint8 of[256];
} Steps;

static void fill(Steps *steps, const char *word, gsize size)
{
    memset(steps->of, (int)size, sizeof steps->of);
    for (gsize i = 0; i + 1 < size; i++) {
        const guint8 step = (guint8)(size - 1 - i);
        steps->of[(guint8)word[i]] = step;
        steps->of[(guint8)g_ascii_toupper(word[i])] = step;
    }
}

const char *ascii_word_find(const char *text, gsize length, const char *word)
{
    const gsize size = strlen(word);
    const char lower = word[size - 1], upper = g_ascii_toupper(lower);
    Steps steps;

    if (size > length) {
        return NULL;
    }
    fill(&steps, word, size);
    for (gsize end = size - 1; end < length; end += steps.of[(guint8)text[end]]) {
        const char *at = text + end + 1 - size;
        if ((text[end] == lower || text[end] == upper) &&
            g_ascii_strncasecmp(at, word, size) == 0) {
            return at;
        }
    }
    return NULL;
}
