/* capture-reader.h
 * The way of a capture through libwireshark, frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_READER_H
#define CAPTURE_READER_H

#include "analyzer/capture/capture-filter.h"
#include "analyzer/capture/capture-source.h"
#include "analyzer/engine/engine.h"
#include "analyzer/process/progress.h"
#include "analyzer/sieve/sieve.h"

/** How captures are read: the same for all of an audit. It owns nothing. */
typedef struct CaptureMethod {
    Engine *engine;
    CaptureFilter *filter; /**< NULL: everything is dissected, or sieved */
    Sieve *sieve;          /**< NULL: whatever passes the filter is dissected */
    bool dissect_all;      /**< also what the sieve would skip */
    bool keep;             /**< capture_reopen() will be called */
} CaptureMethod;

/**
 * Reads a capture to its end, or as far as that goes, and gives it to the engine. What it finds out
 * is in Capture.result.
 * @param source  of this capture, taken over; NULL: it is opened
 * @return CaptureResult.complete; else CaptureResult.error is set
 */
bool capture_read(Capture *capture, CaptureSource *source, const CaptureMethod *method,
                  Progress *progress);

/**
 * Opens a capture once more that was read before, with CaptureMethod.keep set.
 * @return NULL with @p error (with the file's name) set, for example where the file has changed
 */
struct wtap *capture_reopen(const Capture *capture, GError **error);

#endif
