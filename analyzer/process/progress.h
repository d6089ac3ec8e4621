/* progress.h
 * How far the audit is, on a terminal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

#include <glib.h>

typedef struct Progress Progress;

/** How far a process is that reads one of several captures; in memory that it shares. */
typedef struct ProgressCount {
    _Atomic guint64 octets;
    _Atomic guint64 frames;
} ProgressCount;

/** @param wanted  shown if also standard error is a terminal; else all calls do nothing */
Progress *progress_new(bool wanted);
void progress_free(Progress *progress);

/** One that shows nothing: it counts. @param count  must outlive it */
Progress *progress_new_counting(ProgressCount *count);

/** How many octets there are to read in all captures; those of unknown size left out. */
void progress_expect(Progress *progress, guint64 octets);

/** Another capture begins. @param path  kept until the next one */
void progress_begin(Progress *progress, const char *path);

/**
 * Shows where it is; cheap enough for every frame, and rewritten five times a second at most.
 * @param octets  of the present capture, read so far
 * @param frames  of the present capture, read so far
 */
void progress_update(Progress *progress, guint64 octets, guint64 frames);

/** The same for several captures that are read at once, as the processes count them.
 *  @param done  so many of them are read */
void progress_update_all(Progress *progress, ProgressCount *const *counts, guint captures,
                         guint done);

/** The present capture is done. */
void progress_end(Progress *progress, guint64 octets, guint64 frames);

/** Wipes the line: before anything else is written to the terminal. */
void progress_clear(Progress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

#endif
