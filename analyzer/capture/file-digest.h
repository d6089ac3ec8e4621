/* file-digest.h
 * The SHA-256 of a file, taken while the file is used
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FILE_DIGEST_H
#define FILE_DIGEST_H

#include <glib.h>

typedef struct FileDigest FileDigest;

/**
 * Begins to digest the rest of a file in a thread of its own.
 * @param fd  stays the caller's, who must neither use nor close it before file_digest_end()
 */
FileDigest *file_digest_begin(int fd);

/**
 * Waits for the digest, and frees all.
 * @param why  out: a sentence without its full stop, to be freed; NULL where there is a digest
 * @return 64 hex digits, to be freed, or NULL
 */
char *file_digest_end(FileDigest *digest, char **why);

/** Stops a digest that nobody wants any more, and frees all. NULL: does nothing. */
void file_digest_cancel(FileDigest *digest);

/** Digests what is left of one file, and copies it to another. Arguments as above. */
char *file_digest_copy(int in, int out, char **why);

#endif
