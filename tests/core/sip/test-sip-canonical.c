/* test-sip-canonical.c
 * A message in its usual spelling says what it said before
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/sip/mime-body.h"
#include "core/sip/sip-canonical.h"

/* @return NULL: nothing is written otherwise; to be freed */
static char *canonical(const char *message, guint *oddities)
{
    const gsize length = strlen(message);
    g_autofree char *copy = g_memdup2(message, length);
    SipFrame frame;

    g_assert_cmpint(sip_message_find(copy, length, false, &frame), ==, SIP_WHOLE);
    g_autoptr(GBytes) usual =
        sip_canonical((SipSpan){copy, frame.head + frame.body}, frame.head, oddities);
    g_assert_true((usual == NULL) == (*oddities == 0));
    return usual ? g_strndup(g_bytes_get_data(usual, NULL), g_bytes_get_size(usual)) : NULL;
}

static void assert_written(const char *message, guint expected_oddities, const char *expected)
{
    guint oddities, again;
    g_autofree char *usual = canonical(message, &oddities);

    g_assert_cmpuint(oddities, ==, expected_oddities);
    g_assert_cmpstr(usual, ==, expected);
    if (usual) { /* it is usual */
        g_autofree char *twice = canonical(usual, &again);
        g_assert_null(twice);
    }
}

#define STATUS "SIP/2.0 200 OK\r\n"

static void test_fields(void)
{
    assert_written(STATUS "To: <sip:a@b>\r\nl: 3\r\nc: a/b\r\n\r\nv=0", 0, NULL);
    assert_written(STATUS "X:y\r\n z\r\n\r\n", 0, NULL); /* anybody reads it */
    assert_written(STATUS "To : <sip:a@b>\r\nX\t:y\r\n\r\n", SIP_ODD_BLANK,
                   STATUS "To: <sip:a@b>\r\nX: y\r\n\r\n");
    assert_written("sip/2.0 200 OK\r\nTo: x\r\n\r\n", SIP_ODD_VERSION, STATUS "To: x\r\n\r\n");
    assert_written("BYE sip:a Sip/2.0\r\nTo: x\r\n\r\n", SIP_ODD_VERSION,
                   "BYE sip:a SIP/2.0\r\nTo: x\r\n\r\n");
    assert_written(STATUS "To:\r\n <sip:a@b>\r\n ;tag=1\r\n\r\n", SIP_ODD_FOLDED,
                   STATUS "To: <sip:a@b> ;tag=1\r\n\r\n");
    assert_written(STATUS "c: a / b ; c=d\r\n\r\n", SIP_ODD_MEDIA_TYPE,
                   STATUS "c: a/b; c=d\r\n\r\n");
    assert_written("SIP/2.0 200 OK\nTo: x\n\nv=0\n", SIP_ODD_LINE_FEED,
                   STATUS "To: x\r\n\r\nv=0\n");
}

#define MIXED STATUS "Content-Type: multipart/mixed;boundary=x\r\n\r\n"

static void test_parts(void)
{
    assert_written(MIXED "--x\r\nContent-Type: a/b\r\n\r\none\r\n--x--\r\n", 0, NULL);
    assert_written(MIXED "--x\r\n\r\none\r\n--x\r\n\r\ntwo", SIP_ODD_OPEN,
                   MIXED "--x\r\n\r\none\r\n--x\r\n\r\ntwo\r\n--x--\r\n");
    assert_written(MIXED "--x\n\none\n--x--\n", SIP_ODD_LINE_FEED,
                   MIXED "--x\r\n\r\none\r\n--x--\r\n");
    assert_written(MIXED "--x\r\nContent-Type : a/b\r\n\r\none\r\n--xy\r\n--x--\r\n", SIP_ODD_BLANK,
                   MIXED "--x\r\nContent-Type: a/b\r\n\r\none\r\n--xy\r\n--x--\r\n");
    assert_written(STATUS "Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\none", 0, NULL);
}

