/* test-body-encoding.c
 * Encodings around a body: what counts as one, and that it is undone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include <gio/gio.h>

#include "core/octets/body-encoding.h"

#define LIMIT (64 * 1024)

static const char document[] =
    "\xef\xbb\xbf\n<KmsRedirectResponse>caf\xc3\xa9</KmsRedirectResponse>\n";

static GBytes *gzip(const void *octets, gsize length)
{
    g_autoptr(GConverter) converter =
        G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
    g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
    g_autoptr(GOutputStream) stream = g_converter_output_stream_new(memory, converter);

    g_assert_true(g_output_stream_write_all(stream, octets, length, NULL, NULL, NULL));
    g_assert_true(g_output_stream_close(stream, NULL, NULL));
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}

static GBytes *undo(const void *octets, gsize length, const char **encoding)
{
    /* A copy of exactly that length, so that a read beyond it is noticed. */
    g_autofree guint8 *copy = g_memdup2(octets, length);

    *encoding = NULL;
    return body_encoding_undo(copy, length, LIMIT, encoding);
}

static void assert_undone(const void *octets, gsize length, const char *expected_encoding,
                          const void *expected, gsize expected_length)
{
    const char *encoding;
    g_autoptr(GBytes) plain = undo(octets, length, &encoding);

    g_assert_nonnull(plain);
    g_assert_cmpstr(encoding, ==, expected_encoding);
    g_assert_cmpmem(g_bytes_get_data(plain, NULL), g_bytes_get_size(plain), expected,
                    expected_length);
}

static void assert_plain(const void *octets, gsize length)
{
    const char *encoding;
    g_autoptr(GBytes) plain = undo(octets, length, &encoding);

    g_assert_null(plain);
    g_assert_null(encoding);
}

static void test_base64(void)
{
    g_autofree char *base64 = g_base64_encode((const guchar *)document, sizeof document - 1);
    g_autoptr(GString) folded = g_string_new(NULL);

    for (const char *digit = base64; *digit; digit++) {
        g_string_append_c(folded, *digit);
        if ((digit - base64) % 19 == 18) {
            g_string_append(folded, "\r\n");
        }
    }
    g_string_append(folded, "\r\n");
    assert_undone(base64, strlen(base64), "base64", document, sizeof document - 1);
    assert_undone(folded->str, folded->len, "base64", document, sizeof document - 1);
}

static void test_base64_of_utf16(void)
{
    static const guint8 little[] = "\xff\xfe<\0K\0/\0>\0 \0 \0 \0 \0 \0";
    static const guint8 big[] = "\xfe\xff\0<\0K\0/\0>\0 \0 \0 \0 \0 ";
    g_autofree char *one = g_base64_encode(little, sizeof little - 1);
    g_autofree char *other = g_base64_encode(big, sizeof big - 1);

    assert_undone(one, strlen(one), "base64", little, sizeof little - 1);
    assert_undone(other, strlen(other), "base64", big, sizeof big - 1);
}

static void test_no_base64(void)
{
    static const char *const bodies[] = {
        "",
        "PEE+",                              /* "<A>", but too short to be sure */
        "This is only a sentence of words",  /* base64 digits, that stand for no XML */
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY",  /* base64 of letters */
        "PEttc1JlZGlyZWN0UmVzcG9uc2UvPg==?", /* one octet that is no digit */
        "<KmsRedirectResponse/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        assert_plain(bodies[i], strlen(bodies[i]));
    }
}

static void test_gzip(void)
{
    g_autoptr(GBytes) packed = gzip(document, sizeof document - 1);
    gsize length;
    const guint8 *octets = g_bytes_get_data(packed, &length);

    assert_undone(octets, length, "gzip", document, sizeof document - 1);
}

static void test_base64_of_gzip(void)
{
    g_autoptr(GBytes) packed = gzip(document, sizeof document - 1);
    gsize length;
    const guint8 *octets = g_bytes_get_data(packed, &length);
    g_autofree char *base64 = g_base64_encode(octets, length);

    assert_undone(base64, strlen(base64), "base64", octets, length);
}

/* Whatever is missing, it is no gzip: half a document would be another document. */
static void test_broken_gzip(void)
{
    g_autoptr(GBytes) packed = gzip(document, sizeof document - 1);
    gsize length;
    const guint8 *octets = g_bytes_get_data(packed, &length);

    for (gsize cut = 0; cut < length; cut++) {
        assert_plain(octets, cut);
    }
}

/* A bomb is decoded to one octet more than the limit, by which it is known to be too large. */
static void test_limit(void)
{
    const gsize large = 10 * 1024 * 1024;
    g_autofree char *spaces = g_strnfill(large, ' ');
    spaces[0] = '<';
    g_autoptr(GBytes) packed = gzip(spaces, large);
    g_autofree char *base64 = g_base64_encode((const guchar *)spaces, large);
    gsize length;
    const guint8 *octets = g_bytes_get_data(packed, &length);

    assert_undone(octets, length, "gzip", spaces, LIMIT + 1);
    assert_undone(base64, strlen(base64), "base64", spaces, LIMIT + 1);
}

static void test_text(void)
{
    static const guint8 binary[] = {'<', 'A', 1, '>'};

    g_assert_true(body_looks_like_text((const guint8 *)document, sizeof document - 1));
    g_assert_false(body_looks_like_text(binary, sizeof binary));
    g_assert_false(body_looks_like_text(binary, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/body-encoding/base64", test_base64);
    g_test_add_func("/body-encoding/base64-of-utf16", test_base64_of_utf16);
    g_test_add_func("/body-encoding/no-base64", test_no_base64);
    g_test_add_func("/body-encoding/gzip", test_gzip);
    g_test_add_func("/body-encoding/base64-of-gzip", test_base64_of_gzip);
    g_test_add_func("/body-encoding/broken-gzip", test_broken_gzip);
    g_test_add_func("/body-encoding/limit", test_limit);
    g_test_add_func("/body-encoding/text", test_text);
    return g_test_run();
}
