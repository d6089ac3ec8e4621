/* output.h
 * Where the report goes: out as it is made, a file whole and checked or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>

#include <glib.h>

/** Where a report is written to. */
typedef struct Output {
    GString *
        text; /**< what is still to go out: writers append to it, and say when with output_flow() */
    const char *path; /**< as the user gave it; NULL: standard output */
    char *target;     /**< a regular file that will take its place; NULL: there is none */
    char *temporary;  /**< the file that will become it */
    int fd;
    int trouble; /**< errno of the first write that failed; 0: none did */
} Output;

/**
 * Can a file be written there? Asked before an audit that may take long.
 * @param inputs  files that it must not be, NULL-terminated; those that do not exist are ignored
 */
bool output_check(const char *path, const char *const *inputs, GError **error);

/**
 * Opens it for writing.
 *
 * A file appears whole, in place of the one that was there before, once output_finish() says so;
 * what is no regular file (a device, a pipe, standard output) is written to as it is.
 *
 * @param path  NULL: standard output; must outlive the output
 * @return NULL on error
 */
Output *output_new(const char *path, GError **error);

/** Writes what has gathered, once that is enough for a write. To be called often, so that a report
 *  of any length takes little memory. output_finish() tells whether a write failed. */
void output_flow(Output *output);

/** Writes the rest and puts the file in its place. To be called once, at the end.
 *  @return whether all of it was written; false leaves a file there as it was */
bool output_finish(Output *output, GError **error);

/** What was not finished is thrown away. */
void output_free(Output *output);

/** The file that a path leads to: links are followed, since a file is replaced and not its link.
 *  Caller frees. */
char *output_target(const char *path);

/** The permissions of a file that takes the place of @p target: as they are, else what the umask
 *  leaves. */
int output_mode(const char *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)

#endif
