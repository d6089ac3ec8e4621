/* private-directory.h
 * A directory of temporary files that nobody else can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PRIVATE_DIRECTORY_H
#define PRIVATE_DIRECTORY_H

#include <glib.h>

/** Makes a new one where the user wants temporary files.
 *  @return its path, to be freed, or NULL with @p error set */
char *private_directory_new(GError **error);

/** Removes the directory and the files in it; there must be no directories in it. */
void private_directory_remove(const char *path);

#endif
