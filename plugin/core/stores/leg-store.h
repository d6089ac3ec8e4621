/* leg-store.h
 * The legs of the ledger: SIP transactions on one hop, with what they carried
 *
 * Most legs carry neither an offer nor a KRR. These empty ones are kept for a while only, in case a
 * response brings a KRR; legs with cargo stay until their last offer goes. Each kind has its own limit
 * of octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEG_STORE_H
#define LEG_STORE_H

#include "core/stores/story.h"

typedef struct LegStore LegStore;

LegStore *leg_store_new(void);
void leg_store_free(LegStore *store);

/* ---- looking up ---- */

/** A SIP transaction on one hop, to look up its legs: one for each branch. Borrows its texts. */
typedef struct LegKey {
    const char *source; /**< who sends the request */
    const char *destination;
    const char *method; /**< NULL: none was read, as of the Call-ID */
    const char *call_id;
    guint32 cseq;
    guint hash; /**< of all of these */
} LegKey;

/** The ports do not count: a response goes to the port that the Via names, which need not be that which
 *  the request came from.
 *  @param method  that of the message, or INVITE for what a CANCEL is about */
LegKey leg_key(const char *source, const char *destination, const char *method,
               const StorySip *sip);

/** The leg of a transaction that has a branch; NULL: there is none. A message without a branch fits
 *  every leg, and a leg without one every message: then it is the newest of them. */
StoryLeg *leg_store_find(const LegStore *store, const LegKey *key, const char *branch);

/**
 * The leg of which a request is the other side of an address translation: it goes to the same server at the
 * same time with the same offer, and with the same branch, which a server on the way would have changed; only
 * its sender has another address. From then on leg_store_find() finds that leg by these addresses too.
 * @param event  whose key that is, for which there is no leg
 * @return NULL: there is none
 */
StoryLeg *leg_store_find_translated(LegStore *store, const LegKey *key, const StoryEvent *event);

/* ---- legs come and go ---- */

/** Adds a leg without cargo.
 *  @param sip          its first message
 *  @param source       taken over, interned, as @p destination is
 *  @return the leg; its ports, messages and times are to be filled in */
StoryLeg *leg_store_add(LegStore *store, const LegKey *key, const StorySip *sip, GRefString *source,
                        GRefString *destination);

/** Ties an offer to the leg whose request carried it, once. Where there is no room for one more leg with
 *  cargo the request counts as unreadable, since it seems to have no offer. */
void leg_store_add_offer(LegStore *store, StoryLeg *leg, StoryOffer *offer);

/** Ties a KRR to the leg whose response carried it, once. Where there is no room for one more leg with
 *  cargo the answer counts as unreadable, since it seems to have no KRR. */
void leg_store_add_krr(LegStore *store, StoryLeg *leg, StoryKrr *krr, StoryFrame frame);

/** Unties an offer from its legs; those without other cargo are removed.
 *  @param early  an answer may still come: from now on the store is not complete */
void leg_store_remove_offer(LegStore *store, const StoryOffer *offer, bool early);

/** Removes empty legs that are old, or too many. */
void leg_store_expire(LegStore *store, gint64 now_ns);

/* ---- all of them ---- */

/** Of StoryLeg: those with cargo, in order of time after leg_store_sort(). */
const GPtrArray *leg_store_legs(const LegStore *store);
void leg_store_sort(LegStore *store);

/** Is every request there that may still get an answer, as far as it was captured? */
bool leg_store_is_complete(const LegStore *store);

/** How often cargo was left out for want of room. */
guint64 leg_store_left_out(const LegStore *store);

#endif
