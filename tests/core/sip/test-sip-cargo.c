/* test-sip-cargo.c
 * What a SIP message carries of ours is found wherever it stands, and nothing else is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/sip/sip-cargo.h"

#define REQUEST "INVITE sip:bob@example.org SIP/2.0\r\n"
#define SDP     REQUEST "Content-Type: application/sdp\r\n\r\nv=0\r\n"
#define KRR     "application/vnd.3gpp.kmsredirectresponse+xml"

/* @return of SipCargo; NULL: nothing */
static GPtrArray *find(const char *text)
{
    const gsize length = strlen(text);
    g_autofree char *copy = g_memdup2(text, length);
    SipFrame frame;

    g_assert_cmpint(sip_message_find(copy, length, false, &frame), ==, SIP_WHOLE);
    return sip_cargo_find((SipSpan){copy, length}, frame.head);
}

/* One thing, and what it is; a MIKEY message without its base64. */
static void assert_found(const char *text, SipCargoKind kind, const char *octets, bool in_uri)
{
    g_autoptr(GPtrArray) found = find(text);

    g_assert_nonnull(found);
    g_assert_cmpuint(found->len, ==, 1);
    const SipCargo *cargo = g_ptr_array_index(found, 0);
    g_assert_cmpint(cargo->kind, ==, kind);
    g_assert_true(cargo->in_uri == in_uri);
    g_autoptr(GBytes) plain =
        kind == SIP_CARGO_KRR ? g_bytes_ref(cargo->octets) : sip_cargo_mikey(cargo);
    g_assert_cmpmem(g_bytes_get_data(plain, NULL), g_bytes_get_size(plain), octets, strlen(octets));
}

static void assert_nothing(const char *text)
{
    g_autoptr(GPtrArray) found = find(text);

    g_assert_null(found);
}

static void test_sessions(void)
{
    static const char *const lines[] = {
        "a=key-mgmt:mikey b2ZmZXI=",
        "a=key-mgmt: mikey b2ZmZXI=",
        "a=key-mgmt:mikey b2ZmZXI",
        "A=Key-Mgmt:MIKEY b2ZmZXI=",
        "m=audio 9 RTP/SAVP 96\r\na=key-mgmt:mikey b2ZmZXI=",
        "b=AS:\r\na=key-mgmt:mikey b2ZmZXI=\r\na=other",
        "a=acap:12 key-mgmt:mikey b2ZmZXI=",
        "a=key-mgmt:mikey b2Zm ZXI=",
        "a=key-mgmt:mikey b2ZmZXI!xxxx",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *text = g_strconcat(SDP, lines[i], "\r\n", NULL);
        assert_found(text, SIP_CARGO_MIKEY_BASE64, "offer", false);
    }
    assert_nothing(SDP "a=key-mgmt:other b2ZmZXI=\r\n");
    assert_nothing(SDP "a=acap:x key-mgmt:mikey b2ZmZXI=\r\n");
    assert_nothing(SDP "s=a=key-mgmt:mikey b2ZmZXI=\r\n");
    assert_nothing(SDP "a=key-mgmt:mikey \r\n");
    assert_nothing(SDP "s=mikey\r\n");
}

static void test_bodies(void)
{
    assert_found(REQUEST "c: application/mikey\r\n\r\nb2Zm\r\nZXI=\r\n", SIP_CARGO_MIKEY_BASE64,
                 "offer", false);
    assert_found(REQUEST "c: application/mikey\r\n\r\nmikey b2ZmZXI=", SIP_CARGO_MIKEY_BASE64,
                 "offer", false);
    assert_found(REQUEST "c: application/mikey\r\n\r\n\001\032", SIP_CARGO_MIKEY, "\001\032",
                 false);
    assert_found(REQUEST "c: " KRR "\r\n\r\n<x/>", SIP_CARGO_KRR, "<x/>", false);
    assert_found(REQUEST "c: text/xml\r\n\r\n<KmsRedirectResponse/>", SIP_CARGO_KRR,
                 "<KmsRedirectResponse/>", false);
    assert_nothing(REQUEST "c: text/plain\r\n\r\n<KmsRedirectResponse/>");
    /* Of two types the one that makes sense. */
    assert_found(REQUEST "c: text/plain\r\nc: " KRR "\r\n\r\n<x/>", SIP_CARGO_KRR, "<x/>", false);
    assert_found(REQUEST
                 "c: multipart/mixed;boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\n"
                 "mikey\r\n--a\r\nContent-Type: " KRR "\r\n\r\n<x/>\r\n--a--\r\n",
                 SIP_CARGO_KRR, "<x/>", false);
}

#define ESCAPED "v%3D0%0D%0Aa%3Dkey-mgmt%3Amikey%20b2ZmZXI%3D%0D%0A"

static void test_uris(void)
{
    assert_found("REFER sip:bob@example.org?body=" ESCAPED " SIP/2.0\r\n\r\n",
                 SIP_CARGO_MIKEY_BASE64, "offer", true);
    assert_found(REQUEST "Refer-To: <sip:bob@example.org?x=y&body=" ESCAPED ">;a=b\r\n\r\n",
                 SIP_CARGO_MIKEY_BASE64, "offer", true);
    assert_found(REQUEST "c: application/resource-lists+xml\r\n\r\n"
                         "<entry uri=\"sip:b?x=y&amp;body=" ESCAPED "\"/>",
                 SIP_CARGO_MIKEY_BASE64, "offer", true);
    assert_found(REQUEST "r: <sip:b?body=--x%0d%0ac:" KRR "%0d%0a%0d%0amikey%0d%0a--x-->\r\n\r\n",
                 SIP_CARGO_KRR, "mikey", true);
    assert_nothing(REQUEST "Refer-To: <sip:b?nobody=" ESCAPED ">\r\n\r\n");
    assert_nothing(REQUEST "Subject: <sip:b?body=" ESCAPED ">\r\n\r\n");
    assert_nothing("REFER sip:b?body=mikey% SIP/2.0\r\n\r\n");
}

static void test_messages(void)
{
#define WITHIN "c: application/mikey\r\n\r\nb2ZmZXI="
    assert_found(REQUEST "c: message/sip\r\n\r\n" REQUEST WITHIN, SIP_CARGO_MIKEY_BASE64, "offer",
                 false);
    assert_found(REQUEST "c: message/sipfrag;version=2.0\r\n\r\nTo: <sip:a@b>\r\n" WITHIN,
                 SIP_CARGO_MIKEY_BASE64, "offer", false);
    assert_nothing(REQUEST "c: message/other\r\n\r\n" REQUEST WITHIN);
    /* Not deeper than parts may be. */
    g_autoptr(GString) text = g_string_new(REQUEST);
    for (guint i = 0; i < 100; i++) {
        g_string_append(text, "c: message/sip\r\n\r\n" REQUEST);
    }
    g_string_append(text, WITHIN);
    assert_nothing(text->str);
}

static void test_limits(void)
{
    g_autoptr(GString) text = g_string_new(SDP);

    for (guint i = 0; i < 2 * SIP_MAX_CARGO; i++) {
        g_string_append(text, "a=key-mgmt:mikey b2ZmZXI=\r\n");
    }
    g_autoptr(GPtrArray) found = find(text->str);
    g_assert_cmpuint(found->len, ==, SIP_MAX_CARGO);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip-cargo/sessions", test_sessions);
    g_test_add_func("/sip-cargo/bodies", test_bodies);
    g_test_add_func("/sip-cargo/uris", test_uris);
    g_test_add_func("/sip-cargo/messages", test_messages);
    g_test_add_func("/sip-cargo/limits", test_limits);
    return g_test_run();
}
