/* test-sip-skim.c
 * Ordinary SIP messages: what is read of them, and what is not ordinary
 *
 * That dissection reads the same is what tests/sieve/ shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/sieve/sip-skim.h"

#include <string.h>

#include "analyzer/sieve/sdp-skim.h"
#include "analyzer/sieve/sip-header.h"

#define REQUEST  "INVITE sip:bob@example.org SIP/2.0\r\n"
#define VIA      "Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1\r\n"
#define FROM     "From: \"Alice, A\" <sip:alice@example.org;x=1>;tag=f1\r\n"
#define TO       "To: <sip:bob@example.org>;tag=t1\r\n"
#define CALL_ID  "Call-ID: a@192.0.2.1\r\n"
#define CSEQ     "CSeq: 314159 INVITE\r\n"
#define NO_BODY  "Content-Length: 0\r\n\r\n"
#define HEAD     REQUEST VIA FROM TO CALL_ID CSEQ
#define ORDINARY HEAD NO_BODY

static void assert_text(SipText text, const char *expected)
{
    g_autofree char *found = text.at ? g_strndup(text.at, text.length) : NULL;

    g_assert_cmpstr(found, ==, expected);
}

static bool is_ordinary(const char *message)
{
    /* So that sanitizers see whoever reads on behind the end. */
    gsize length = strlen(message);
    g_autofree char *copy = length ? g_memdup2(message, length) : NULL;
    SipFacts facts;

    return sip_skim(copy, length, &facts);
}

static void test_request(void)
{
    SipFacts facts;

    g_assert_true(sip_skim(ORDINARY, strlen(ORDINARY), &facts));
    g_assert_cmpuint(facts.status, ==, 0);
    g_assert_cmpuint(facts.cseq, ==, 314159);
    assert_text(facts.method, "INVITE");
    assert_text(facts.request_uri, "sip:bob@example.org");
    assert_text(facts.call_id, "a@192.0.2.1");
    assert_text(facts.branch, "z9hG4bK1");
    assert_text(facts.from_tag, "f1");
    assert_text(facts.to_tag, "t1");
}

static void test_response(void)
{
    static const char message[] =
        "SIP/2.0 488 Not Acceptable Here\r\n" VIA "Via: SIP/2.0/TCP b;branch=z9hG4bK2\r\n" FROM
        "To: <tel:+15551234567>\r\n" CALL_ID CSEQ NO_BODY;
    SipFacts facts;

    g_assert_true(sip_skim(message, strlen(message), &facts));
    g_assert_cmpuint(facts.status, ==, 488);
    assert_text(facts.method, "INVITE");
    assert_text(facts.request_uri, NULL);
    assert_text(facts.branch, "z9hG4bK1");
    assert_text(facts.to_tag, NULL);
}

/* An ordinary message into which a line was put. */
static void test_lines(gconstpointer data)
{
    const char *line = data;
    bool ordinary = *line++ == '+';
    g_autofree char *message = g_strconcat(HEAD, line, "\r\n" NO_BODY, NULL);

    g_assert_cmpint(is_ordinary(message), ==, ordinary);
}

/* The first octet says whether the message stays ordinary. */
static const char *const lines[] = {
    "+Max-Forwards: 70",
    "+max-forwards:70",
    "+Contact: <sip:alice@192.0.2.1>;expires=60;+sip.instance=\"<urn:uuid:0>\"",
    "+Contact: *",
    "+Subject: anything: \"goes\" <here>",
    "+Route: <sip:a;lr>, <sip:b;lr>",
    "+Authorization: Digest username=\"a\", realm=\"b,c\", nc=00000001",
    "+Reason: Q.850;cause=16;text=\"x\"",
    "+Retry-After: 5",
    "-Retry-After: 5 (busy)",
    "-X-Unknown: 1",
    "-Max-Forwards : 70",
    "-Subject: ends in a space ",
    "- folded",
    "-no colon",
    "-i: second@example.org",
    "-Call-ID: second@example.org",
    "-CSeq: 2 INVITE",
    "-From: <sip:a@b>;tag=2",
    "-To: <sip:a@b>;tag=2",
    "-Content-Length: 0",
    "-Content-Encoding: gzip",
    "-Content-Type: multipart/mixed;boundary=b",
    "-Content-Type: message/sip",
    "-Content-Type: application/vnd.3gpp.kmsredirectresponse+xml",
    "+Content-Type: application/sdp",
    "-Via: SIP/2.0/UDP a;branch=b, SIP/2.0/UDP c;branch=d",
    "-Via: SIP/2.0/UDP a",
    "-Via: SIP/2.0/UDP a:70000;branch=b",
    "-Via: SIP/2.0/UDP a;branch1=b;branch=c",
    "-Subject: tab\there",
    "-Subject: \x7f",
    "-Subject: caf\xc3\xa9",
    "-Subject: alone\rhere",
    "-Subject: alone\nhere",
};

