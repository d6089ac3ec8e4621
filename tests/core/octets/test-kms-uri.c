/* test-kms-uri.c
 * The host in the URI of a KMS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/octets/kms-uri.h"

static void test_hosts(void)
{
    static const char *const cases[][2] = {
        {"kms.x", "kms.x"},
        {"kms.x:443", "kms.x"},
        {"kms.x:443/p", "kms.x"},
        {"sip:kms.x", "kms.x"},
        {"sip:user@kms.x:5060;transport=tls", "kms.x"},
        {"sips:user:pass@kms.x", "kms.x"},
        {"sip:5060", "5060"},
        {"https://kms.x:443/p?q#f", "kms.x"},
        {"https://user@kms.x", "kms.x"},
        {"https://kms.evil/@home.x", "kms.evil"},
        {"https://kms.evil?@home.x", "kms.evil"},
        {"kms.evil/@home.x", "kms.evil"},
        {"sip:home.x;y=/@kms.evil", "kms.evil"},
        {"https://[2001:db8::1]:443/", "[2001:db8::1]"},
        {"", ""},
        {"sip:", ""},
        {"https://", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize length;
        const char *host = kms_uri_host(cases[i][0], &length);
        g_autofree char *copy = g_strndup(host, length);
        g_assert_cmpstr(copy, ==, cases[i][1]);
    }
}

static void test_schemes(void)
{
    static const char *const with[] = {"sip:a@x", "tel:1234", "SIPS:1", "im:a@x", "urn:x:1:2"};
    static const char *const without[] = {"a@x", "a@x:5060", "x:5060", "x.y:5060/p", "", ":x", "1"};
    for (guint i = 0; i < G_N_ELEMENTS(with); i++) {
        g_assert_true(kms_uri_has_scheme(with[i]));
    }
    for (guint i = 0; i < G_N_ELEMENTS(without); i++) {
        g_assert_false(kms_uri_has_scheme(without[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kms-uri/hosts", test_hosts);
    g_test_add_func("/kms-uri/schemes", test_schemes);
    return g_test_run();
}
