/* file-kind.h
 * What a file is that wiretap does not read, or not to its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FILE_KIND_H
#define FILE_KIND_H

/**
 * Tells a file by its first octets.
 * @return what it is, and what to do: the end of the sentence "it is ..."; static. NULL: nothing known
 */
const char *file_kind_of(const char *path);

#endif
