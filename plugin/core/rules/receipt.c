/* receipt.c
 * A KRR that reached its initiator, and when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/receipt.h"

/* On which of the initiator's own legs a KRR came; NULL: on none. */
static const StoryLeg *find_leg(const StoryAttempt *attempt, StoryFrame *frame)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(attempt->legs, i);
        guint place;
        if (story_attempt_is_from_initiator(attempt, leg) &&
            g_ptr_array_find(leg->krrs, attempt->received, &place)) {
            *frame = *story_frame_at(leg->krr_frames, place);
            return leg;
        }
    }
    return NULL;
}

bool krr_find_receipt(const StoryJudge *judge, const StoryNegotiation *negotiation,
                      const StoryAttempt *attempt, KrrReceipt *receipt)
{
    if (!attempt->received || attempt->received->unreadable ||
        !story_has_initiators_hop(judge, negotiation, attempt)) {
        return false;
    }
    *receipt = (KrrReceipt){
        .negotiation = negotiation,
        .krr = attempt->received,
        .user = story_initiator(judge, negotiation),
        .idri = negotiation->idri,
    };
    receipt->leg = find_leg(attempt, &receipt->frame);
    return receipt->leg && receipt->idri;
}
