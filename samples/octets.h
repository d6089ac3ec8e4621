/* octets.h
 * Octets of packets, in network order
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OCTETS_H
#define OCTETS_H

#include <gio/gio.h>

void put8(GByteArray *bytes, guint8 value);
void put16(GByteArray *bytes, guint16 value);
void put32(GByteArray *bytes, guint32 value);

/** Appends an IP address: 4 or 16 octets. */
void put_address(GByteArray *bytes, GInetAddress *address);

/** Overwrites two octets. */
void set16(GByteArray *bytes, gsize offset, guint16 value);

/** The Internet checksum (RFC 1071). */
guint16 internet_checksum(const guint8 *data, gsize length);

#endif
