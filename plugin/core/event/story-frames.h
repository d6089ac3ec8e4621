/* story-frames.h
 * Sets of frames in the order of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_FRAMES_H
#define STORY_FRAMES_H

#include "core/event/story-event.h"

/** Order of time, then of capture, then of frame number. */
int story_frame_compare(const StoryFrame *a, const StoryFrame *b);

/** An empty array of StoryFrame. */
GArray *story_frames_new(void);

/** Adds a frame that is not before the last one; a frame that is there already is not added. */
void story_frames_append(GArray *frames, StoryFrame frame);

/** Adds a frame in its place; a frame that is there already is not added. */
void story_frames_insert(GArray *frames, StoryFrame frame);

#endif
