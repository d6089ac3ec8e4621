/* kms-uri.c
 * The host in a KMS URI
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/kms-uri.h"

#include <string.h>

/* Schemes after which a number is no port. */
static const char *const numbered_schemes[] = {"sip", "sips", "tel"};

static bool takes_numbers(const char *scheme, gsize length)
{
    for (guint i = 0; i < G_N_ELEMENTS(numbered_schemes); i++) {
        if (strlen(numbered_schemes[i]) == length &&
            g_ascii_strncasecmp(numbered_schemes[i], scheme, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Octets up to and with the colon of the scheme; 0 where there is none. */
static gsize scheme_length(const char *uri)
{
    const char *scheme_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789+-.";
    gsize length = strspn(uri, scheme_characters);
    if (length == 0 || uri[length] != ':' || !g_ascii_isalpha(uri[0])) {
        return 0;
    }

    /* "host:5060" looks like a scheme as well. */
    const char *rest = uri + length + 1;
    gsize digits = strspn(rest, "0123456789");
    bool port = digits > 0 && (rest[digits] == '\0' || strchr("/?#;", rest[digits]));
    return port && !takes_numbers(uri, length) ? 0 : length + 1;
}

bool kms_uri_has_scheme(const char *uri)
{
    return scheme_length(uri) > 0;
}

const char *kms_uri_host(const char *uri, gsize *length)
{
    gsize scheme = scheme_length(uri);
    const char *host = uri + scheme;
    bool hierarchical = scheme == 0 || g_str_has_prefix(host, "//");
    if (g_str_has_prefix(host, "//")) {
        host += 2;
    }

    /* In https://evil/@good the host is evil; in sip:good;x=/@evil it is evil too, since the user
     * part of a SIP URI may hold "/", "?" and ";". */
    gsize authority = hierarchical ? strcspn(host, "/?#") : strlen(host);
    const char *at = g_strrstr_len(host, (gssize)authority, "@");
    if (at) {
        host = at + 1;
    }

    const char *bracket = *host == '[' ? strchr(host, ']') : NULL;
    *length = bracket ? (gsize)(bracket + 1 - host) : strcspn(host, ":;/?#>");
    return host;
}

char *kms_uri_canonical(const char *uri)
{
    gsize length;
    const char *host = kms_uri_host(uri, &length);
    const char *rest = host + length;
    gsize scheme = scheme_length(uri);
    GString *text = g_string_new(NULL);

    if (length > 1 && host[length - 1] == '.' && host[length - 2] != '.') {
        length--;
    }
    /* Between scheme and host there may be a user, whose letter case counts. */
    for (const char *c = uri; c < host + length; c++) {
        bool blind = c < uri + scheme || c >= host;
        g_string_append_c(text, blind ? g_ascii_tolower(*c) : *c);
    }
    g_string_append(text, rest);
    return g_string_free(text, FALSE);
}

bool kms_uri_same(const char *a, const char *b)
{
    if (g_str_equal(a, b)) {
        return true;
    }
    g_autofree char *first = kms_uri_canonical(a);
    g_autofree char *second = kms_uri_canonical(b);
    return g_str_equal(first, second);
}

bool kms_uri_is_in(char *const *list, const char *kms)
{
    if (g_strv_contains((const char *const *)list, kms)) {
        return true;
    }
    g_autofree char *canonical = kms_uri_canonical(kms);
    for (guint i = 0; list[i]; i++) {
        g_autofree char *other = kms_uri_canonical(list[i]);
        if (g_str_equal(canonical, other)) {
            return true;
        }
    }
    return false;
}
