/* offer-store.h
 * The offers of the ledger, each however often it was seen
 *
 * Most offers are never redirected. An offer waits until no answer to it can come any more; then it is
 * removed with its legs, unless something is to be said about it: a KRR answered it, it may be a
 * retry, or its signature is not what it should be. Offers that wait and offers that stay each have
 * their own limit of number and of octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OFFER_STORE_H
#define OFFER_STORE_H

#include "core/stores/kms-use-log.h"
#include "core/stores/leg-store.h"
#include "core/stores/redirect-log.h"

typedef struct OfferStore OfferStore;

/** @param policy  tells the window; must outlive the store */
OfferStore *offer_store_new(const KmsPolicy *policy);
void offer_store_free(OfferStore *store);

/** The offer with a digest; NULL: there is none. */
StoryOffer *offer_store_find(const OfferStore *store, const char *digest);

/** Notes that an event carried an offer, and whom its SIP message names if the offer hides somebody.
 *  @return the offer, made where it was not known */
StoryOffer *offer_store_sight(OfferStore *store, const StoryEvent *event, const MikeyOffer *facts);

/** Removes offers whose answer cannot come any more and about which there is nothing to say; where too
 *  many wait, those that have waited longest.
 *  @param legs       that carried them
 *  @param redirects  who may have tried again */
void offer_store_expire(OfferStore *store, LegStore *legs, const RedirectLog *redirects,
                        gint64 now_ns);

/** The use of KMSs by the offers that were removed. */
const KmsUseLog *offer_store_removed_uses(const OfferStore *store);

/** Of StoryOffer: all that are kept, in order of their first sightings after offer_store_sort(). */
const GPtrArray *offer_store_offers(const OfferStore *store);

/** Puts the offers in order, and the legs of each. */
void offer_store_sort(OfferStore *store);

/** How many distinct offers there were so far. */
guint64 offer_store_seen(const OfferStore *store);

/** Offers that were removed too early, and sightings that were not noted, for want of room. */
guint64 offer_store_left_out(const OfferStore *store);

#endif
