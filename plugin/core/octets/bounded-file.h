/* bounded-file.h
 * Reads the files that a policy names, none of which is trusted to be small
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BOUNDED_FILE_H
#define BOUNDED_FILE_H

#include <glib.h>

/**
 * Reads any kind of file: a pipe is as good, and /dev/zero does no harm.
 * @param limit  octets; a larger file is an error
 * @param error  what is wrong, without the file's name
 * @return NULL with @p error set
 */
GString *bounded_file_read(const char *path, gsize limit, GError **error);

#endif
