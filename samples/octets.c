/* octets.c
 * Octets of packets, in network order
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/octets.h"

void put8(GByteArray *bytes, guint8 value)
{
    g_byte_array_append(bytes, &value, 1);
}

void put16(GByteArray *bytes, guint16 value)
{
    guint16 big = GUINT16_TO_BE(value);
    g_byte_array_append(bytes, (guint8 *)&big, sizeof big);
}

void put32(GByteArray *bytes, guint32 value)
{
    guint32 big = GUINT32_TO_BE(value);
    g_byte_array_append(bytes, (guint8 *)&big, sizeof big);
}

void put_address(GByteArray *bytes, GInetAddress *address)
{
    g_byte_array_append(bytes, g_inet_address_to_bytes(address),
                        g_inet_address_get_native_size(address));
}

void set16(GByteArray *bytes, gsize offset, guint16 value)
{
    bytes->data[offset] = value >> 8;
    bytes->data[offset + 1] = value & 0xff;
}

guint16 internet_checksum(const guint8 *data, gsize length)
{
    guint64 sum = 0;
    for (gsize i = 0; i < length; i++) {
        sum += i % 2 == 0 ? (guint)data[i] << 8 : data[i];
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum & 0xffff;
}
