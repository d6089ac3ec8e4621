/* kms-uri.h
 * The host in a KMS URI
 *
 * KMS URIs are opaque strings, and often bare host names; the host is looked at only where a
 * domain is said to own the KMSs under its name, and where dots end a host.
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

/** Has the URI a scheme? The host in "host:5060" is none. */
bool kms_uri_has_scheme(const char *uri);

#endif
