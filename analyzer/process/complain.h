/* complain.h
 * One line on standard error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef COMPLAIN_H
#define COMPLAIN_H

#include <stdarg.h>

#include <glib.h>

/** "krraudit: ..." as one line that is safe for a terminal, whatever file names are in it. */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/** The exit status after a message that ends the program. */
#define COMPLAIN_FATAL_STATUS 2

/** A GLogFunc: GLib's messages, which it would write in lines of its own. Ends the process where the
 *  message is fatal; else only warnings are complained about. */
void complain_of_glib(const char *domain, GLogLevelFlags level, const char *message, gpointer data);

void complain_valist(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);

#endif
