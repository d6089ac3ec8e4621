/* stream-gap.h
 * What stands behind a segment that is missing in one direction of a TCP connection
 *
 * Wireshark keeps it until the missing segment comes, and reads nothing of it before. Where the capture
 * does not have that segment, it never comes: then it is skipped, and what stands behind it is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STREAM_GAP_H
#define STREAM_GAP_H

#include <stdbool.h>

#include "analyzer/engine/web-socket.h"

/** Frames behind a gap: with more of them, it is not waited for any longer. */
#define STREAM_GAP_MAX_FRAMES 256

/** A frame that is kept. */
typedef struct GappedFrame {
    FramePlace place;
    guint32 sequence; /**< of its first octet, as Wireshark counts */
} GappedFrame;

/** Of one direction; all zero: there is no gap. */
typedef struct StreamGap {
    GArray *behind;  /**< of GappedFrame: those that are kept; NULL: none is */
    gint64 since_ns; /**< when the first one came */
} StreamGap;

/** A segment has come behind a gap. */
void stream_gap_add(StreamGap *gap, const GappedFrame *kept, gint64 now_ns);

/** Are there too many frames behind it? */
bool stream_gap_is_full(const StreamGap *gap);

/** Puts the frames in the order of their octets. @return the number of the first octet */
guint32 stream_gap_sort(StreamGap *gap);

/** Has the missing segment had its time? */
bool stream_gap_is_given_up(const StreamGap *gap, gint64 now_ns);

/** There is no gap any more. */
void stream_gap_clear(StreamGap *gap);

#endif
