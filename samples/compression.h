/* compression.h
 * Compresses octets: gzip, zlib, deflate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef COMPRESSION_H
#define COMPRESSION_H

#include <gio/gio.h>

/** @return to be freed with g_bytes_unref() */
GBytes *compress_octets(GBytes *bytes, GZlibCompressorFormat format);

#endif
