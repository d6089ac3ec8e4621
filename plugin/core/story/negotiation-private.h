/* negotiation-private.h
 * The inside of negotiations, for the files of story/ alone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NEGOTIATION_PRIVATE_H
#define NEGOTIATION_PRIVATE_H

#include "core/story/ledger-private.h"

/** 401 and 407 ask for the same request again, with credentials. */
static inline bool story_asks_for_credentials(guint status)
{
    return status == 401 || status == 407;
}

static inline bool story_is_success(guint status)
{
    return status >= 200 && status < 300;
}

/** Does a text of a KRR contradict that of the offer? What is not known contradicts nothing. */
static inline bool story_contradicts(const char *in_krr, const char *in_offer)
{
    return in_krr && in_offer && !g_str_equal(in_krr, in_offer);
}

/* story-path.c: the order of legs */

/** The first frame of a leg: its request, or its response where that was not captured. */
StoryFrame story_leg_first_frame(const StoryLeg *leg);

/** Compares two StoryLeg ** for g_ptr_array_sort(): order of time. */
int story_leg_compare(gconstpointer a, gconstpointer b);

/** Puts the legs of an attempt in the order of the path, from the initiator outwards. Where one went to
 *  is where the next comes from; that holds whatever the clocks of several probes say. Time decides
 *  the rest. @param policy  tells which addresses are one server */
void story_attempt_order_legs(StoryAttempt *attempt, const KmsPolicy *policy);

/* story-attempt.c: what is told by the legs and KRRs of an attempt */

/** Settles what follows from the legs and KRRs of an attempt, of which it has at least one: their
 *  order, its times, its answer, and the KRR that reached the initiator. */
void story_attempt_finish(StoryAttempt *attempt, const KmsPolicy *policy);

/** Adds the legs and KRRs of another attempt, and settles it anew. */
void story_attempt_absorb(StoryAttempt *attempt, const StoryAttempt *other,
                          const KmsPolicy *policy);

/** @param data  StoryAttempt; its legs and KRRs are the ledger's; NULL: nothing happens */
void story_attempt_free(gpointer data);

/* story-weaver.c: which legs and KRRs are one attempt */

/** An attempt, and what only the making of negotiations asks. */
typedef struct Strand {
    StoryAttempt *attempt; /**< owned until a chain takes it */
    GRefString *idri; /**< the best that is known of the identity, interned; "" where nothing is */
    GRefString *idrr;
    bool unasked; /**< its request was seen and held no offer: no part of any chain */
} Strand;

/** Makes attempts of what is in the ledger, each settled. The legs of the ledger and of each offer are
 *  in order of time.
 *  @return of Strand, in order of time; owned by the caller */
GPtrArray *story_weave(Ledger *ledger);

#endif
