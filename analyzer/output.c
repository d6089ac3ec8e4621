/* output.c
 * Where the report goes: whole and checked, or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

static bool fail(GError **error, const char *path, const char *what)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, what);
    return false;
}

bool output_check(const char *path, const char *const *inputs, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat output, input;

    if (stat(path, &output) != 0) {
        /* It is made beside where it will be, so the folder is what matters. */
        return g_access(folder, W_OK | X_OK) == 0 || fail(error, path, g_strerror(errno));
    }
    if (S_ISDIR(output.st_mode))
        return fail(error, path, g_strerror(EISDIR));
    for (; *inputs; inputs++) {
        if (stat(*inputs, &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino)
            return fail(error, path, "it would overwrite a file that is read");
    }
    return g_access(path, W_OK) == 0 || fail(error, path, g_strerror(errno));
}

static bool write_stream(FILE *stream, const char *name, const GString *report, GError **error)
{
    /* Errors may come as late as the last flush. */
    if (fwrite(report->str, 1, report->len, stream) != report->len || fflush(stream) != 0)
        return fail(error, name, g_strerror(errno));
    return true;
}

static bool write_device(const char *path, const GString *report, GError **error)
{
    FILE *stream = fopen(path, "w");
    bool written;

    if (!stream)
        return fail(error, path, g_strerror(errno));
    written = write_stream(stream, path, report, error);
    if (fclose(stream) != 0 && written)
        written = fail(error, path, g_strerror(errno));
    return written;
}

char *output_target(const char *path)
{
    char *resolved = realpath(path, NULL);
    char *target = g_strdup(resolved ? resolved : path);

    free(resolved);
    return target;
}

int output_mode(const char *target)
{
    struct stat status;

    return stat(target, &status) == 0 ? (int)(status.st_mode & 0777) : 0666;
}

bool output_write(const char *path, const GString *report, GError **error)
{
    g_autofree char *target = NULL;
    g_autoptr(GError) trouble = NULL;
    struct stat status;

    if (!path)
        return write_stream(stdout, "standard output", report, error);
    target = output_target(path);
    if (stat(target, &status) == 0 && !S_ISREG(status.st_mode))
        return write_device(target, report, error);
    if (g_file_set_contents_full(target, report->str, (gssize)report->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 output_mode(target), &trouble))
        return true;
    return fail(error, path, trouble->message);
}
