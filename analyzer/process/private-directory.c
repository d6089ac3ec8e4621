/* private-directory.c
 * A directory of temporary files that nobody else can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/private-directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

char *private_directory_new(GError **error)
{
    return g_dir_make_tmp("krraudit-XXXXXX", error);
}

void private_directory_remove(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        g_remove(file);
    }
    g_rmdir(path);
}

int private_directory_enter(const char *path)
{
    int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

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
