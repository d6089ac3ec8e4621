/* story-names.c
 * The words of the report for what the story knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/story/negotiation.h"

const char *story_link_name(StoryLink link)
{
    static const char *const names[] = {
        [STORY_LINK_TRANSACTION] = "transaction",
        [STORY_LINK_OFFER_DIGEST] = "offer-digest",
        [STORY_LINK_CREDENTIALS] = "credentials",
        [STORY_LINK_KRR_DIGEST] = "krr-digest",
        [STORY_LINK_EMBEDDED] = "embedded",
        [STORY_LINK_IDENTITIES] = "identities",
        [STORY_LINK_UID] = "uid",
        [STORY_LINK_KRR_IDENTITIES] = "krr-identities",
    };

    return names[link];
}

const char *story_identity_source_name(StoryIdentitySource source)
{
    static const char *const names[] = {
        [STORY_IDENTITY_UNKNOWN] = "unknown",   [STORY_IDENTITY_MIKEY] = "mikey",
        [STORY_IDENTITY_SIP] = "uid-sip",       [STORY_IDENTITY_KRR] = "uid-krr",
        [STORY_IDENTITY_POLICY] = "uid-policy",
    };

    return names[source];
}

const char *story_outcome_name(StoryOutcome outcome)
{
    static const char *const names[] = {
        [STORY_OUTCOME_ESTABLISHED] = "established",
        [STORY_OUTCOME_REFUSED] = "refused",
        [STORY_OUTCOME_NO_ACCEPTABLE_KMS] = "no-acceptable-kms",
        [STORY_OUTCOME_ABANDONED] = "abandoned",
        [STORY_OUTCOME_OPEN] = "open",
    };

    return names[outcome];
}
