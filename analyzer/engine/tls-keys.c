/* tls-keys.c
 * Can the NSS key log be used?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/tls-keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* "LABEL HEX HEX", and the older "RSA Session-ID:HEX Master-Key:HEX". */
static const char key_line[] = "^[A-Z][A-Z0-9_]*\\s+([A-Za-z-]+:)?[0-9A-Fa-f]+\\s+"
                               "([A-Za-z-]+:)?[0-9A-Fa-f]+\\s*$";

static bool fail(GError **error, const char *path, const char *what)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, what);
    return false;
}

/* Comments aside, is there nothing, or a key? */
static bool holds_keys(FILE *file)
{
    g_autoptr(GRegex) regex = g_regex_new(key_line, G_REGEX_RAW, 0, NULL);
    char *line = NULL;
    size_t room = 0;
    bool empty = true, found = false;

    while (!found && getline(&line, &room, file) >= 0) {
        g_strstrip(line);
        if (*line == '\0' || *line == '#') {
            continue;
        }
        empty = false;
        found = g_regex_match(regex, line, 0, NULL);
    }
    free(line);
    return found || empty;
}

bool tls_keys_check(const char *path, GError **error)
{
    FILE *file = fopen(path, "re");
    struct stat status;
    bool usable;

    if (!file) {
        return fail(error, path, g_strerror(errno));
    }
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) {
        fclose(file); /* it is read again, so a pipe does not do */
        return fail(error, path, "it is no regular file");
    }
    usable = holds_keys(file);
    if (ferror(file)) {
        usable = fail(error, path, g_strerror(errno));
    } else if (!usable) {
        fail(error, path, "there is no line of an NSS key log in it");
    }
    fclose(file);
    return usable;
}
