/* confine-calls.h
 * The system calls that this process may still make, by seccomp
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CONFINE_CALLS_H
#define CONFINE_CALLS_H

#include <stdbool.h>

/** What the process has to do. */
typedef enum ConfineWork {
    CONFINE_READING, /**< reads files, dissects, judges and writes into what is open; has threads */
    CONFINE_SUPERVISING /**< begins, awaits and ends processes besides */
} ConfineWork;

/** Can the kernel do it? */
bool confine_calls_possible(void);

/**
 * From now on all threads of this process, and what it begins, make no other system calls than the
 * work needs: none for the network, to run a program or to look into another process. Others fail as
 * if the kernel did not know them, as glibc expects of an old kernel. The calls add up: a later one
 * takes away only. No new privileges must be gained any more, see confinement_begin().
 * @return whether it is in force
 */
bool confine_calls(ConfineWork work);

#endif
