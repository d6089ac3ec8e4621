/* steering-words.h
 * What the tables of who steers whom say in words; all of it is safe, see text_safe()
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STEERING_WORDS_H
#define STEERING_WORDS_H

#include "analyzer/report/steering.h"

/** How many names a set holds: "3", "4096 or more". Caller frees. */
char *steering_count_text(GHashTable *names);

/** The first names of a set by alphabet: "a, b and 3 more"; "none". Caller frees. */
char *steering_names_text(GHashTable *names);

/** "12 valid, 1 unsigned". @param counts  by KrrSignatureStatus. Caller frees. */
char *steering_signatures_text(const guint counts[KRR_SIGNATURE_UNSUPPORTED + 1]);

#endif
