/* test-krr-mention.c
 * What counts as naming a KRR, and what does not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/krr-mention.h"

#include <string.h>

#define TYPE "application/vnd.3gpp.kmsredirectresponse+xml"

static const struct {
    const char *message;
    bool mentioned;
} cases[] = {
    {"", false},
    {"SIP/2.0 488 No\r\n\r\n", false},
    {"SIP/2.0 488 No\r\nContent-Type: " TYPE "\r\n\r\n", true},
    {"SIP/2.0 488 No\r\nc:" TYPE "\r\n\r\n", true},
    {"SIP/2.0 488 No\r\nC \t: Application/VND.3GPP.KmsRedirectResponse+xml\r\n\r\n", true},
    {"SIP/2.0 488 No\nContent-Type:\n " TYPE "\n\n", true},
    {"--part\r\nContent-Transfer-Encoding: 8bit\r\ncontent-type: \"" TYPE "\"\r\n\r\n", true},
    {"OPTIONS sip:a SIP/2.0\r\nAccept: application/sdp, " TYPE "\r\n\r\n", false},
    {"OPTIONS sip:a SIP/2.0\r\nAccept: application/sdp,\r\n " TYPE "\r\n\r\n", false},
    {"OPTIONS sip:a SIP/2.0\r\nContact: <sip:" TYPE "@a>\r\n\r\n", false},
    {"\r\n\r\n<a xmlns='urn:3gpp:ns:mcsecKMSKRR:1.0'/>", true},
    {"\r\n\r\n<a xmlns='urn:3gpp:ns:mcsecKMS:1.0'/>", false},
    {"\r\n\r\nurn:3gpp:ns:mcsecKMSKR", false},
    {"Content-Type", false},
};

static void test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const gsize length = strlen(cases[i].message);
        /* Of exactly that size, so that a look behind its end is noticed. */
        g_autofree char *octets = g_memdup2(cases[i].message, length);
        g_test_message("%s", cases[i].message);
        g_assert_cmpint(krr_is_mentioned((SipSpan){octets, length}), ==, cases[i].mentioned);
    }
}

#define ODD       "application/vnd.3gpp.kmsredirectresponse"
#define NAMESPACE "<a xmlns='urn:3gpp:ns:mcsecKMSKRR:1.0'/>"

/* A message, and the bodies in it that name a KRR. */
static const struct {
    const char *message;
    const char *bodies[4];
} bodies[] = {
    {"SIP/2.0 488 No\r\n\r\n", {NULL}},
    {"SIP/2.0 488 No\r\nContent-Type: " TYPE "\r\n\r\nx", {"x"}},
    {"SIP/2.0 488 No\r\nContent-Type: text/plain\r\n\r\n" NAMESPACE, {NAMESPACE}},
    {"SIP/2.0 488 No\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n"
     "--b\r\nContent-Type: " TYPE "\r\n\r\nx\r\n"
     "--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
     "--b\r\nContent-Type: " ODD "\r\n\r\ny\r\n"
     "--b\r\nContent-Type: text/plain\r\n\r\n" NAMESPACE "\r\n--b--\r\n",
     {"x", "y", NAMESPACE}},
    {"SIP/2.0 488 No\r\nContent-Type: message/sip\r\n\r\n"
     "SIP/2.0 488 No\r\nContent-Type: " TYPE "\r\n\r\nx",
     {"SIP/2.0 488 No\r\nContent-Type: " TYPE "\r\n\r\nx"}},
};

static void check_bodies(const GArray *found, const char *const *expected)
{
    guint count = 0;

    while (expected[count]) {
        g_assert_cmpuint(count, <, found->len);
        const SipSpan *body = &g_array_index(found, SipSpan, count);
        g_assert_cmpmem(body->at, body->length, expected[count], strlen(expected[count]));
        count++;
    }
    g_assert_cmpuint(found->len, ==, count);
}

static void test_bodies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        const gsize length = strlen(bodies[i].message);
        g_autofree char *octets = g_memdup2(bodies[i].message, length);
        SipFrame frame;

        g_assert_cmpint(sip_message_find(octets, length, false, &frame), ==, SIP_WHOLE);
        g_autoptr(GArray) found = krr_mentions((SipSpan){octets, length}, frame.head);
        check_bodies(found, bodies[i].bodies);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-mention/cases", test_cases);
    g_test_add_func("/krr-mention/bodies", test_bodies);
    return g_test_run();
}
