/* guard.h
 * Work in a process of its own, which may come to harm
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

#include <glib.h>

/** How the work ended. */
typedef struct GuardEnd {
    int status; /**< its exit status; -1: it had none */
    int signal; /**< what ended it; 0: nothing did */
    bool asked; /**< the signal was somebody's wish: SIGINT, SIGTERM and the like */
} GuardEnd;

/** From now on signals that ask the program to end wait until guard_run(), guard_pass_on() or
 *  guard_release(). */
void guard_begin(void);

/**
 * Does the work in a process that ends with this one, and waits for its end. To be called while this
 * process has one thread.
 *
 * Signals that ask this process to end are passed on to that one. In it the signals that this program
 * does not want to die of are errors of the calls that cause them (SIGXFSZ), and a fatal message of
 * GLib is one line.
 *
 * @param work  returns the exit status; where it cannot be begun, that is COMPLAIN_FATAL_STATUS
 */
GuardEnd guard_run(int (*work)(gpointer data), gpointer data);

/** Ends this process by the signal that ended the work, as its parent expects; does not return where
 *  that was asked for. */
void guard_pass_on(const GuardEnd *end);

/** Signals end the program again. */
void guard_release(void);

#endif
