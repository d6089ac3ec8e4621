/* mcx-identity.c
 * Identities of users and servers, and when two of them are one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/mcx-identity.h"

#include <string.h>

#include <glib.h>

#include "core/octets/kms-uri.h"

/* What may stand between the digits of a telephone number and says nothing (RFC 3966, 3). */
#define VISUAL_SEPARATORS "-.()"

/* Octets up to and with the colon of a scheme; 0: the identity has another one or none. */
static gsize skip_scheme(const char *identity, const char *scheme)
{
    gsize length = strlen(scheme);

    return g_ascii_strncasecmp(identity, scheme, length) == 0 ? length : 0;
}

/* Has it a scheme, and no user before it? "alice@example.org" has none, nor has "example.org:5060". */
static bool has_other_scheme(const char *identity)
{
    gsize length = strcspn(identity, ":@/?;*");

    return length > 0 && identity[length] == ':' && !g_ascii_isdigit(identity[length + 1]) &&
           !memchr(identity, '.', length);
}

static bool is_unreserved(int c)
{
    return g_ascii_isalnum((char)c) || (c != 0 && c < 0x80 && strchr("-_.!~*'()", c));
}

/* Appends the user part: letter case counts in it, but %61 and "a" are one (RFC 3261, 19.1.4). A "*" is
 * left as it was written, since it means something else in a pattern. */
static void append_user(GString *text, const char *user, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        int high = i + 2 < length ? g_ascii_xdigit_value(user[i + 1]) : -1;
        int low = i + 2 < length ? g_ascii_xdigit_value(user[i + 2]) : -1;
        if (user[i] != '%' || high < 0 || low < 0) {
            g_string_append_c(text, user[i]);
            continue;
        }
        int octet = high * 16 + low;
        if (is_unreserved(octet) && octet != '*') {
            g_string_append_c(text, (char)octet);
        } else {
            g_string_append_printf(text, "%%%02X", (guint)octet);
        }
        i += 2;
    }
}

/* Appends a host in lower case, without the port, the dot of the root and what follows it. */
static void append_host(GString *text, const char *host)
{
    const char *bracket = *host == '[' ? strchr(host, ']') : NULL;
    gsize length = bracket ? (gsize)(bracket + 1 - host) : strcspn(host, ":;?>");

    if (length > 1 && host[length - 1] == '.' && host[length - 2] != '.') {
        length--;
    }
    for (gsize i = 0; i < length; i++) {
        g_string_append_c(text, g_ascii_tolower(host[i]));
    }
}

/* What follows "sip:" or "sips:". The user part may hold ";" and "?", so it ends at the last "@" before
 * the headers; parameters, "gr" of a GRUU among them, say how somebody is reached, not who it is. */
static void append_sip(GString *text, const char *rest)
{
    const char *at = strrchr(rest, '@');

    if (at) {
        append_user(text, rest, (gsize)(at - rest));
        g_string_append_c(text, '@');
    }
    append_host(text, at ? at + 1 : rest);
}

static void append_telephone(GString *text, const char *rest)
{
    bool in_number = true;

    for (; *rest; rest++) {
        in_number = in_number && *rest != ';';
        if (!in_number || !strchr(VISUAL_SEPARATORS, *rest)) {
            g_string_append_c(text, g_ascii_tolower(*rest));
        }
    }
}

char *mcx_identity_canonical(const char *identity)
{
    GString *text = g_string_new(NULL);
    gsize scheme;

    if ((scheme = skip_scheme(identity, "sip:")) || (scheme = skip_scheme(identity, "sips:"))) {
        g_string_append(text, "sip:");
        append_sip(text, identity + scheme);
    } else if ((scheme = skip_scheme(identity, "tel:"))) {
        g_string_append(text, "tel:");
        append_telephone(text, identity + scheme);
    } else if (has_other_scheme(identity)) {
        g_string_append(text, identity);
        for (gsize i = 0; text->str[i] != ':'; i++) {
            text->str[i] = g_ascii_tolower(text->str[i]);
        }
    } else {
        /* A pattern without a scheme may stand for identities of any. */
        g_string_append(text, strchr(identity, '*') ? "" : "sip:");
        append_sip(text, identity);
    }
    return g_string_free(text, FALSE);
}

char *mcx_identity_domain(const char *identity)
{
    g_autofree char *canonical = identity ? mcx_identity_canonical(identity) : g_strdup("");
    gsize length = 0;
    const char *host = kms_uri_host(canonical, &length);

    return g_ascii_strdown(host, (gssize)length);
}

bool mcx_identity_same(const char *a, const char *b)
{
    if (g_str_equal(a, b)) {
        return true;
    }
    g_autofree char *first = mcx_identity_canonical(a);
    g_autofree char *second = mcx_identity_canonical(b);
    return g_str_equal(first, second);
}
