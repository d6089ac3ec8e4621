/* test-mcx-identity.c
 * When two spellings are one identity
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/octets/mcx-identity.h"

static void test_canonical(void)
{
    static const char *const cases[][2] = {
        {"sip:alice@example.org", "sip:alice@example.org"},
        {"alice@example.org", "sip:alice@example.org"},
        {"SIPS:alice@EXAMPLE.org.", "sip:alice@example.org"},
        {"sip:Alice@example.org", "sip:Alice@example.org"},
        {"sip:%61lice@example.org:5061", "sip:alice@example.org"},
        {"sip:a%2fb%2F@example.org", "sip:a%2Fb%2F@example.org"},
        {"sip:al%2", "sip:al%2"},
        {"sip:alice@example.org;gr=urn:uuid:1@x", "sip:alice@example.org;gr=urn:uuid:1@x"},
        {"sip:alice@example.org;gr=urn:uuid:1", "sip:alice@example.org"},
        {"sip:alice;x=y@example.org;transport=tcp?subject=z", "sip:alice;x=y@example.org"},
        {"sip:as@[2001:DB8::1]:5060", "sip:as@[2001:db8::1]"},
        {"Proxy.Example.org:5060", "sip:proxy.example.org"},
        {"tel:+49-30(123)45", "tel:+493012345"},
        {"TEL:123;phone-context=Example.org", "tel:123;phone-context=example.org"},
        {"URN:Group:A", "urn:Group:A"},
        {"sip:*@Example.org", "sip:*@example.org"},
        {"*@Example.org", "*@example.org"},
        {"*", "*"},
        {"", "sip:"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *canonical = mcx_identity_canonical(cases[i][0]);
        g_test_message("%s", cases[i][0]);
        g_assert_cmpstr(canonical, ==, cases[i][1]);
        g_autofree char *again = mcx_identity_canonical(canonical);
        g_assert_cmpstr(again, ==, canonical);
    }
}

static void test_same(void)
{
    g_assert_true(mcx_identity_same("sips:bob@EXAMPLE.org;gr", "bob@example.org"));
    g_assert_false(mcx_identity_same("sip:bob@example.org", "sip:Bob@example.org"));
    g_assert_false(mcx_identity_same("sip:bob@example.org", "tel:bob@example.org"));
    g_assert_false(mcx_identity_same("sip:bob@example.org", "sip:bob@example.org.evil.net"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mcx-identity/canonical", test_canonical);
    g_test_add_func("/mcx-identity/same", test_same);
    return g_test_run();
}
