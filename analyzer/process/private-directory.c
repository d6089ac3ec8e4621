/* private-directory.c
 * A directory of temporary files that nobody else can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/private-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

char *private_directory_new(const char *prefix, GError **error)
{
    const char *place = g_getenv("TMPDIR");
    g_autofree char *name = g_strconcat(prefix, "XXXXXX", NULL);
    g_autofree char *path = g_build_filename(place && *place ? place : "/tmp", name, NULL);

    /* Not g_dir_make_tmp(): GLib asks for TMPDIR but once, and the guard changes it. */
    if (!g_mkdtemp(path)) {
        int reason = errno;

        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(reason), "%s: %s", path,
                    g_strerror(reason));
        return NULL;
    }
    return g_steal_pointer(&path);
}

static int remove_one(const char *path, const struct stat *status G_GNUC_UNUSED,
                      int kind G_GNUC_UNUSED, struct FTW *place G_GNUC_UNUSED)
{
    g_remove(path);
    return 0;
}

void private_directory_remove(const char *path)
{
    /* Links are removed, not followed. */
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int private_directory_enter(const char *path)
{
    /* O_PATH: to go back there, it need not be readable. */
    int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (g_chdir(path) != 0 && before >= 0) {
        close(before);
        before = -1;
    }
    return before;
}

void private_directory_leave(int before)
{
    /* Where the directory before cannot be opened, no relative name leads anywhere. */
    if (before >= 0) {
        if (fchdir(before) != 0) {
            g_warning("the working directory is gone");
        }
        close(before);
    }
}
