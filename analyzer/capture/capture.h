/* capture.h
 * A capture of the command line, and what became of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>

#include <glib.h>

#include "core/stores/story-clock.h"

/** What reading a capture finds out. */
typedef struct CaptureResult {
    char *sha256;       /**< of the file as it lies there, 64 hex digits; NULL: not readable */
    const char *format; /**< wiretap's name, "pcapng"; NULL: not opened. Static. */
    guint64 frames;     /**< read */
    guint64 filtered;   /**< of them, left out by the capture filter */
    guint64 dissected;  /**< of them, given to libwireshark: neither filtered nor sieved out */
    bool has_time;
    gint64 first_ns; /**< the earliest and the latest time of a frame */
    gint64 last_ns;
    GArray *renewals; /**< of libwireshark's session, of SessionRenewal; NULL: it was never begun */
    GArray *unread;   /**< what could not be read, of Unread; NULL: it was never begun */
    StoryClock *clock; /**< by which its events were put in order; NULL: it told none */
    bool complete;     /**< read to its end, which was where the file says */
    char *error;       /**< why it is not complete: a sentence without its full stop */

    /* How it can be read again. */
    char
        *readable; /**< its file: the private copy of what is no regular one; NULL: there is none */
    guint64 size;  /**< of the file, when it was read */
    gint64 modified_ns; /**< likewise, when it was written last */
} CaptureResult;

/** A capture of the command line. */
typedef struct Capture {
    char *path;    /**< as the user gave it; "-": standard input */
    guint32 index; /**< from 1 */
    CaptureResult result;
} Capture;

/** A capture that nothing is known of yet. */
Capture *capture_new(const char *path, guint32 index);
void capture_free(Capture *capture);

/** Is the capture what comes from standard input? */
bool capture_is_standard_input(const Capture *capture);

/** How many octets there are to read, for the progress; 0 where nobody knows, as of a pipe. */
guint64 capture_size(const Capture *capture);

/** Notes what went wrong, a sentence without its full stop. The first thing is the one that counts.
 *  @return false */
bool capture_fail(Capture *capture, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
