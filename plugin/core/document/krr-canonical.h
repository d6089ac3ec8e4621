/* krr-canonical.h
 * The digest of a KRR: its element as a document of its own, in canonical form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_CANONICAL_H
#define KRR_CANONICAL_H

#include <stdbool.h>

#include <libxml/tree.h>

#include <glib.h>

/**
 * SHA-256 of the inclusive canonical XML 1.0, without comments, of an element taken as a document of
 * its own, with those inherited namespace declarations that it or its content uses.
 *
 * @param element  a KRR; or a list that itself is a KRR, see @p rename
 * @param rename   the element is digested as KmsRedirectResponse in the KRR namespace
 * @return 64 hex digits, to be freed
 */
char *krr_canonical_digest(xmlNodePtr element, bool rename);

/** SHA-256 of octets, 64 hex digits, to be freed. */
char *krr_sha256_hex(const void *octets, gsize length);

#endif
