/* output.c
 * Where the report goes: out as it is made
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/output.h"

#include <errno.h>
#include <unistd.h>

/* So much is gathered before it is written. */
#define FLOW_OCTETS (64 * 1024)

Output *output_new(OutputFile *file)
{
    Output *output = g_new0(Output, 1);

    output->text = g_string_sized_new(2 * FLOW_OCTETS);
    output->file = file;
    return output;
}

/* Nothing is written after a failure: a report with a gap in it is worth nothing. */
static void let_out(Output *output)
{
    const int fd = output->file ? output_file_descriptor(output->file) : STDOUT_FILENO;
    gsize done = 0;

    while (!output->trouble && done < output->text->len) {
        gssize written = write(fd, output->text->str + done, output->text->len - done);

        if (written >= 0) {
            done += (gsize)written;
        } else if (errno != EINTR) {
            output->trouble = errno;
        }
    }
    g_string_truncate(output->text, 0);
}

void output_flow(Output *output)
{
    if (output->text->len >= FLOW_OCTETS) {
        let_out(output);
    }
}

bool output_finish(Output *output, GError **error)
{
    const char *name = output->file ? output_file_path(output->file) : "standard output";

    let_out(output);
    if (!output->trouble && output->file) {
        output->trouble = output_file_end(output->file);
    }
    if (output->trouble) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", name,
                    g_strerror(output->trouble));
    }
    return !output->trouble;
}

void output_free(Output *output)
{
    if (output) {
        g_string_free(output->text, TRUE);
        g_free(output);
    }
}
