/* audit-story.h
 * Goes through the story and asks each rule about whatever it is asked about
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef AUDIT_STORY_H
#define AUDIT_STORY_H

#include "core/rules/story-judge.h"

/** Judges all rules but those on documents. In what order they are asked makes no difference to
 *  them. */
void audit_story(StoryJudge *judge);

#endif
