/* krr-store.h
 * The KRRs of the ledger, and bodies that should have been ones, each however often it was seen
 *
 * What is kept stays: KRRs are what the report is about. One limit of octets is for all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_STORE_H
#define KRR_STORE_H

#include "core/stores/story.h"
#include "core/stores/uid-resolver.h"

typedef struct KrrStore KrrStore;

/** @param resolver  learns the identities that KRRs name; must outlive the store */
KrrStore *krr_store_new(UidResolver *resolver);
void krr_store_free(KrrStore *store);

/** The KRR with a digest; NULL: there is none. */
StoryKrr *krr_store_find(const KrrStore *store, const char *digest);

/** Notes that an event carried a KRR, with those embedded in it.
 *  @param seen   of the event
 *  @param facts  one of the document's outermost KRRs
 *  @return the KRR, made where it was not known; NULL where there is no room for it */
StoryKrr *krr_store_sight(KrrStore *store, const StoryEvent *event, const StoryKrrSeen *seen,
                          const Krr *facts);

/** Notes that an event carried a document that could not be read, or not wholly; after the KRRs that
 *  could be.
 *  @return the KRR that stands for it where nothing could be read; NULL where some could, or there is
 *          no room */
StoryKrr *krr_store_sight_malformed(KrrStore *store, const StoryEvent *event,
                                    const StoryKrrSeen *seen);

const GPtrArray *krr_store_krrs(const KrrStore *store);      /**< of StoryKrr, by number */
const GPtrArray *krr_store_malformed(const KrrStore *store); /**< of StoryMalformed */

/** Sightings of KRRs and unreadable bodies that were not noted for want of room. */
guint64 krr_store_left_out(const KrrStore *store);

#endif
