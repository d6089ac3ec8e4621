/* capture-source.h
 * The octets of a capture, while it is read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include "analyzer/capture/capture.h"

typedef struct CaptureSource CaptureSource;

/**
 * Opens a capture, and begins to digest it where it is a regular file, in a thread. Needs no
 * libwireshark. Not to be called before a fork(): the child would not have that thread.
 * @return never NULL; what goes wrong is noted with capture_fail()
 */
CaptureSource *capture_source_open(Capture *capture);

/** Closes it; a digest of which nothing will come is given up. */
void capture_source_free(CaptureSource *source);

/**
 * Makes the octets a file that can be read at any offset, CaptureResult.readable: what is no
 * regular file (a pipe, standard input) is copied, so that its digest is that of the octets that
 * are audited.
 * @param directory  private, where the copy goes
 * @param keep       the copy is still needed when the source is freed
 * @return false with the trouble noted, also where opening failed
 */
bool capture_source_prepare(CaptureSource *source, const char *directory, bool keep);

/** Waits for the digest; to be called when all frames are read.
 *  @return whether the digest is that of the octets that were read; else the trouble is noted */
bool capture_source_finish(CaptureSource *source);

/** Is CaptureResult.readable still the file that was read? */
bool capture_source_is_unchanged(const Capture *capture);

#endif
