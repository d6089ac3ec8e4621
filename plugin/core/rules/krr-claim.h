/* krr-claim.h
 * Two KRRs that claim to be one, and how they differ
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_CLAIM_H
#define KRR_CLAIM_H

#include "core/document/krr-document.h"
#include "core/stores/story.h"

/** Do two KRRs claim to be one: same creator, same time, same initiator and receiver? */
bool krr_same_claim(const Krr *a, const Krr *b);

/** Does a field or list that stands in a KRR once more say something else than the first one? */
bool krr_repeat_differs(const Krr *krr, const KrrRepeat *repeat);

/** May readers differ on what a KRR says? */
bool krr_is_ambiguous(const Krr *krr);

/** Do two KRRs say the same, of the same signer where they are signed, though they may be dated
 *  differently? A server that keeps no state makes such for one request that is sent again (RFC 3261,
 *  8.2.7). */
bool krr_same_saying(const Krr *a, const Krr *b);

/** What is signed in a KRR, as a digest: all that it states, without KeyInfo, the form of the signature
 *  and white space, which anybody can change. Caller frees. */
char *krr_content_digest(const Krr *krr);

/** KRRs by krr_content_digest(), in order of the first of each.
 *  @return of GPtrArray of StoryKrr; those that could not be read are left out */
GPtrArray *krr_groups_by_content(const GPtrArray *krrs);

/** Do two requests carry the same offer? */
bool krr_legs_share_offer(const StoryLeg *a, const StoryLeg *b);

/** May a creator have made two KRRs with one text, in the second with which it dates both? */
bool krr_may_be_made_at_once(const StoryKrr *a, const StoryKrr *b);

/** Do two lists say the same, in the same order? */
bool krr_same_list(const KrrList *a, const KrrList *b);

/** What differs in the offered KMSs and the lists of two KRRs that claim to be one, in words
 *  that follow a sentence: "; the initiator list was ... and is ..."; "" where nothing does.
 *  Caller frees. */
char *krr_claim_differences(const Krr *now, const Krr *before);

/** Did the same key sign both as they are? Then no other hand was at work: they are one KRR, of
 *  which only namespaces are declared elsewhere, or its signer made two. */
bool krr_same_signer(const Krr *a, const Krr *b);

#endif
