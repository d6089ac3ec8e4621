/* uid-resolver.h
 * From a UID back to an identity that is known from elsewhere in the capture or the policy
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UID_RESOLVER_H
#define UID_RESOLVER_H

#include "core/stores/story.h"

typedef struct UidResolver UidResolver;

/** @param policy  key periods; must outlive the resolver */
UidResolver *uid_resolver_new(const KmsPolicy *policy);
void uid_resolver_free(UidResolver *resolver);

/** Adds an identity to the pool that every UID is tried against. Of several sources of one identity the
 *  first counts, but any other rather than the policy. */
void uid_resolver_add(UidResolver *resolver, const char *identity, StoryIdentitySource source);

/**
 * @param uid        64 hex digits
 * @param candidates  of char *: identities to try before the pool (those of the same SIP message)
 * @param kms        the KMS of that user
 * @param unix_ns    T of the message
 * @param source     out, where an identity is found
 * @return the identity, owned by the resolver, or NULL
 */
const char *uid_resolver_find(UidResolver *resolver, const char *uid, const GPtrArray *candidates,
                              const char *kms, gint64 unix_ns, StoryIdentitySource *source);

#endif
