/* hex.c
 * Octets as lower-case hexadecimal digits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/hex.h"

char *hex_encode(const guint8 *octets, gsize length)
{
    static const char digits[] = "0123456789abcdef";
    char *text = g_malloc(2 * length + 1);

    for (gsize i = 0; i < length; i++) {
        text[2 * i] = digits[octets[i] >> 4];
        text[2 * i + 1] = digits[octets[i] & 15];
    }
    text[2 * length] = '\0';
    return text;
}

bool hex_decode(const char *text, guint8 *octets, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]);
        int low = high < 0 ? -1 : g_ascii_xdigit_value(text[2 * i + 1]);

        if (low < 0) {
            return false;
        }
        octets[i] = (guint8)(high << 4 | low);
    }
    return text[2 * length] == '\0';
}
