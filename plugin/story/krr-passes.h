/* krr-passes.h
 * Does the program look at frames again?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_PASSES_H
#define KRR_PASSES_H

#include <stdbool.h>

#include <glib.h>

/**
 * Does a program with that command line look at each frame once? Only of tshark without -2 that is
 * certain. What is not certain is no: then frames are looked at again, as in the GUI.
 * @param arguments  one after the other, each with its final zero, as in /proc/self/cmdline
 */
bool krr_passes_is_one(const char *arguments, gsize length);

/** The same of this program; where the system does not tell its command line, no. */
bool krr_passes_of_program_is_one(void);

#endif
