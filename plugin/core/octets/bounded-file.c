/* bounded-file.c
 * Reads the files that a policy names, none of which is trusted to be small
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/bounded-file.h"

#include <errno.h>
#include <stdio.h>

#include <glib/gstdio.h>

GString *bounded_file_read(const char *path, gsize limit, GError **error)
{
    FILE *stream = g_fopen(path, "rb");
    g_autoptr(GString) octets = g_string_new(NULL);
    char part[16384];
    gsize n = 0;
    while (stream && octets->len <= limit && (n = fread(part, 1, sizeof part, stream)) > 0) {
        g_string_append_len(octets, part, (gssize)n);
    }
    int problem = !stream || ferror(stream) ? errno : 0;
    if (stream) {
        fclose(stream);
    }
    if (problem) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(problem), "cannot be read: %s",
                    g_strerror(problem));
        return NULL;
    }
    if (octets->len > limit) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                    "is larger than %" G_GSIZE_FORMAT " octets", limit);
        return NULL;
    }
    return g_steal_pointer(&octets);
}