/* Whole messages that are not ordinary. */
static void test_refused(void)
{
    static const char *const messages[] = {
        "",
        "\r\n\r\n",
        "\r\n" ORDINARY,
        ORDINARY "\r\n",
        ORDINARY ORDINARY,
        HEAD "\r\n",                          /* no length */
        HEAD "Content-Length: 1\r\n\r\n",     /* too little */
        HEAD "Content-Length: 4\r\n\r\nbody", /* of what type? */
        HEAD "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody",
        HEAD "Content-Type: application/sdp\r\nContent-Length: 4\r\n\r\nbody",
        REQUEST VIA FROM TO CALL_ID NO_BODY,  /* no CSeq */
        REQUEST FROM TO CALL_ID CSEQ NO_BODY, /* no Via */
        REQUEST VIA "From: <sip:a@b>;mytag=1\r\n" TO CALL_ID CSEQ NO_BODY,
        REQUEST VIA "From: <sip:a@b>;tag=1;tag=2\r\n" TO CALL_ID CSEQ NO_BODY,
        REQUEST VIA "From: sip:a@b;tag=1\r\n" TO CALL_ID CSEQ NO_BODY,
        REQUEST VIA FROM TO CALL_ID "CSeq: 4294967296 INVITE\r\n" NO_BODY,
        "invite sip:b SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ NO_BODY,
        "INVITE b SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ NO_BODY,
        "INVITE sip:b  SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ NO_BODY,
        "SIP/2.0 99 x\r\n" VIA FROM TO CALL_ID CSEQ NO_BODY,
        "SIP/2.0 200\r\n" VIA FROM TO CALL_ID CSEQ NO_BODY,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_assert_false(is_ordinary(messages[i]));
    }
}

/* What is cut anywhere is not ordinary any more. */
static void test_every_cut(void)
{
    for (gsize length = 0; length < strlen(ORDINARY); length++) {
        g_autofree char *cut = g_strndup(ORDINARY, length);

        g_assert_false(is_ordinary(cut));
    }
}

static void test_sessions(void)
{
    static const struct {
        const char *lines;
        bool ordinary;
    } cases[] = {
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=fmtp:101 0-16\r\n", true},
        {"m=audio 4000 RTP/AVP 97\r\na=fmtp:97 mode-set=0,2; octet-align=1\r\n", true},
        {"b=AS:64\r\na=sendrecv\r\na=ptime:20\r\n", true},
        {"a=key-mgmt:mikey AAAA\r\n", false},
        {"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n", false},
        {"a=fmtp:98 sprop-parameter-sets=AAAA\r\n", false},
        {"a=fmtp:98 a=1;profile-level-id=42e01e\r\n", false},
        {"m=message 7394 TCP/MSRP *\r\n", false},
        {"m=audio 4000 RTP/AVP 128\r\n", false},
        {"m=audio 70000 RTP/AVP 0\r\n", false},
        {"c=IN IP4 224.2.1.1/127\r\n", false},
        {"k=prompt\r\n", false},
        {"i=\"quoted\r\n", false},
        {"a=ptime:\r\n", false},
        {"a=inactive", false},
        {"a=\n", false},
        {"\r\n", false},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *body = g_strconcat("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n",
                                            cases[i].lines, NULL);

        g_assert_cmpint(sdp_is_ordinary((SipText){body, strlen(body)}), ==, cases[i].ordinary);
    }
}

static void test_fields_are_in_order(void)
{
    g_assert_true(sip_header_table_is_sorted());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip-skim/request", test_request);
    g_test_add_func("/sip-skim/response", test_response);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *name = g_strdup_printf("/sip-skim/line/%" G_GSIZE_FORMAT, i);

        g_test_add_data_func(name, lines[i], test_lines);
    }
    g_test_add_func("/sip-skim/refused", test_refused);
    g_test_add_func("/sip-skim/every-cut", test_every_cut);
    g_test_add_func("/sip-skim/sessions", test_sessions);
    g_test_add_func("/sip-skim/fields-are-in-order", test_fields_are_in_order);
    return g_test_run();
}
