/* stream-holes.h
 * What is missing in TCP streams
 *
 * Wireshark tells of a segment that is missing when the next one comes, not whether it comes later. This
 * follows the streams themselves, whatever the session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STREAM_HOLES_H
#define STREAM_HOLES_H

#include <glib.h>

typedef struct StreamHoles StreamHoles;

StreamHoles *stream_holes_new(void);
void stream_holes_free(StreamHoles *holes);

/** Another capture begins. */
void stream_holes_begin(StreamHoles *holes);

/**
 * Takes a segment.
 * @param stream    tells its direction of its connection from all others; copied
 * @param sequence  number of its first octet, as sent
 * @param length    octets
 */
void stream_holes_take(StreamHoles *holes, const char *stream, guint32 sequence, guint32 length,
                       guint32 frame);

/** Visits all streams with holes. @param count  how many  @param frame  behind the first of them */
void stream_holes_each(const StreamHoles *holes,
                       void (*visit)(const char *stream, guint count, guint32 frame, gpointer data),
                       gpointer data);

#endif
