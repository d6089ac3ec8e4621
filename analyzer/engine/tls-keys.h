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
 * libwireshark says nothing about lines of a key log that it does not understand: an audit would
 * see nothing, and not say so. So a file is refused that has lines, none of which looks like a key.
 *
 * @param error  names the file
 */
bool tls_keys_check(const char *path, GError **error);

#endif
