/* mcx-identity.h
 * Identities of users, as texts
 *
 * KMSs write them with a scheme or without one (TS 33.180 F.2.1 takes them as they are), so the same
 * user may stand in one message as "sip:alice@example.org" and in another as "alice@example.org".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MCX_IDENTITY_H
#define MCX_IDENTITY_H

#include <stdbool.h>

/** The identity without "sip:" or "sips:" before it: a part of the text itself. */
const char *mcx_identity_bare(const char *identity);

/** The same user, whether or not a scheme is written? Else opaque strings. */
bool mcx_identity_same(const char *a, const char *b);

#endif
