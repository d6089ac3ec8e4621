/* rule-words.h
 * Sentences about what a rule found
 *
 * Texts of a capture may be of any length and hold anything: in a sentence they stand in quotation
 * marks, and are cut where they are long.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RULE_WORDS_H
#define RULE_WORDS_H

#include "core/document/krr-document.h"

/**
 * A sentence. Beside %s, %u and %% it knows two conversions that are written as the Linux kernel
 * writes its own, so that the compiler can still check the arguments:
 *
 *     %pQ   const char *: quoted and cut; NULL: the word nothing
 *     %pL   const KrrList *: what the list says (krr_list_to_text()), likewise
 *
 * Anything else is a programming error and stops the program. Caller frees.
 */
char *rule_words(const char *format, ...) G_GNUC_PRINTF(1, 2);

/** The same, put behind a text. */
void rule_words_append(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** "" or "s": rule_words("%u offer%s", n, rule_plural(n)). */
const char *rule_plural(guint count);

/** Names in a sentence: "a, b and 3 more". Begin it as {.most = N}. */
typedef struct RuleNames {
    guint most;    /**< how many are told; there may be thousands */
    guint count;   /**< how many there are */
    GString *text; /**< NULL: none yet */
} RuleNames;

/** Adds a name; for the format see rule_words(). */
void rule_names_add(RuleNames *names, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** All that were added, in words; NULL where there are none. Empties them. Caller frees. */
char *rule_names_end(RuleNames *names);

/** "IDRi", "IDRkmsr", ... of an element with an identity. */
const char *rule_identity_name(KrrElement element);

/** "IDRkmsi" or "IDRkmsr": the KMS of a side. */
const char *rule_side_identity(KrrSide side);

#endif
