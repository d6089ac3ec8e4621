/* kms-disguise.c
 * A known KMS's host in a place of a URI where it means nothing, or with another port or scheme
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-disguise.h"

#include <string.h>

#include <glib.h>

#include "core/octets/kms-uri.h"

/* A part of a URI. */
typedef struct Part {
    const char *text;
    gsize length;
} Part;

/* A URI by its parts; those that it lacks are empty. */
typedef struct Parts {
    Part scheme;
    Part user; /* all between the scheme and the host */
    Part host;
    Part port;
    Part rest;
} Parts;

static Parts parts_of(const char *uri)
{
    Parts parts = {0};
    const char *end = uri + strlen(uri);

    parts.host.text = kms_uri_host(uri, &parts.host.length);
    if (kms_uri_has_scheme(uri)) {
        parts.scheme = (Part){uri, (gsize)(strchr(uri, ':') + 1 - uri)};
    }
    parts.user.text = uri + parts.scheme.length;
    parts.user.length = (gsize)(parts.host.text - parts.user.text);
    parts.port.text = parts.host.text + parts.host.length;
    if (*parts.port.text == ':') {
        parts.port.length = 1 + strspn(parts.port.text + 1, "0123456789");
    }
    parts.rest.text = parts.port.text + parts.port.length;
    parts.rest.length = (gsize)(end - parts.rest.text);
    return parts;
}

static bool same(Part a, Part b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.text, b.text, a.length) == 0);
}

/* The labels of a host behind its first dot; empty where there is none. */
static Part parent_of(Part host)
{
    const char *dot = host.length ? memchr(host.text, '.', host.length) : NULL;

    return dot ? (Part){dot + 1, host.length - (gsize)(dot + 1 - host.text)} : (Part){host.text, 0};
}

static guint count_dots(Part host)
{
    guint dots = 0;

    for (gsize i = 0; i < host.length; i++) {
        dots += host.text[i] == '.';
    }
    return dots;
}

static bool begins_with(Part whole, Part part)
{
    return whole.length > part.length && memcmp(whole.text, part.text, part.length) == 0;
}

static bool is_of_host(char letter)
{
    return g_ascii_isalnum(letter) || letter == '-' || letter == '.';
}

/* Stands the host there as a word of its own? Whatever its letter case: who reads it sees it. */
static bool holds_host(Part place, Part host)
{
    for (gsize at = 0; at + host.length <= place.length; at++) {
        const char *here = place.text + at;
        bool begins = at == 0 || !is_of_host(here[-1]);
        bool ends = at + host.length == place.length || !is_of_host(here[host.length]);

        if (begins && ends && g_ascii_strncasecmp(here, host.text, host.length) == 0) {
            return true;
        }
    }
    return false;
}

/* "kms.example.com" for "kms.example.org": two labels and more before the last one are the same. */
static bool differs_at_top(Part one, Part other)
{
    const char *end = g_strrstr_len(one.text, (gssize)one.length, ".");
    gsize length = end ? (gsize)(end + 1 - one.text) : 0;

    return count_dots(one) >= 2 && count_dots(one) == count_dots(other) && other.length > length &&
           memcmp(one.text, other.text, length) == 0 &&
           !memchr(other.text + length, '.', other.length - length);
}

KmsLikeness kms_disguise(const char *kms, const char *known)
{
    Parts parts = parts_of(kms), good = parts_of(known);

    if (!count_dots(good.host)) {
        return KMS_LIKENESS_NONE;
    }
    if (same(parts.host, good.host)) {
        return !same(parts.scheme, good.scheme) ? KMS_LIKENESS_SCHEME
               : !same(parts.port, good.port)   ? KMS_LIKENESS_PORT
                                                : KMS_LIKENESS_NONE;
    }
    if (begins_with(parts.host, good.host) && parts.host.text[good.host.length] == '.') {
        return KMS_LIKENESS_SUBDOMAIN;
    }
    if (holds_host(parts.user, good.host)) {
        return KMS_LIKENESS_USER;
    }
    if (holds_host(parts.rest, good.host)) {
        return KMS_LIKENESS_PATH;
    }
    return differs_at_top(parts.host, good.host) ? KMS_LIKENESS_TOP_LEVEL : KMS_LIKENESS_NONE;
}

/* ---- siblings ---- */

/* Names that registries sell as one, such as "co.uk": whoever has "kms2.co.uk" need not have
 * "kms3.co.uk". The common forms are enough here, where all that depends on it is whether one edit
 * counts. */
static bool is_sold(Part domain)
{
    static const char *const words[] = {"ac", "co", "com", "edu", "gov", "net", "org"};
    gsize length = domain.length - MIN(domain.length, 3);

    if (!count_dots(domain)) {
        return true;
    }
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i]) == length && memcmp(domain.text, words[i], length) == 0 &&
            domain.text[length] == '.') {
            return true;
        }
    }
    return false;
}

/* The first label without the number at its end. */
static Part stem_of(Part host)
{
    const char *dot = memchr(host.text, '.', host.length);
    Part stem = {host.text, dot ? (gsize)(dot - host.text) : host.length};

    while (stem.length && g_ascii_isdigit(stem.text[stem.length - 1])) {
        stem.length--;
    }
    return stem;
}

bool kms_are_siblings(const char *kms, const char *known)
{
    Parts one = parts_of(kms), other = parts_of(known);
    Part parent = parent_of(one.host);

    return parent.length && same(parent, parent_of(other.host)) && !is_sold(parent) &&
           same(one.scheme, other.scheme) && same(one.user, other.user) &&
           same(one.port, other.port) && same(one.rest, other.rest) && stem_of(one.host).length &&
           same(stem_of(one.host), stem_of(other.host));
}
