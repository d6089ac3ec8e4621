/* scratch.c
 * The private folder of a run, and what runs that were killed have left
 *
 * A run holds a lock on its folder as long as one of its processes lives. A folder that nobody holds
 * was left by a run that was killed, and goes with the next one of the same user.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "analyzer/process/private-directory.h"

/* Not that of the folders within: only what is locked may be swept. */
#define PREFIX "krraudit-run-"
/* Behind the prefix, in the names of folders and of half outputs. */
#define RANDOM_LENGTH 6
/* A name that was noted has no more octets. */
#define LONGEST_NOTE 65536
/* A folder may be swept away between its making and its locking. */
#define MOST_TRIES 10

struct Scratch {
    char *path; /* the parent of the folder that the audit works in */
    char *work;
    int lock; /* the folder, open and locked */
    int notes;
};

/* ---- what others have left ---- */

/* A file of this user with a name as half outputs have it: a note proves nothing by itself. */
static bool is_half_output(const char *path)
{
    const char *dot = strrchr(path, '.');
    struct stat status;

    return g_path_is_absolute(path) && dot && strlen(dot + 1) == RANDOM_LENGTH &&
           lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid();
}

/* Notes end with a NUL each. */
static void remove_noted(int folder)
{
    int fd = openat(folder, "outputs", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    g_autofree char *notes = g_malloc(LONGEST_NOTE + 1);
    ssize_t length = fd >= 0 ? read(fd, notes, LONGEST_NOTE) : 0;

    for (ssize_t place = 0; place < length; place += (ssize_t)strlen(notes + place) + 1) {
        notes[length] = '\0';
        if (is_half_output(notes + place)) {
            g_unlink(notes + place);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

static bool is_ours(int folder)
{
    struct stat status;

    return fstat(folder, &status) == 0 && status.st_uid == geteuid();
}

static void sweep_folder(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

    if (folder < 0) {
        return;
    }
    if (is_ours(folder) && flock(folder, LOCK_EX | LOCK_NB) == 0) {
        remove_noted(folder);
        private_directory_remove(path);
    }
    close(folder);
}

static void sweep(const char *place)
{
    g_autoptr(GDir) directory = g_dir_open(place, 0, NULL);
    const char *name;

    while (directory && (name = g_dir_read_name(directory))) {
        if (g_str_has_prefix(name, PREFIX) && strlen(name) == strlen(PREFIX) + RANDOM_LENGTH) {
            g_autofree char *path = g_build_filename(place, name, NULL);

            sweep_folder(path);
        }
    }
}

/* ---- the run's own ---- */

/* @return false where somebody swept it away before it was locked */
static bool lock(Scratch *scratch)
{
    struct stat here, held;

    scratch->lock = open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (scratch->lock >= 0 && flock(scratch->lock, LOCK_EX) == 0 &&
        stat(scratch->path, &here) == 0 && fstat(scratch->lock, &held) == 0 &&
        here.st_ino == held.st_ino) {
        return true;
    }
    if (scratch->lock >= 0) {
        close(scratch->lock);
    }
    scratch->lock = -1;
    return false;
}

static bool make_locked(Scratch *scratch, GError **error)
{
    for (guint i = 0; i < MOST_TRIES; i++) {
        g_free(scratch->path);
        scratch->path = private_directory_new(PREFIX, error);
        if (!scratch->path) {
            return false;
        }
        if (lock(scratch)) {
            return true;
        }
    }
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: it cannot be locked", scratch->path);
    return false;
}

static bool make_work(Scratch *scratch, GError **error)
{
    scratch->work = g_build_filename(scratch->path, "work", NULL);
    if (g_mkdir(scratch->work, 0700) == 0) {
        return true;
    }
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", scratch->work,
                g_strerror(errno));
    return false;
}

Scratch *scratch_new(GError **error)
{
    g_autoptr(Scratch) scratch = g_new0(Scratch, 1);
    g_autofree char *place = NULL;

    scratch->lock = scratch->notes = -1;
    if (!make_locked(scratch, error) || !make_work(scratch, error)) {
        return NULL;
    }
    place = g_path_get_dirname(scratch->path);
    sweep(place); /* its own is locked */
    return g_steal_pointer(&scratch);
}

void scratch_free(Scratch *scratch)
{
    if (!scratch) {
        return;
    }
    if (scratch->lock >= 0) {
        private_directory_remove(scratch->path);
        close(scratch->lock);
    }
    if (scratch->notes >= 0) {
        close(scratch->notes);
    }
    g_free(scratch->path);
    g_free(scratch->work);
    g_free(scratch);
}

const char *scratch_work(const Scratch *scratch)
{
    return scratch->work;
}

void scratch_give(const Scratch *scratch, uid_t uid, gid_t gid)
{
    /* Whoever gets the folder must get through to it. Where that fails, the audit says so. */
    if (chown(scratch->work, uid, gid) != 0 || chmod(scratch->path, 0711) != 0) {
        g_debug("%s: %s", scratch->work, g_strerror(errno));
    }
}

void scratch_note(Scratch *scratch, const char *path)
{
    if (scratch->notes < 0) {
        scratch->notes =
            openat(scratch->lock, "outputs", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    if (scratch->notes >= 0 && write(scratch->notes, path, strlen(path) + 1) < 0) {
        g_debug("%s: %s", path, g_strerror(errno)); /* it is removed unless this run is killed */
    }
}
