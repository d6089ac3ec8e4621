/* confinement.h
 * What a process that reads captures can still do: captures come from attackers
 *
 * libwireshark, libxml2 and OpenSSL read what an attacker wrote. Should one of them be taken over by
 * it, the process that it is in has little to offer: it names no file but the captures and its own
 * private folder, runs no program, reaches no network, signals no other process and is not root.
 * What a kernel lacks is left out; confinement_in_force() tells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CONFINEMENT_H
#define CONFINEMENT_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/process/confine-calls.h"

typedef struct Confinement Confinement;

/** @param folder  the private one, in which anything may be done */
Confinement *confinement_new(const char *folder);
void confinement_free(Confinement *confinement);

/** The file, or the folder with all in it, is to be readable. NULL and what does not exist are
 *  ignored. Before confinement_begin(). */
void confinement_let_read(Confinement *confinement, const char *path);

/** The same of a capture, which confinement_narrow() takes away again. */
void confinement_let_read_capture(Confinement *confinement, const char *path);

/** Gives up being root, new privileges for good and all other files. To be called while the process
 *  has one thread, before it reads any capture. */
void confinement_begin(Confinement *confinement);

/** Gives up all system calls but those that the work needs: once libraries have started. */
void confinement_limit_calls(Confinement *confinement, ConfineWork work);

/** In a process that was begun to read one capture: of all captures it may open that one alone. */
void confinement_narrow(Confinement *confinement, const char *capture);

/** What is in force: some of "no-new-privileges", "unprivileged-user", "landlock" and "seccomp";
 *  NULL-terminated. @param confinement  NULL: nothing is */
const char *const *confinement_in_force(const Confinement *confinement);

/** What this machine can do, in words, for --version. To be freed. */
char *confinement_describe_machine(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Confinement, confinement_free)

#endif