static void test_encodings(void)
{
    assert_written(
        STATUS "Content-Transfer-Encoding: Quoted-Printable\r\nl: 15\r\n\r\na=3Db= \t\r\nc=4x=\r\n",
        SIP_ODD_QUOTED_PRINTABLE, STATUS "l: 7\r\n\r\na=bc=4x");
    assert_written(MIXED "--x\r\nContent-Type: application/sdp\r\n"
                         "Content-Transfer-Encoding: base64\r\n\r\ndj0w\r\nCg==\r\n--x--\r\n",
                   SIP_ODD_BASE64,
                   MIXED "--x\r\nContent-Type: application/sdp\r\n\r\nv=0\n\r\n--x--\r\n");
    /* Whoever reads these undoes it, and says so. */
    assert_written(MIXED "--x\r\nContent-Type: application/mikey\r\n"
                         "Content-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--x--\r\n",
                   0, NULL);
}

static void test_boundaries(void)
{
    static const char *const cases[][2] = {
        {"multipart/mixed;boundary=x", "x"},
        {"Multipart/Mixed; a=\"; boundary=z\"; Boundary=\"x \\\"y\"", "x \"y"},
        {"multipart/mixed", NULL},
        {"multipart/mixed;boundary=", NULL},
        {"multipart/mixed;xboundary=y", NULL},
        {"text/plain;boundary=x", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *boundary = mime_boundary(cases[i][0]);
        g_assert_cmpstr(boundary, ==, cases[i][1]);
    }
}

/* Cut anywhere it is read without a step beyond the end, and no deeper and wider than allowed. */
static void test_limits(void)
{
    g_autoptr(GString) text = g_string_new(MIXED);
    guint oddities;

    for (guint i = 0; i < MIME_MAX_PARTS + 10; i++) {
        g_string_append(text, "--x\r\nContent-Type: multipart/mixed;boundary=x\r\n\r\n");
    }
    for (gsize length = strlen(MIXED); length < text->len; length += 7) {
        g_autofree char *cut = g_strndup(text->str, length);
        g_autofree char *usual = canonical(cut, &oddities);
    }
}

static void assert_cut(const char *message, const char *expected)
{
    g_autofree char *copy = g_memdup2(message, strlen(message));
    g_autoptr(GBytes) head = sip_canonical_cut((SipSpan){copy, strlen(message)});
    g_autofree char *text =
        head ? g_strndup(g_bytes_get_data(head, NULL), g_bytes_get_size(head)) : NULL;

    g_assert_cmpstr(text, ==, expected);
}

static void test_cut(void)
{
    static const char known[] = STATUS "Call-ID: a\r\nCSeq: 1 INVITE\r\n";
    static const char written[] = STATUS "Call-ID: a\r\nCSeq: 1 INVITE\r\n\r\n";
    g_autofree char *in_line = g_strconcat(known, "Cont", NULL);
    g_autofree char *behind = g_strconcat(known, "\r\nv=0", NULL);
    g_autofree char *length = g_strconcat(known, "l: 70\r\n\r\nv=0", NULL);

    assert_cut(in_line, written);
    assert_cut(behind, written);
    assert_cut(length, STATUS "Call-ID: a\r\nCSeq: 1 INVITE\r\nl: 70\r\n\r\n");
    /* The last line may go on. */
    assert_cut(known, NULL);
    assert_cut("sip/2.0 200 OK\ni : a\ncseq:\n 1 INVITE\nx",
               STATUS "i: a\r\ncseq: 1 INVITE\r\n\r\n");
    assert_cut(STATUS "Call-ID: a\r\nX: y\r\n\r\n", NULL);
    assert_cut("SIP/2.0 200", NULL);
    assert_cut("", NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip-canonical/fields", test_fields);
    g_test_add_func("/sip-canonical/parts", test_parts);
    g_test_add_func("/sip-canonical/encodings", test_encodings);
    g_test_add_func("/sip-canonical/boundaries", test_boundaries);
    g_test_add_func("/sip-canonical/limits", test_limits);
    g_test_add_func("/sip-canonical/cut", test_cut);
    return g_test_run();
}
