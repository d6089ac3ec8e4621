/* ledger-private.h
 * The inside of the ledger, for the files of story/ alone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEDGER_PRIVATE_H
#define LEDGER_PRIVATE_H

#include "core/document/krr-texts.h"
#include "core/mikey/mcx-identity.h"
#include "core/story/negotiation.h"
#include "core/story/uid-resolver.h"

/** What a capture told. */
typedef struct CaptureView {
    gint64 first_ns, last_ns; /**< of its events */
    bool told;                /**< there were any */
    guint64 cut_bodies;
} CaptureView;

struct Ledger {
    const KmsPolicy *policy;
    UidResolver *resolver;
    KrrTexts *texts;           /* of all documents that are kept */
    gsize krr_octets;          /* about what KRRs and unreadable bodies take, sightings included */
    GHashTable *krr_by_digest; /* borrowed digest -> StoryKrr (borrowed) */
    GPtrArray *krrs;           /* of StoryKrr, in order of first sighting */
    GHashTable *offer_by_digest;   /* borrowed digest -> StoryOffer (borrowed) */
    GPtrArray *offers;             /* of StoryOffer: all that are kept; in order once finished */
    guint64 offers_seen;           /* distinct offers so far */
    GQueue waiting;                /* of StoryOffer: not yet looked at whether to let them go */
    gsize waiting_octets;          /* about what these take, without their legs */
    gsize settled_octets;          /* about what the other offers take */
    guint notable;                 /* offers kept for their signatures alone */
    GHashTable *redirected_people; /* initiator -> gint64 *: time of the last KRR for it */
    gint64 redirected_somebody_ns; /* the same for those whose names could not be kept */
    guint64 serial;                /* of the next leg or offer */
    LedgerOmissions omissions;
    GPtrArray *redirected;    /* of StoryOffer (borrowed), by number */
    GHashTable *transactions; /* as ledger_transactions_new() has it */
    GPtrArray *legs;          /* of StoryLeg: with an offer or a KRR; in order once finished */
    gsize leg_octets;         /* about what these take */
    gsize plain_octets;       /* about what the next ones take */
    GQueue plain_legs;        /* of StoryLeg: neither, in order; kept for a while */
    bool forgot_requests;     /* some were forgotten before their time */
    GPtrArray *nothing;       /* what a leg or an offer has of which it has none */
    GArray *no_frames;        /* likewise */
    GHashTable *hops;         /* set of Hop */
    GHashTable *malformed_by_digest; /* borrowed digest -> StoryMalformed (borrowed) */
    GPtrArray *malformed;            /* of StoryMalformed */
    GArray *captures;                /* of CaptureView, by capture index */
    KmsTraffic *kms_traffic;
    GPtrArray *negotiations; /* of StoryNegotiation */
    gint64 end_ns;
    bool finished; /* nothing was added since ledger_finish() */
};

/* ledger-keys.c: what is looked up for every message, hence without composing a text for it */

/** A set of StoryLeg: of each SIP transaction between two addresses the newest leg. Others, which
 *  differ in branch, follow it by way of "older". */
GHashTable *ledger_transactions_new(void);

/** What StoryLeg.hash has to be wherever a leg is given to the functions below: each leg is asked for it
 *  often. */
guint ledger_transaction_hash(const StoryLeg *leg);

/** The newest leg of the transaction that has the addresses, method, Call-ID and CSeq of a leg, which
 *  may be one that was made up for the question; NULL: there is none. */
StoryLeg *ledger_transaction_find(GHashTable *transactions, const StoryLeg *like);

/** Adds a leg to its transaction. @param newest  as ledger_transaction_find() found it; NULL: none */
void ledger_transaction_add(GHashTable *transactions, StoryLeg *leg, StoryLeg *newest);

/** Takes a leg from its transaction. */
void ledger_transaction_remove(GHashTable *transactions, StoryLeg *leg);

/** Two addresses between which SIP was seen. */
typedef struct Hop {
    GRefString *lesser, *greater; /**< interned where it is in the set, as those of legs are */
    gint64 first_request[2];      /**< by direction; G_MAXINT64: none */
    gint64 last[2];               /**< any message, likewise; G_MININT64: none */
    bool cut; /**< a message that the capture cut short may have been any message */
} Hop;

