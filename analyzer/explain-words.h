/* explain-words.h
 * Words that --explain knows besides rules: outcomes, statuses, keys of the policy file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EXPLAIN_WORDS_H
#define EXPLAIN_WORDS_H

#include <glib.h>

/** The kind of words that are exit statuses. */
#define EXPLAIN_EXIT_STATUS "exit status of krraudit"

/** A word; the same word may be of several kinds. */
typedef struct ExplainWord {
    const char *kind; /**< what it is: "outcome of a negotiation" */
    const char *name;
    const char *meaning; /**< sentences */
} ExplainWord;

extern const ExplainWord explain_words[];
extern const guint explain_n_words;

#endif
