/* hex.h
 * Octets as lower-case hexadecimal digits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEX_H
#define HEX_H

#include <stdbool.h>

#include <glib.h>

/** Two digits an octet; to be freed. */
char *hex_encode(const guint8 *octets, gsize length);

/**
 * The octets that digits, of either case, stand for.
 * @param octets  out: that many
 * @return false where the text is not exactly twice as many digits; what octets holds then means
 *         nothing
 */
bool hex_decode(const char *text, guint8 *octets, gsize length);

#endif
