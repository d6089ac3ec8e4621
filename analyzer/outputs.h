/* outputs.h
 * What an audit leaves behind: opened by the process that can name files, written by the one that
 * reads captures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdbool.h>

#include "analyzer/options.h"
#include "analyzer/process/output-file.h"
#include "analyzer/process/scratch.h"

typedef struct Outputs {
    Scratch *scratch;     /**< the audit's private folder */
    OutputFile *report;   /**< NULL: standard output, or none is wanted */
    OutputFile *evidence; /**< NULL: none is wanted */
} Outputs;

/**
 * Opens all, where none of them is a file that the command line wants read.
 * @param outputs  out, to be given to outputs_close() whatever the outcome
 * @return false with @p error set
 */
bool outputs_open(Outputs *outputs, const Options *options, GError **error);

/** None of them may be one of these files. @param inputs  paths, NULL-terminated */
bool outputs_check(const Options *options, const char *const *inputs, GError **error);

/** Puts what is whole in its place. @return false after a complaint, where something is not there */
bool outputs_put(Outputs *outputs);

/** What follows a complaint about the rest: that the report is written all the same, or "". Static. */
const char *outputs_written(const Outputs *outputs);

/** Throws away what was not put in its place, and the private folder. */
void outputs_close(Outputs *outputs);

#endif
