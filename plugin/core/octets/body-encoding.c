/* body-encoding.c
 * Encodings around a document that nobody on the way has undone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/body-encoding.h"

#include <string.h>

#include <gio/gio.h>

/* Shorter than that, a word of text may pass for base64. */
#define SHORTEST_BASE64 16
/* How much of a body tells whether it is text. */
#define TEXT_PROBE     512
#define DECODING_BLOCK (16 * 1024)

static bool is_gzip(const guint8 *octets, gsize length)
{
    return length > 2 && octets[0] == 0x1f && octets[1] == 0x8b;
}

/* Does it begin as XML does, in UTF-8 or in UTF-16 of either order? */
static bool begins_like_xml(const guint8 *octets, gsize length)
{
    static const guint8 marks[][3] = {{0xef, 0xbb, 0xbf}, {0xfe, 0xff, 0}, {0xff, 0xfe, 0}};
    static const gsize mark_length[] = {3, 2, 2};
    gsize i = 0;

    for (gsize mark = 0; mark < G_N_ELEMENTS(marks); mark++) {
        if (length > mark_length[mark] && memcmp(octets, marks[mark], mark_length[mark]) == 0) {
            i = mark_length[mark];
            break;
        }
    }
    /* The zeros are those of UTF-16. */
    while (i < length && (octets[i] == 0 || g_ascii_isspace(octets[i]))) {
        i++;
    }
    return i < length && octets[i] == '<';
}

static bool is_base64_text(const guint8 *octets, gsize length)
{
    gsize digits = 0;

    for (gsize i = 0; i < length; i++) {
        if (g_ascii_isalnum(octets[i]) || octets[i] == '+' || octets[i] == '/') {
            digits++;
        } else if (octets[i] != '=' && !g_ascii_isspace(octets[i])) {
            return false;
        }
    }
    return digits >= SHORTEST_BASE64;
}

static GBytes *undo_base64(const guint8 *octets, gsize length, gsize limit)
{
    if (!is_base64_text(octets, length)) {
        return NULL;
    }
    /* Decoded in blocks, so that an enormous body costs no more than the limit. */
    g_autoptr(GByteArray) decoded = g_byte_array_new();
    guchar block[DECODING_BLOCK];
    gint state = 0;
    guint save = 0;
    for (gsize done = 0; done < length && decoded->len <= limit;) {
        gsize part = MIN(length - done, (gsize)DECODING_BLOCK);
        gsize size = g_base64_decode_step((const gchar *)octets + done, part, block, &state, &save);
        g_byte_array_append(decoded, block, size);
        done += part;
    }
    if (decoded->len > limit) {
        g_byte_array_set_size(decoded, limit + 1);
    }
    if (!begins_like_xml(decoded->data, decoded->len) && !is_gzip(decoded->data, decoded->len)) {
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&decoded));
}

static GBytes *undo_gzip(const guint8 *octets, gsize length, gsize limit)
{
    if (!is_gzip(octets, length)) {
        return NULL;
    }
    g_autoptr(GConverter) gzip =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    g_autoptr(GByteArray) plain = g_byte_array_new();
    guint8 block[DECODING_BLOCK];
    GConverterResult result = G_CONVERTER_CONVERTED;
    /* A few octets can stand for gigabytes. */
    for (gsize done = 0; result != G_CONVERTER_FINISHED && plain->len <= limit;) {
        gsize read, written;
        result = g_converter_convert(gzip, octets + done, length - done, block, sizeof block,
                                     G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
        if (result == G_CONVERTER_ERROR) {
            return NULL;
        }
        done += read;
        g_byte_array_append(plain, block, written);
    }
    if (plain->len > limit) {
        g_byte_array_set_size(plain, limit + 1);
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&plain));
}

GBytes *body_encoding_undo(const guint8 *octets, gsize length, gsize limit, const char **encoding)
{
    static const struct {
        const char *name;
        GBytes *(*undo)(const guint8 *, gsize, gsize);
    } encodings[] = {{"gzip", undo_gzip}, {"base64", undo_base64}};

    for (gsize i = 0; i < G_N_ELEMENTS(encodings); i++) {
        GBytes *plain = encodings[i].undo(octets, length, limit);
        if (plain) {
            *encoding = encodings[i].name;
            return plain;
        }
    }
    return NULL;
}

bool body_looks_like_text(const guint8 *octets, gsize length)
{
    for (gsize i = 0; i < MIN(length, (gsize)TEXT_PROBE); i++) {
        if (g_ascii_iscntrl(octets[i]) && !g_ascii_isspace(octets[i])) {
            return false;
        }
    }
    return length > 0;
}
