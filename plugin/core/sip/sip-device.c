/* sip-device.c
 * By what a device is known in the messages that it sends: its Contact
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/sip/sip-device.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

/* The longest Contact that is looked at, in octets. */
#define MAX_CONTACT 1024

/* Behind a display name in quotation marks, which may hold anything. */
static const char *skip_display_name(const char *value)
{
    if (*value != '"') {
        return value;
    }
    for (value++; *value && *value != '"'; value++) {
        if (*value == '\\' && value[1]) {
            value++;
        }
    }
    return *value ? value + 1 : value;
}

/* The value of a parameter, without quotation marks; NULL: it is not there.
 * @param text  ";NAME=VALUE;...": parameters of a URI or of a header field */
static char *parameter(const char *text, const char *name)
{
    const gsize length = strlen(name);

    for (const char *at = strchr(text, ';'); at; at = strchr(at + 1, ';')) {
        if (g_ascii_strncasecmp(at + 1, name, length) == 0 && at[1 + length] == '=') {
            const char *value = at + 2 + length;
            const bool quoted = *value == '"';
            value += quoted;
            return g_strndup(value, strcspn(value, quoted ? "\"" : ";?>, "));
        }
    }
    return NULL;
}

/* Scheme, user, host and port of a URI, the host without regard to case: the rest says how to get there.
 * That of a user is kept: there stands what tells devices of one address apart. */
static char *plain_uri(const char *uri, gsize length)
{
    g_autofree char *plain = g_strndup(uri, MIN(length, strcspn(uri, ";?>, ")));
    char *at = strrchr(plain, '@');

    for (char *host = at ? at : plain; *host; host++) {
        *host = g_ascii_tolower(*host);
    }
    return *plain ? g_steal_pointer(&plain) : NULL;
}

SipDevice sip_device_of(const char *value)
{
    SipDevice device = {NULL, NULL};

    if (!value || strlen(value) > MAX_CONTACT) {
        return device;
    }
    const char *address = skip_display_name(value);
    const char *first = address + strcspn(address, "<;,");
    const char *bracket = *first == '<' ? first : NULL;
    const char *uri = bracket ? bracket + 1 : address + strspn(address, " \t");
    const char *end = bracket ? strchr(uri, '>') : NULL;

    device.instance = parameter(end ? end : uri, "+sip.instance");
    if (!device.instance && end) {
        g_autofree char *inside = g_strndup(uri, (gsize)(end - uri));
        device.instance = parameter(inside, "gr");
    }
    device.contact = plain_uri(uri, end ? (gsize)(end - uri) : strlen(uri));
    return device;
}

void sip_device_clear(SipDevice *device)
{
    g_clear_pointer(&device->instance, g_free);
    g_clear_pointer(&device->contact, g_free);
}
