/* capture-writer.h
 * Writes frames to a pcap file in the order of their times
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_WRITER_H
#define CAPTURE_WRITER_H

#include <stdbool.h>

#include <glib.h>

/** No frame is longer. */
#define CAPTURE_SNAP_LENGTH 262144

typedef struct CaptureWriter CaptureWriter;

/** Begins an Ethernet capture with nanoseconds. @return NULL with @p error set */
CaptureWriter *capture_writer_new(const char *path, GError **error);

/** Frees the writer and closes its file, whatever is in it. */
void capture_writer_free(CaptureWriter *writer);

/**
 * Adds a frame; where times are equal, the one added first comes first.
 * @param time_ns   since 1970
 * @param bytes     its octets; the reference is taken over
 * @param captured  how many of them the capture holds
 */
void capture_writer_add(CaptureWriter *writer, gint64 time_ns, GByteArray *bytes, guint32 captured);

/** Writes the frames before that time, of which no more will be added; now or later. */
void capture_writer_settle(CaptureWriter *writer, gint64 before_ns);

/** Writes what is left. @return false with @p error set where the file is not complete */
bool capture_writer_finish(CaptureWriter *writer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureWriter, capture_writer_free)

#endif
