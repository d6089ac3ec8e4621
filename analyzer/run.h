/* run.h
 * krraudit from its command line to its exit status
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include <glib.h>

/**
 * Starts what every audit needs and what takes longest, libwireshark; krraudit_run() does so itself
 * where nobody did before. A program that forks a process for each of many audits starts it once,
 * before it forks, while it has one thread. libwireshark_stop() ends it.
 * @return false with @p error set
 */
bool krraudit_init(GError **error);

/**
 * Does what the command line says, and frees all of it: libwireshark is stopped where an audit was
 * begun, so a process can audit once. Does not return from --help, nor after a signal that asked it
 * to end.
 * @param argv  argc texts and NULL; argv[0] is the program's name
 * @return the exit status that scripts depend on: 0 no finding at or above --fail-on, 1 findings, 2
 *         nothing was audited or a report was not written, 3 a capture was not read to its end
 */
int krraudit_run(int argc, char **argv);

#endif
