/* confine-files.h
 * The files that this process may still name, by Landlock
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CONFINE_FILES_H
#define CONFINE_FILES_H

#include <stdbool.h>

#include <glib.h>

/** The version of the kernel's Landlock; 0: it has none, or it is turned off. */
guint confine_files_version(void);

/**
 * From now on this thread, and what it begins, opens nothing else by name: not even what is open
 * already, which stays usable. No file can be run, no TCP connection made and no process outside
 * signalled, as far as the kernel's Landlock knows how. The calls add up: a later one takes away
 * only. No new privileges must be gained any more, see confinement_begin().
 *
 * @param readable  files and folders, with all that is in them, NULL-terminated; what does not exist
 *                  is left out
 * @param writable  folders in which files may also be made, changed and removed; likewise
 * @return whether it is in force; false where the kernel has no Landlock
 */
bool confine_files(const char *const *readable, const char *const *writable);

#endif
