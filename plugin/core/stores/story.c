/* story.c
 * What the story is about: KRRs, offers and legs, one object each on however many hops it was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/story.h"

#include "core/event/story-frames.h"

const char *story_identity_source_name(StoryIdentitySource source)
{
    static const char *const names[] = {
        [STORY_IDENTITY_UNKNOWN] = "unknown",   [STORY_IDENTITY_MIKEY] = "mikey",
        [STORY_IDENTITY_SIP] = "uid-sip",       [STORY_IDENTITY_KRR] = "uid-krr",
        [STORY_IDENTITY_POLICY] = "uid-policy",
    };

    return names[source];
}

StoryFrame story_leg_first_frame(const StoryLeg *leg)
{
    return leg->has_request ? leg->request : leg->response;
}

int story_leg_compare(gconstpointer a, gconstpointer b)
{
    const StoryLeg *leg_a = *(const StoryLeg *const *)a;
    const StoryLeg *leg_b = *(const StoryLeg *const *)b;
    StoryFrame first = story_leg_first_frame(leg_a);
    StoryFrame second = story_leg_first_frame(leg_b);
    int order = story_frame_compare(&first, &second);

    /* Several messages of one frame: as they stood in it. */
    return order != 0 ? order : (leg_a->serial > leg_b->serial) - (leg_a->serial < leg_b->serial);
}

gint64 story_window_ns(const KmsPolicy *policy)
{
    return kms_policy_window(policy) * STORY_SECOND;
}
