/* story-frames.h
 * Sets of frames in the order of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_FRAMES_H
#define STORY_FRAMES_H

#include "core/story/story-event.h"

/** Order of time, then of capture, then of frame number. */
int story_frame_compare(const StoryFrame *a, const StoryFrame *b);

/** An empty array of StoryFrame. */
GArray *story_frames_new(void);

/** Adds a frame that is not before the last one; the same frame counts once. */
void story_frames_append(GArray *frames, StoryFrame frame);

/** Adds a frame wherever it belongs; the same frame counts once. */
void story_frames_insert(GArray *frames, StoryFrame frame);

#endif
