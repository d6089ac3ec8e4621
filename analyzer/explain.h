/* explain.h
 * --explain: a rule for people
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "core/rules/krr-rules.h"

/** Appends everything there is to say of a rule, for 80 columns. */
void explain_rule(KrrRuleId rule, GString *out);

/** The names of rules that are like @p name, the most alike first, joined with commas; "" where
 *  none is. For people who mistyped one. Caller frees. */
char *explain_nearest(const char *name);

#endif
