/* explain-words.c
 * Words that --explain knows besides rules: outcomes, statuses, keys of the policy file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/explain-words.h"

#define EXPLAIN_WORD(kind, name, meaning) {(kind), (name), (meaning)},
const ExplainWord explain_words[] = {
#include "analyzer/explain-words.def"
};
#undef EXPLAIN_WORD

const guint explain_n_words = G_N_ELEMENTS(explain_words);
