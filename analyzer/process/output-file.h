/* output-file.h
 * A file that appears whole, in place of the one that was there before, or not at all
 *
 * It is opened by a process that can name files, written by one that cannot, and put in its place by
 * the first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/process/scratch.h"

typedef struct OutputFile OutputFile;

/**
 * Can a file be written there? Asked before an audit that may take long.
 * @param inputs  files that it must not be, NULL-terminated; those that do not exist are ignored
 */
bool output_file_check(const char *path, const char *const *inputs, GError **error);

/**
 * Opens it, where there is none yet without a name if the file system can. What is no regular file (a device, a pipe) is
 * written to as it is.
 * @param path     must outlive the file
 * @param scratch  notes what this run would leave if it were killed
 * @return NULL with @p error set
 */
OutputFile *output_file_open(const char *path, Scratch *scratch, GError **error);

/** What was not put in its place is thrown away. */
void output_file_free(OutputFile *file);

/** As the user gave it. */
const char *output_file_path(const OutputFile *file);

/** To be written into, and not to be closed. */
int output_file_descriptor(const OutputFile *file);

/** All was written: told by the process that wrote, once the system has the last octet.
 *  @return 0, or what the system says of it: an errno */
int output_file_end(OutputFile *file);

/** Has output_file_end() been called, in whatever process, and gone well? */
bool output_file_is_whole(const OutputFile *file);

/** Puts the file in its place. @return false with @p error set leaves a file there as it was */
bool output_file_put(OutputFile *file, GError **error);

/** The file that a path leads to: links are followed, since a file is replaced and not its link.
 *  Caller frees. */
char *output_file_target(const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutputFile, output_file_free)

#endif
