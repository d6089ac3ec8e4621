/* test-sip-message.c
 * Where SIP messages begin and end, whatever their spelling and wherever the octets stop
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/sip/sip-message.h"

/* A copy of exactly that length, so that a read beyond it is noticed. */
static SipFraming find(const char *text, gsize length, bool stream, SipFrame *frame)
{
    g_autofree char *copy = g_memdup2(text, length);

    return sip_message_find(copy, length, stream, frame);
}

static void test_start_lines(void)
{
    static const struct {
        const char *line;
        bool begins;
    } cases[] = {
        {"INVITE sip:bob@example.org SIP/2.0\r\n", true},
        {"INVITE sip:bob@example.org sip/2.0\n", true},
        {"SIP/2.0 488 Not Acceptable Here\r\n", true},
        {"sip/2.0 200\r\n", true},
        {"SIP/2.0 488Not\r\n", false},
        {"SIP/2.0 99 Low\r\n", false},
        {"SIP/2.0 788 High\r\n", false},
        {"INVITE sip:bob@example.org SIP/3.0\r\n", false},
        {"INVITE  SIP/2.0\r\n", false},
        {"INVITE bob SIP/2.0\r\n", false},
        {"INVITE sip:bob@example.org x SIP/2.0\r\n", false},
        {"GET http://example.org/ HTTP/1.1\r\n", false},
        {"INVITE sip:bob@example.org SIP/2.0", false}, /* its end is not there */
        {"\r\nSIP/2.0 200 OK\r\n", false},
        {"", false},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *copy = g_memdup2(cases[i].line, strlen(cases[i].line));
        g_assert_true(sip_message_begins(copy, strlen(cases[i].line)) == cases[i].begins);
    }
}

/* All spellings of a length of four, in a stream in which a second message follows. */
static void test_lengths(void)
{
    static const char *const fields[] = {
        "Content-Length: 4",
        "content-length:4",
        "l: 4",
        "L\t:4",
        "Content-Length : 4",
        "Content-Length:\r\n 4",
        "l:\r\n\t \r\n 4 ",
        "CONTENT-LENGTH: 0004",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree char *head =
            g_strdup_printf("\r\n\r\nSIP/2.0 200 OK\r\n%s\r\nX: y\r\n\r\n", fields[i]);
        g_autofree char *text = g_strconcat(head, "bodySIP/2.0 100 Trying\r\n\r\n", NULL);
        SipFrame frame;

        for (gsize length = 4; length < strlen(head) + 4; length++) {
            SipFraming framing = find(text, length, true, &frame);
            g_assert_cmpint(framing, ==, length == 4 ? SIP_NONE : SIP_PARTIAL);
            g_assert_cmpuint(frame.skipped, ==, 4);
        }
        g_assert_cmpint(find(text, strlen(text), true, &frame), ==, SIP_WHOLE);
        g_assert_cmpuint(frame.head, ==, strlen(head) - 4);
        g_assert_cmpuint(frame.body, ==, 4);
        g_assert_cmpint(find(text, strlen(head) + 1, true, &frame), ==, SIP_PARTIAL);
        g_assert_cmpuint(frame.missing, ==, 3);
        /* In a datagram what is there is all. */
        g_assert_cmpint(find(text, strlen(head) + 1, false, &frame), ==, SIP_WHOLE);
        g_assert_cmpuint(frame.body, ==, 1);
    }
}

static void test_no_length(void)
{
    static const char head[] = "SIP/2.0 200 OK\nX: y\n\n";
    SipFrame frame;

    g_assert_cmpint(find(head, strlen(head), true, &frame), ==, SIP_WHOLE);
    g_assert_cmpuint(frame.body, ==, 0);
    g_autofree char *two = g_strconcat(head, "\r\n", head, NULL);
    g_assert_cmpint(find(two, strlen(two), true, &frame), ==, SIP_WHOLE);
    g_assert_cmpuint(frame.body, ==, 0);
    g_autofree char *body = g_strconcat(head, "v=0", NULL);
    g_assert_cmpint(find(body, strlen(body), true, &frame), ==, SIP_WHOLE);
    g_assert_cmpuint(frame.body, ==, 3);
}

/* Nobody waits for a body without end, or reads a header section without one. */
static void test_limits(void)
{
    static const char large[] = "SIP/2.0 200 OK\r\nl: 999999999999999999999\r\n\r\n";
    static const char larger[] = "SIP/2.0 200 OK\r\nl: 99999999\r\n\r\n";
    g_autofree char *line = g_strnfill(SIP_MAX_HEAD + 1, 'a');
    SipFrame frame;

    g_assert_cmpint(find(large, strlen(large), true, &frame), ==, SIP_WHOLE);
    g_assert_cmpint(find(larger, strlen(larger), true, &frame), ==, SIP_NONE);
    g_assert_cmpint(find(line, strlen(line), true, &frame), ==, SIP_NONE);
    g_assert_cmpint(find("\x80", 1, true, &frame), ==, SIP_NONE);
    g_assert_cmpint(find("\r\n\r\n", 4, true, &frame), ==, SIP_NONE);
}

static void test_media_types(void)
{
    static const char *const cases[][2] = {
        {"application/sdp", "application/sdp"},
        {"application / sdp ", "application/sdp"},
        {"multipart/mixed ; boundary = \"a / b\"", "multipart/mixed; boundary=\"a / b\""},
        {"a/b;c=\"\\\" =\" ;d=e", "a/b;c=\"\\\" =\";d=e"},
        {"", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *type = sip_media_type(cases[i][0]);
        g_assert_cmpstr(type, ==, cases[i][1]);
    }
    g_assert_true(sip_media_type_is("Application/SDP;x", "application/sdp"));
    g_assert_false(sip_media_type_is("application/sdpx", "application/sdp"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip-message/start-lines", test_start_lines);
    g_test_add_func("/sip-message/lengths", test_lengths);
    g_test_add_func("/sip-message/no-length", test_no_length);
    g_test_add_func("/sip-message/limits", test_limits);
    g_test_add_func("/sip-message/media-types", test_media_types);
    return g_test_run();
}
