/* help.h
 * --help: the options in groups, for a terminal of 80 columns
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HELP_H
#define HELP_H

#include <glib.h>

/** Options that belong together. */
typedef struct HelpGroup {
    const char *title;
    const GOptionEntry *entries; /**< ends with one whose long name is NULL */
} HelpGroup;

/** Appends all that --help prints. GOption's own help is wider, knows no groups without an option of
 *  their own, and writes characters that not every locale has. */
void help_append(GString *out, const HelpGroup *groups, gsize n_groups);

#endif
