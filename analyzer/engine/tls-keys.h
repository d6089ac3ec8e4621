/* tls-keys.h
 * Can the NSS key log be used?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TLS_KEYS_H
#define TLS_KEYS_H

#include <stdbool.h>

#include <glib.h>

/**
 * libwireshark passes over what it does not understand in a key log, without a word: an audit would
 * silently see nothing. So a file that holds lines, but not one that looks like a key, is refused.
 *
 * @param error  names the file
 */
bool tls_keys_check(const char *path, GError **error);

#endif
