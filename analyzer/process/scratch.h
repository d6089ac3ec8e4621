/* scratch.h
 * The private folder of a run, and what runs that were killed have left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SCRATCH_H
#define SCRATCH_H

#include <sys/types.h>

#include <glib.h>

typedef struct Scratch Scratch;

/**
 * Makes the folder, and removes those of this user's runs that are no longer alive, with the half
 * outputs that they had begun elsewhere.
 *
 * @return NULL with @p error set
 */
Scratch *scratch_new(GError **error);

/** Removes the folder with all that is in it. */
void scratch_free(Scratch *scratch);

/** The folder in it where the audit may do what it wants. */
const char *scratch_work(const Scratch *scratch);

/** Gives that folder to another user. */
void scratch_give(const Scratch *scratch, uid_t uid, gid_t gid);

/** Notes a file that must go where this run cannot remove it any more. @param path  absolute */
void scratch_note(Scratch *scratch, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)

#endif
