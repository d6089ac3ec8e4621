/* workers.h
 * Tasks in processes of their own, some of them at a time
 *
 * libwireshark knows no threads, so what is to be done at once is done by copies of this process. A
 * task that is killed or crashes takes nobody with it, and none outlives this process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WORKERS_H
#define WORKERS_H

#include <stdbool.h>

#include <glib.h>

/** What is done, and what is told of it. Tasks are numbered from 0. */
typedef struct WorkersCalls {
    /** The task, in its own process, which ends without cleaning up when this returns.
     *  @return false: it failed */
    bool (*work)(guint task, gpointer data);
    /** A task ended. @param how  NULL: well; else why it did not: words that follow a subject */
    void (*ended)(guint task, const char *how, gpointer data);
    /** A task wrote a line to standard error; without the end of the line. */
    void (*line)(const char *line, gpointer data);
    /** Told now and then while tasks are run. */
    void (*tick)(gpointer data);
    /** Asked now and then: are all tasks to be killed? */
    bool (*stop)(void);
} WorkersCalls;

/**
 * Runs all tasks, in the order of their numbers.
 * @param tasks  how many there are
 * @param jobs   at most so many at a time
 * @return false where they were stopped; then none runs any more
 */
bool workers_run(guint tasks, guint jobs, const WorkersCalls *calls, gpointer data);

#endif
