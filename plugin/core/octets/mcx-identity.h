/* mcx-identity.h
 * Identities of users and servers, and when two of them are one
 *
 * KMSs write them with a scheme or without one (TS 33.180 F.2.1 takes them as they are), so the same
 * user may stand in one message as "sip:alice@example.org" and in another as "alice@example.org". And
 * whoever would rather not be recognised writes "sips:alice@EXAMPLE.org:5061;gr=1".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MCX_IDENTITY_H
#define MCX_IDENTITY_H

#include <stdbool.h>

/**
 * One text for all spellings of an identity, as RFC 3261 19.1.4 compares SIP URIs and RFC 3966 those of
 * telephones: scheme and host without regard to case, %xx of unreserved characters undone, "sip:" and
 * "sips:" one entity, the GRUU of a device that of its user (without parameters, port and headers).
 * Other schemes are opaque. It is for comparison: what is shown is what was written. Of a pattern it
 * makes the pattern that fits canonical identities.
 * @return to be freed
 */
char *mcx_identity_canonical(const char *identity);

/** The host of an identity, in lower case; "" where it is none or @p identity is NULL. To be freed. */
char *mcx_identity_domain(const char *identity);

/** The same user or server, however it is written? */
bool mcx_identity_same(const char *a, const char *b);

#endif
