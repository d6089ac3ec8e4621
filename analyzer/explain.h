/* explain.h
 * --explain: a rule, or another word of reports and policies, for people
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

#include "core/rules/krr-rules.h"

/** Appends everything there is to say of a rule, for 80 columns. */
void explain_rule(KrrRuleId rule, GString *out);

/** Appends what there is to say of a word that is no rule, once for each kind of it. @return false: it
 *  is none that is known */
bool explain_word(const char *name, GString *out);

/** The names of rules that are like @p name, the most alike first, joined with commas; "" where none is.
 *  For people who mistyped one. Caller frees. @param words  others than rules count, too */
char *explain_nearest(const char *name, bool words);

#endif
