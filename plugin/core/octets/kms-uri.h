/* kms-uri.h
 * The host in a KMS URI
 *
 * KMS URIs are opaque strings, and often bare host names. Only their host is looked at: letter case and
 * the dot of the root make no other host (RFC 4343, RFC 3986 3.2.2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_URI_H
#define KMS_URI_H

#include <stdbool.h>

#include <glib.h>

/**
 * The host in "kms.x", "kms.x:443", "sip:user@kms.x;p", "https://kms.x:443/path".
 * @param length  out: octets of the host, 0 where there is none
 * @return where it begins, inside @p uri; brackets of an IPv6 address belong to it
 */
const char *kms_uri_host(const char *uri, gsize *length);

/** One text for all spellings of a KMS: scheme and host in lower case, without the dot of the root. It is
 *  for comparison only. @return to be freed */
char *kms_uri_canonical(const char *uri);

/** The same KMS, but for the spelling of its host? Opaque otherwise. */
bool kms_uri_same(const char *a, const char *b);

/** Stands the KMS in a list, in any spelling? @param list  NULL-terminated */
bool kms_uri_is_in(char *const *list, const char *kms);

/** Has the URI a scheme? The host in "host:5060" is none. */
bool kms_uri_has_scheme(const char *uri);

#endif
