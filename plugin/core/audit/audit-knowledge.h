/* audit-knowledge.h
 * Which rules could not be judged for want of a policy, of a trust anchor, or of a key
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef AUDIT_KNOWLEDGE_H
#define AUDIT_KNOWLEDGE_H

#include "core/rules/story-judge.h"

/** Adds gaps for rules that say nothing of whom the policy does not know. */
void audit_note_unknown(StoryJudge *judge);

/** Adds gaps for the rules on signatures, where some were not verified or their signers not
 *  judged. */
void audit_note_unverified(StoryJudge *judge);

#endif
