/* file-kind.c
 * What a file is that wiretap does not read, or not to its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/capture/file-kind.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#define MAX_MARK 6

/* The formats' own magic numbers. */
static const struct {
    const char *mark;
    gsize length;
    const char *what;
} kinds[] = {
    {"\xfd"
     "7zXZ\0",
     6, "compressed with xz: give \"xz -dc FILE\" to krraudit's standard input, named \"-\""},
    {"BZh", 3,
     "compressed with bzip2: give \"bzip2 -dc FILE\" to krraudit's standard input, named \"-\""},
    {"PK\x03\x04", 4, "a ZIP archive: unpack it, and give the captures in it"},
    {"7z\xbc\xaf\x27\x1c", 6, "a 7z archive: unpack it, and give the captures in it"},
    {"\x28\xb5\x2f\xfd", 4,
     "compressed with zstd, of which some versions of Wireshark read the first part alone: give "
     "\"zstd -dc FILE\" to krraudit's standard input, named \"-\""},
    {"\x04\x22\x4d\x18", 4,
     "compressed with lz4, of which some versions of Wireshark read the first part alone: give "
     "\"lz4 -dc FILE\" to krraudit's standard input, named \"-\""},
};

const char *file_kind_of(const char *path)
{
    char octets[MAX_MARK] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gssize length = fd >= 0 ? read(fd, octets, sizeof octets) : -1;

    if (fd >= 0) {
        close(fd);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (length >= (gssize)kinds[i].length &&
            memcmp(octets, kinds[i].mark, kinds[i].length) == 0) {
            return kinds[i].what;
        }
    }
    return NULL;
}
