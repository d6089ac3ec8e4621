/* krr-explain.h
 * Every rule of the catalogue for people who do not know the specification
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_EXPLAIN_H
#define KRR_EXPLAIN_H

#include "core/rules/krr-rules.h"

/** What a reviewer wants to know of a rule that fired. Each is a paragraph. */
typedef struct KrrExplanation {
    const char *meaning;  /**< what happened, and what should have */
    const char *fraud;    /**< why it matters to whoever looks for fraud */
    const char *innocent; /**< how it may come about without any */
    const char *next;     /**< what to look at now */
} KrrExplanation;

/** By KrrRuleId. */
extern const KrrExplanation krr_explanations[KRR_N_RULES];

#endif
