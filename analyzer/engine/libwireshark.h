/* libwireshark.h
 * libwireshark in this process: started cleanly, once
 *
 * Nothing of the user's own Wireshark takes part: no preferences, no profiles, no plugins or
 * scripts, no name resolution. The dissectors of plugin/ are registered as a part of the program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LIBWIRESHARK_H
#define LIBWIRESHARK_H

#include <stdbool.h>

#include <glib.h>

/**
 * Starts libwireshark; does nothing where it runs already, also since before a fork(). To be called
 * while the process has one thread. Changes the environment: HOME and WIRESHARK_*.
 * @return false with @p error set; libwireshark is stopped then
 */
bool libwireshark_start(GError **error);

/**
 * Stops libwireshark, for good: it cannot be started again in this process. This also ends libxml2:
 * KRR documents must be freed before. Does nothing where it does not run. In a process forked since the
 * start it frees nothing: the end of the process does.
 */
void libwireshark_stop(void);

/** An empty private directory, where libwireshark has its configuration. NULL: it does not run. */
const char *libwireshark_directory(void);

#endif
