/* private-directory.c
 * A directory of temporary files that nobody else can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/private-directory.h"

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
