/* capture.h
 * One capture file: what it is, and its way through the engine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/capture/capture-filter.h"
#include "analyzer/engine/engine.h"
#include "analyzer/process/progress.h"
#include "analyzer/sieve/sieve.h"

/** A capture of the command line, and what became of it. */
typedef struct Capture {
    char *path;         /**< as the user gave it; "-": standard input */
    guint32 index;      /**< from 1 */
    char *sha256;       /**< of the file as it lies there, 64 hex digits; NULL: not readable */
    const char *format; /**< wiretap's name, "pcapng"; NULL: not opened. Static. */
    guint64 frames;     /**< read */
    guint64 filtered;   /**< of them, left out by the capture filter */
    guint64 dissected;  /**< of them, given to libwireshark: neither filtered nor sieved out */
    bool has_time;
    gint64 first_ns; /**< the earliest and the latest time of a frame */
    gint64 last_ns;
    GArray *renewals; /**< of the engine's session, of EngineRenewal; NULL: it was never begun */
    bool complete;    /**< read to its end, which was where the file says */
    char *error;      /**< why it is not complete: a sentence without its full stop */
    bool keep;        /**< set by the caller: capture_reopen() will be called */
    bool dissect_all; /**< set by the caller: also what the sieve would skip */
    Sieve *sieve;     /**< set by the caller; NULL: whatever passes the filter is dissected */
    struct CaptureSource *source; /**< while it is read; NULL: nothing is open */

    /* How it can be read again. */
    char *readable;     /**< its file: the private copy of what is no regular one */
    guint64 size;       /**< of the file, when it was read */
    gint64 modified_ns; /**< likewise, when it was written last */
} Capture;

/** A capture that nothing is known of yet. */
Capture *capture_new(const char *path, guint32 index);
void capture_free(Capture *capture);

/** Octets to be read, for the progress; 0 where that is not known before. */
guint64 capture_size(const Capture *capture);

/**
 * Opens the capture, and begins with its digest where that is possible. May be called before there
 * is an engine, which has nothing to do with it; not where a process is to be started that reads it.
 * What goes wrong capture_read() tells.
 */
void capture_begin(Capture *capture);

/**
 * Reads the capture to its end, or as far as that goes, and gives it to the engine.
 *
 * What is no regular file (a pipe, standard input) is copied to the engine's directory first: the
 * digest is that of the very octets that are audited.
 *
 * @param filter  NULL: everything is dissected
 * @return Capture.complete; else Capture.error is set
 */
bool capture_read(Capture *capture, Engine *engine, CaptureFilter *filter, Progress *progress);

/**
 * Opens a capture once more that was read before, with Capture.keep set.
 * @return NULL with @p error (with the file's name) set, for example where the file has changed
 */
struct wtap *capture_reopen(const Capture *capture, GError **error);

#endif
