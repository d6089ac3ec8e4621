/* test-sip-device.c
 * By what a device is known: every form of Contact that RFC 3261 and RFC 5626 allow, and others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/sip/sip-device.h"

typedef struct Case {
    const char *name;
    const char *value;
    const char *instance;
    const char *contact;
} Case;

static const Case cases[] = {
    {"nothing", NULL, NULL, NULL},
    {"empty", "", NULL, NULL},
    {"plain", "sip:alice@192.0.2.1:5060;expires=60", NULL, "sip:alice@192.0.2.1:5060"},
    {"in-brackets", "<sip:alice@192.0.2.1;transport=tcp>;q=1", NULL, "sip:alice@192.0.2.1"},
    {"host-without-case", "<sip:Alice@Phone.EXAMPLE.org>", NULL, "sip:Alice@phone.example.org"},
    {"display-name", "\"A <b> \\\" c\" <sip:alice@h>", NULL, "sip:alice@h"},
    {"instance", "<sip:a@h>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", "<urn:uuid:1>", "sip:a@h"},
    {"instance-without-case", "<sip:a@h>;+SIP.Instance=\"<urn:uuid:1>\"", "<urn:uuid:1>",
     "sip:a@h"},
    {"instance-without-brackets", "sip:a@h;+sip.instance=\"<urn:uuid:1>\"", "<urn:uuid:1>",
     "sip:a@h"},
    {"gruu", "<sip:a@h;gr=urn:uuid:2>", "urn:uuid:2", "sip:a@h"},
    {"gr-of-header-is-none", "<sip:a@h>;gr=urn:uuid:2", NULL, "sip:a@h"},
    {"first-of-several", "<sip:a@h>, <sip:b@i>", NULL, "sip:a@h"},
    {"ipv6", "<sip:a@[2001:DB8::1]:5060>", NULL, "sip:a@[2001:db8::1]:5060"},
    {"no-end", "<sip:a@h", NULL, "sip:a@h"},
    {"open-quote", "\"a", NULL, NULL},
    {"star", "*", NULL, "*"},
    {"instance-without-end", "<sip:a@h>;+sip.instance=\"<urn", "<urn", "sip:a@h"},
};

static void test_case(gconstpointer data)
{
    const Case *item = data;
    SipDevice device = sip_device_of(item->value);

    g_assert_cmpstr(device.instance, ==, item->instance);
    g_assert_cmpstr(device.contact, ==, item->contact);
    sip_device_clear(&device);
}

static void test_too_long(void)
{
    g_autofree char *name = g_strnfill(2000, 'a');
    SipDevice device = sip_device_of(name);

    g_assert_null(device.contact);
    g_assert_null(device.instance);
    sip_device_clear(&device);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/sip-device/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/sip-device/too-long", test_too_long);
    return g_test_run();
}
