/* test-krr-mention.c
 * What counts as naming a KRR, and what does not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-mention.h"

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
        g_autofree guint8 *octets = g_memdup2(cases[i].message, length);
        g_test_message("%s", cases[i].message);
        g_assert_cmpint(krr_is_mentioned(octets, length), ==, cases[i].mentioned);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-mention/cases", test_cases);
    return g_test_run();
}