GHashTable *ledger_hops_new(void);

/** The hop between two addresses, made where there is none; NULL where there are too many. */
Hop *ledger_hop_lookup(GHashTable *hops, const char *source, const char *destination);

/** Which of the two directions of a hop. */
guint ledger_hop_direction(const char *source, const char *destination);

/* ledger.c */

/** The longest identity that is remembered by name; nobody's is. Octets. */
#define LEDGER_MAX_IDENTITY 1024

/** Adds to an array that may be the one that all empty ones share: then it becomes one of its own, which
 *  frees its items by @p item_free, or not where that is NULL. */
void ledger_add_to(GPtrArray **array, gpointer item, GDestroyNotify item_free);

/* ledger-krrs.c */

/** Takes the KRRs of an event, and bodies that should have been ones, as far as there is room.
 *  @param leg  that they answer, or NULL */
void ledger_take_krrs(Ledger *ledger, const StoryEvent *event, StoryLeg *leg);

/** The KRRs that an event holds and the ledger knows.
 *  @param whole  out: these are all of them
 *  @return of StoryKrr (borrowed), owned by the caller; NULL where the event holds none */
GPtrArray *ledger_krrs_of(const Ledger *ledger, const StoryEvent *event, bool *whole);

/** @param data  StoryKrr */
void ledger_krr_free(gpointer data);

/** @param data  StoryMalformed */
void ledger_malformed_free(gpointer data);

/* ledger-offers.c */

/** Takes the offers of an event. @param leg  whose request carried them, or NULL */
void ledger_take_offers(Ledger *ledger, const StoryEvent *event, StoryLeg *leg);

/** Puts the offers in order, each without a number until it has a negotiation. */
void ledger_settle_offers(Ledger *ledger);

/** Finds out who is behind the UIDs of the offers, now that all identities are known. */
void ledger_resolve_identities(Ledger *ledger);

/** @param data  StoryOffer */
void ledger_offer_free(gpointer data);

/* ledger-legs.c */

/** Takes an event of SIP with the offers and KRRs that it carries. */
void ledger_take_sip(Ledger *ledger, const StoryEvent *event);

/** Is there room for one more leg with something on it, or does it have something already? Notes where
 *  there is none. */
bool ledger_leg_may_matter(Ledger *ledger, const StoryLeg *leg);

/** Notes an offer that the request of a leg carried, or that there is no room for it. */
void ledger_leg_add_offer(Ledger *ledger, StoryLeg *leg, StoryOffer *offer);

/** Notes a KRR that a response of a leg carried; the leg may matter. */
void ledger_leg_add_krr(StoryLeg *leg, StoryKrr *krr, StoryFrame frame);

/** Frees a leg that is in no list, and forgets its transaction. */
void ledger_forget_leg(Ledger *ledger, StoryLeg *leg);

/** @param data  StoryLeg that is in no list, and whose transaction nobody asks for any more */
void ledger_leg_free(gpointer data);

/* ledger-expiry.c: what is kept, and for how long */

void ledger_expiry_init(Ledger *ledger);
void ledger_expiry_clear(Ledger *ledger);

/** A new offer begins to wait for its answer. */
void ledger_expiry_take_offer(Ledger *ledger, StoryOffer *offer);

/** An offer takes so many octets more. @return false where there is no room for them */
bool ledger_expiry_grow_offer(Ledger *ledger, StoryOffer *offer, guint octets);

/** Remembers that a KRR was on its way to its initiator, and to that of the offers that it answered.
 *  @param leg  that it answered, or NULL */
void ledger_expiry_note_krr(Ledger *ledger, const Krr *krr, const StoryLeg *leg, gint64 time_ns);

/** Lets go what is over at that time. */
void ledger_expire(Ledger *ledger, gint64 now_ns);

/** Makes the negotiations of all legs and numbers them; called by ledger_finish(). */
void ledger_make_negotiations(Ledger *ledger);

void story_negotiation_free(gpointer negotiation);

#endif
