/* capture-result.h
 * What became of a capture, told by the process that read it to the one that reports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_RESULT_H
#define CAPTURE_RESULT_H

#include "analyzer/capture/capture.h"
#include "analyzer/engine/frame-links.h"

/**
 * Writes what is known of a capture, in place of what was written before.
 * @param directory  as spool_new() has it
 * @param lengths    of guint64: see spool_lengths()
 * @param links      NULL: none
 */
bool capture_result_save(const Capture *capture, const GArray *lengths, const FrameLinks *links,
                         const char *directory, GError **error);

/**
 * Takes over what was written last.
 * @param links  gets those of the capture; NULL: they are not wanted
 * @return the lengths of the spool, of guint64, to be freed with g_array_unref(); NULL with @p
 *         error set where nothing, or nothing that can be read, was written
 */
GArray *capture_result_load(Capture *capture, FrameLinks *links, const char *directory,
                            GError **error);

#endif
