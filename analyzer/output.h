/* output.h
 * Where the report goes: whole and checked, or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>

#include <glib.h>

/**
 * Can a file be written there? Asked before an audit that may take long.
 * @param inputs  files that it must not be, NULL-terminated; those that do not exist are ignored
 */
bool output_check(const char *path, const char *const *inputs, GError **error);

/**
 * Writes the report.
 *
 * A file appears whole, in place of the one that was there before; what is no regular file (a
 * device, a pipe) is written to as it is.
 *
 * @param path  NULL: standard output
 */
bool output_write(const char *path, const GString *report, GError **error);

/** The file that a path leads to: links are followed, since a file is replaced and not its link.
 *  Caller frees. */
char *output_target(const char *path);

/** The permissions of a file that takes the place of @p target: as they are, else what the umask
 *  leaves. */
int output_mode(const char *target);

#endif
