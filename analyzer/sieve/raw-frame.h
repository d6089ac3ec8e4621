/* raw-frame.h
 * A frame as it lies in its capture: all that is known of it without dissection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAW_FRAME_H
#define RAW_FRAME_H

#include <stdbool.h>

#include <glib.h>
#include <wsutil/nstime.h>

struct KrrRecord;

/** A record of a capture file. */
typedef struct RawFrame {
    const guint8 *octets; /**< captured octets, whose owner's they are; NULL: it is no packet */
    guint32 captured;
    guint32 length;    /**< octets that the frame had on the wire */
    int encapsulation; /**< wiretap's: what it begins with */
    bool has_time;
    nstime_t time;
} RawFrame;

/** What wiretap has read; valid until the record is used again. */
RawFrame raw_frame_of(struct KrrRecord *record);

#endif
