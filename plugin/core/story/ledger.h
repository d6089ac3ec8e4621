/* ledger.h
 * What was seen in the captures, event by event; and what it adds up to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEDGER_H
#define LEDGER_H

#include "core/stores/kms-traffic.h"
#include "core/stores/kms-use-log.h"
#include "core/story/negotiation.h"

/** What the limits (LEDGER_MAX_..., see story.h) made the ledger leave out. All zero where nothing was
 *  left out. */
typedef struct LedgerOmissions {
    guint64 krrs;   /**< sightings of KRRs and unreadable bodies beyond the limits */
    guint64 offers; /**< offers let go before their window was over, and sightings of others that
                         were not noted */
    guint64 legs;   /**< transactions of which an offer or a KRR was not noted */
    guint64 kms_requests; /**< requests to a KMS */
} LedgerOmissions;

typedef struct Ledger Ledger;

/** @param policy  key periods, identities and the window; must outlive the ledger */
Ledger *ledger_new(const KmsPolicy *policy);
void ledger_free(Ledger *ledger);

/**
 * Takes the event. Events come in the order of time, ties in the order of captures and frames.
 *
 * An offer that no KRR answered is let go some time after the window, with its legs, unless its
 * initiator was redirected shortly before it, for then it may be a retry, or there is something to
 * say about its signature.
 */
void ledger_add(Ledger *ledger, StoryEvent *event);

/**
 * Settles what was left open, makes the negotiations and numbers the offers in them. To be called after
 * the last event; or in between, as often as one likes: the next event takes the negotiations and the
 * numbers away again.
 */
void ledger_finish(Ledger *ledger);

/* ---- what is in it; valid until the next event, complete after ledger_finish() ---- */

const GPtrArray *ledger_negotiations(const Ledger *ledger); /**< of StoryNegotiation, by number:
                                                                 all in which a KRR was seen */
const GPtrArray *
ledger_offers(const Ledger *ledger); /**< of StoryOffer: redirected ones, by number */
const GPtrArray *ledger_krrs(const Ledger *ledger);      /**< of StoryKrr, by number */
const GPtrArray *ledger_malformed(const Ledger *ledger); /**< of StoryMalformed */
/** Of StoryLeg, by first frame: those that carried an offer or a KRR. */
const GPtrArray *ledger_legs(const Ledger *ledger);
/** Of StoryOffer, in order: redirected ones, and others that were not let go. */
const GPtrArray *ledger_all_offers(const Ledger *ledger);
/** Which users offered which KMSs to whom, of offers that were let go: none of these was redirected, nor
 *  followed a redirect. */
const KmsUseLog *ledger_removed_uses(const Ledger *ledger);
/** Users and their KMSs. */
const KmsTraffic *ledger_kms_traffic(const Ledger *ledger);

/* ---- what was in view, and what was not ---- */

/** The time of the last event that the ledger took: up to there absence can mean something. */
gint64 ledger_end_ns(const Ledger *ledger);
/** Are messages between two addresses certainly missing from the capture? */
bool ledger_hop_has_losses(const Ledger *ledger, const char *one, const char *other);
/** Did the capture lose messages, in a way that who has an address did not order? See
 *  hop_table_has_losses_elsewhere(). */
bool ledger_has_losses_elsewhere(const Ledger *ledger, const char *address);

/** The time of the last SIP message seen from one address to another; G_MININT64: none. */
gint64 ledger_hop_last_ns(const Ledger *ledger, const char *source, const char *destination);
/** From when until when a capture told anything. @return false where it told nothing */
bool ledger_capture_span(const Ledger *ledger, guint32 capture, gint64 *first_ns, gint64 *last_ns);
/** KRR and MIKEY bodies that a capture cut short. */
guint64 ledger_cut_bodies(const Ledger *ledger, guint32 capture);
guint64 ledger_offers_seen(const Ledger *ledger); /**< distinct offers, redirected or not */
LedgerOmissions ledger_omissions(const Ledger *ledger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ledger, ledger_free)

#endif
