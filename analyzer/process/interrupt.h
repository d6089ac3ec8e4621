/* interrupt.h
 * Ctrl-C and its like: the run ends in good order, its private files removed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/** From now on the first SIGINT, SIGTERM or SIGHUP is only noted; the second ends the program. */
void interrupt_catch(void);

/** Was there one? */
bool interrupt_seen(void);

/** Ends the program by the signal that was noted, as its parent expects; else does nothing. */
void interrupt_pass_on(void);

#endif
