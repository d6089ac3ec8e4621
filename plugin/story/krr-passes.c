/* krr-passes.c
 * Does the program look at frames again?
 *
 * libwireshark asks plugins for the fields that they want before it reads the first frame, does not
 * say whether there will be a second pass, and makes a tree of every frame for whoever wants one. In
 * a tshark that reads once that would cost much and help nobody, so here the command line is asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/krr-passes.h"

#include <string.h>

/* Options of one letter may stand together, "-2nr"; a value that looks like it does no harm. */
static bool may_ask_for_two(const char *argument)
{
    return argument[0] == '-' && argument[1] != '-' && strchr(argument, '2');
}

bool krr_passes_is_one(const char *arguments, gsize length)
{
    if (length == 0 || arguments[length - 1] != '\0') {
        return false;
    }
    g_autofree char *program = g_path_get_basename(arguments);
    if (!g_str_equal(program, "tshark")) {
        return false;
    }
    for (gsize i = strlen(arguments) + 1; i < length; i += strlen(arguments + i) + 1) {
        if (may_ask_for_two(arguments + i)) {
            return false;
        }
    }
    return true;
}

bool krr_passes_of_program_is_one(void)
{
    g_autofree char *arguments = NULL;
    gsize length = 0;

    return g_file_get_contents("/proc/self/cmdline", &arguments, &length, NULL) &&
           krr_passes_is_one(arguments, length);
}
