/* confine-user.h
 * Root gives up being root
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CONFINE_USER_H
#define CONFINE_USER_H

#include <stdbool.h>
#include <sys/types.h>

/** Who root becomes: whoever called sudo, else nobody. @param gid  out: the group */
uid_t confine_user_of_root(gid_t *gid);

/**
 * From now on this process is no longer root: it is that user, in no group but its own. Of root's
 * powers it keeps that of reading files and entering folders, since the captures may be root's: which
 * ones is up to confine_files(). To be called while the process has one thread. Does nothing where
 * the process is not root's.
 * @return whether the process is not root's now
 */
bool confine_user(void);

#endif
