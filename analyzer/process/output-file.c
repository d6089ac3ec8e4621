/* output-file.c
 * A file that appears whole, in place of the one that was there before, or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

struct OutputFile {
    const char *path; /* as the user gave it */
    char *target;     /* a regular file that it will be; NULL: it is no regular file */
    char *temporary;  /* its name until then; NULL: it has none yet */
    Scratch *scratch;
    int fd;
    volatile bool *whole; /* in memory that processes share */
};

static bool fail(GError **error, const char *path, const char *what)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, what);
    return false;
}

/* ---- before the audit ---- */

static bool leads_nowhere(const char *path)
{
    struct stat link, target;

    return lstat(path, &link) == 0 && S_ISLNK(link.st_mode) && stat(path, &target) != 0;
}

/* Can a file be made there? */
static bool folder_check(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *what = NULL;

    if (g_access(folder, W_OK | X_OK) == 0) {
        return true;
    }
    if (errno == ENOENT) {
        what = g_strdup_printf("it cannot be written: there is no folder %s", folder);
    } else {
        what = g_strdup_printf("it cannot be written in %s: %s", folder, g_strerror(errno));
    }
    return fail(error, path, what);
}

bool output_file_check(const char *path, const char *const *inputs, GError **error)
{
    struct stat output, input;

    if (leads_nowhere(path)) {
        return fail(error, path, "it is a link that leads to no file");
    }
    if (stat(path, &output) != 0) {
        /* It is made beside where it will be, so the folder is what matters. */
        return folder_check(path, error);
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

char *output_file_target(const char *path)
{
    char *resolved = realpath(path, NULL);
    char *target = g_strdup(resolved ? resolved : path);

    free(resolved);
    return target;
}

/* The permissions of a file that takes the place of another: as they are, else what the umask leaves. */
static int mode_of(const char *target)
{
    struct stat status;

    return stat(target, &status) == 0 ? (int)(status.st_mode & 0777) : 0666;
}

/* A name beside the target that nothing has. */
static char *spare_name(const char *target)
{
    g_autofree char *absolute = g_canonicalize_filename(target, NULL);

    return g_strdup_printf("%s.%06x", absolute, g_random_int() & 0xFFFFFF);
}

static bool open_named(OutputFile *file)
{
    g_autofree char *name = spare_name(file->target);

    file->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_of(file->target));
    if (file->fd >= 0) {
        file->temporary = g_steal_pointer(&name);
        scratch_note(file->scratch, file->temporary);
    }
    return file->fd >= 0;
}

static bool open_regular(OutputFile *file)
{
    g_autofree char *folder = g_path_get_dirname(file->target);

    /* Without a name nothing is left of it, whatever happens. */
    file->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode_of(file->target));
    return file->fd >= 0 || open_named(file);
}

static bool open_device(OutputFile *file)
{
    file->fd = g_open(file->target, O_WRONLY | O_CLOEXEC, 0);
    g_clear_pointer(&file->target, g_free);
    return file->fd >= 0;
}

static bool open_file(OutputFile *file)
{
    struct stat status;

    if (stat(file->target, &status) != 0) {
        return open_regular(file);
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    return S_ISREG(status.st_mode) ? open_regular(file) : open_device(file);
}

OutputFile *output_file_open(const char *path, Scratch *scratch, GError **error)
{
    g_autoptr(OutputFile) file = g_new0(OutputFile, 1);
    void *shared =
        mmap(NULL, sizeof(bool), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    file->path = path;
    file->scratch = scratch;
    file->fd = -1;
    if (shared == MAP_FAILED) {
        fail(error, path, g_strerror(errno));
        return NULL;
    }
    file->whole = shared;
    if (leads_nowhere(path)) {
        fail(error, path, "it is a link that leads to no file");
        return NULL;
    }
    file->target = output_file_target(path);
    if (!open_file(file)) {
        fail(error, path, g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&file);
}

/* ---- after it ---- */

const char *output_file_path(const OutputFile *file)
{
    return file->path;
}

int output_file_descriptor(const OutputFile *file)
{
    return file->fd;
}

int output_file_end(OutputFile *file)
{
    /* Some file systems tell of a full disk no sooner than here. */
    if (file->target && fsync(file->fd) != 0) {
        return errno;
    }
    *file->whole = true;
    return 0;
}

bool output_file_is_whole(const OutputFile *file)
{
    return *file->whole;
}

/* Gives a file without a name one, beside its place: a link cannot replace a file. */
static bool give_name(OutputFile *file)
{
    g_autofree char *name = spare_name(file->target);
    g_autofree char *open_one = g_strdup_printf("/proc/self/fd/%d", file->fd);

    if (file->temporary) {
        return true;
    }
    scratch_note(file->scratch, name);
    if (linkat(AT_FDCWD, open_one, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0) {
        return false;
    }
    file->temporary = g_steal_pointer(&name);
    return true;
}

bool output_file_put(OutputFile *file, GError **error)
{
    if (!file->target) {
        return true;
    }
    if (!give_name(file) || g_rename(file->temporary, file->target) != 0) {
        return fail(error, file->path, g_strerror(errno));
    }
    g_clear_pointer(&file->temporary, g_free); /* it is in its place now */
    return true;
}

void output_file_free(OutputFile *file)
{
    if (!file) {
        return;
    }
    if (file->fd >= 0) {
        close(file->fd);
    }
    if (file->temporary) {
        g_unlink(file->temporary);
    }
    if (file->whole) {
        munmap((void *)file->whole, sizeof(bool));
    }
    g_free(file->temporary);
    g_free(file->target);
    g_free(file);
}
