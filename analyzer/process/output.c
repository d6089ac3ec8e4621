/* output.c
 * Where the report goes: out as it is made, a file whole and checked or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* So much is gathered before it is written. */
#define FLOW_OCTETS (64 * 1024)

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
    if (S_ISDIR(output.st_mode)) {
        return fail(error, path, g_strerror(EISDIR));
    }
    for (; *inputs; inputs++) {
        if (stat(*inputs, &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino) {
            return fail(error, path, "it would overwrite a file that is read");
        }
    }
    return g_access(path, W_OK) == 0 || fail(error, path, g_strerror(errno));
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

static bool open_file(Output *output)
{
    output->temporary = g_strconcat(output->target, ".XXXXXX", NULL);
    output->fd =
        g_mkstemp_full(output->temporary, O_WRONLY | O_CLOEXEC, output_mode(output->target));
    if (output->fd < 0) {
        g_clear_pointer(&output->temporary, g_free); /* there is none to be removed */
    }
    return output->fd >= 0;
}

static bool open_device(Output *output)
{
    output->fd = g_open(output->target, O_WRONLY | O_CLOEXEC, 0);
    g_clear_pointer(&output->target, g_free);
    return output->fd >= 0;
}

Output *output_new(const char *path, GError **error)
{
    g_autoptr(Output) output = g_new0(Output, 1);
    struct stat status;

    output->text = g_string_sized_new(2 * FLOW_OCTETS);
    output->path = path;
    output->fd = STDOUT_FILENO;
    if (!path) {
        return g_steal_pointer(&output);
    }
    output->target = output_target(path);
    if (stat(output->target, &status) == 0 && !S_ISREG(status.st_mode) ? open_device(output)
                                                                       : open_file(output)) {
        return g_steal_pointer(&output);
    }
    fail(error, path, g_strerror(errno));
    return NULL;
}

/* Nothing is written after a failure: a report with a gap in it is worth nothing. */
static void let_out(Output *output)
{
    gsize done = 0;

    while (!output->trouble && done < output->text->len) {
        gssize written = write(output->fd, output->text->str + done, output->text->len - done);

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

/* Some file systems tell of a full disk no sooner than here. */
static int close_file(Output *output)
{
    int fd = output->fd;
    int trouble = output->temporary && fsync(fd) != 0 ? errno : 0;

    output->fd = -1;
    if (fd != STDOUT_FILENO && close(fd) != 0 && !trouble) {
        trouble = errno;
    }
    return trouble;
}

bool output_finish(Output *output, GError **error)
{
    const char *name = output->path ? output->path : "standard output";
    int trouble;

    let_out(output);
    trouble = close_file(output);
    if (!output->trouble) {
        output->trouble = trouble;
    }
    if (!output->trouble && output->temporary && g_rename(output->temporary, output->target) != 0) {
        output->trouble = errno;
    }
    if (output->trouble) {
        return fail(error, name, g_strerror(output->trouble));
    }
    g_clear_pointer(&output->temporary, g_free); /* it is the report now */
    return true;
}

void output_free(Output *output)
{
    if (!output) {
        return;
    }
    if (output->fd >= 0 && output->fd != STDOUT_FILENO) {
        close(output->fd);
    }
    if (output->temporary) {
        g_unlink(output->temporary);
    }
    g_free(output->temporary);
    g_free(output->target);
    g_string_free(output->text, TRUE);
    g_free(output);
}
