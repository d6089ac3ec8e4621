/* compression.c
 * Compresses octets: gzip, zlib, deflate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/compression.h"

GBytes *compress_octets(GBytes *bytes, GZlibCompressorFormat format)
{
    g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(format, -1);
    g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
    g_autoptr(GOutputStream) stream =
        g_converter_output_stream_new(memory, G_CONVERTER(compressor));
    gsize length = 0;
    const void *data = g_bytes_get_data(bytes, &length);
    /* Into memory, so only the lack of it could make this fail, and that ends the program. */
    g_output_stream_write_all(stream, data, length, NULL, NULL, NULL);
    g_output_stream_close(stream, NULL, NULL);
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}
