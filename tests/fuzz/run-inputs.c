/* run-inputs.c
 * Runs a fuzz target on the files that the command line names, or on those in a folder that it names:
 * without libFuzzer and with any compiler
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdint.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static guint run_file(const char *path)
{
    g_autofree char *octets = NULL;
    gsize length;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(path, &octets, &length, &error)) {
        g_error("%s", error->message);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)octets, length);
    return 1;
}

static guint run_folder(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;
    guint count = 0;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        count += run_file(file);
    }
    return count;
}

int main(int argc, char **argv)
{
    guint count = 0;

    for (int i = 1; i < argc; i++) {
        count += g_file_test(argv[i], G_FILE_TEST_IS_DIR) ? run_folder(argv[i]) : run_file(argv[i]);
    }
    g_print("%u inputs\n", count);
    return count > 0 ? 0 : 1;
}
