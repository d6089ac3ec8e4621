/* private-directory.h
 * A directory of temporary files that nobody else can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PRIVATE_DIRECTORY_H
#define PRIVATE_DIRECTORY_H

#include <glib.h>

/** Makes a new one in TMPDIR, else in /tmp.
 *  @param prefix  of its name
 *  @return its path, to be freed, or NULL with @p error set */
char *private_directory_new(const char *prefix, GError **error);

/** Removes the directory and all that is in it. */
void private_directory_remove(const char *path);

/**
 * Makes a directory the working one for a while: libraries that open files by relative names find nothing
 * there. Not while another thread needs the working directory.
 * @return to be given to private_directory_leave()
 */
int private_directory_enter(const char *path);

/** Goes back to where private_directory_enter() was called. */
void private_directory_leave(int before);

#endif
