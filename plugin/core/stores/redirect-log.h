/* redirect-log.h
 * Who was redirected, and when last: whoever was may try again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef REDIRECT_LOG_H
#define REDIRECT_LOG_H

#include <stdbool.h>

#include <glib.h>

typedef struct RedirectLog RedirectLog;

RedirectLog *redirect_log_new(void);
void redirect_log_free(RedirectLog *log);

/** Notes that a KRR was on its way to a user. @param user  a URI or a UID; NULL: nobody knows who */
void redirect_log_note(RedirectLog *log, const char *user, gint64 time_ns);

/** Was a user redirected at some time, or later? @param user  a URI or a UID; NULL: false */
bool redirect_log_has(const RedirectLog *log, const char *user, gint64 since_ns);

/** Was somebody redirected then whose name was not noted: unknown, too long, or one too many? */
bool redirect_log_has_nameless(const RedirectLog *log, gint64 since_ns);

#endif
