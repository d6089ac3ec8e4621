/* output.h
 * Where the report goes: out as it is made
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/process/output-file.h"

/** Where a report is written to. */
typedef struct Output {
    GString *
        text; /**< what is still to go out: writers append to it, and say when with output_flow() */
    OutputFile *file; /**< NULL: standard output */
    int trouble;      /**< errno of the first write that failed; 0: none did */
} Output;

/** @param file  NULL: standard output; must outlive the output */
Output *output_new(OutputFile *file);

/** Writes what has gathered, once that is enough for a write. To be called often, so that a report
 *  of any length takes little memory. output_finish() tells whether a write failed. */
void output_flow(Output *output);

/** Writes the rest, and ends the file. To be called once, at the end.
 *  @return whether all of it was written */
bool output_finish(Output *output, GError **error);

void output_free(Output *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)

#endif
