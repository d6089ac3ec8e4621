/* ledger-private.h
 * The inside of the ledger, for the files of story/ alone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEDGER_PRIVATE_H
#define LEDGER_PRIVATE_H

#include "../document/krr-texts.h"
#include "../document/mcx-identity.h"
#include "negotiation.h"
#include "uid-resolver.h"

struct Ledger {
    KmsPolicy *policy;
    UidResolver *resolver;
    KrrTexts *texts;           /* of all documents that are kept */
    gsize krr_octets;          /* about what KRRs and unreadable bodies take, sightings included */
    GHashTable *krr_by_digest; /* borrowed digest -> StoryKrr (borrowed) */
    GPtrArray *krrs;           /* of StoryKrr, in order of first sighting */
    GHashTable *offer_by_digest;   /* borrowed digest -> StoryOffer (borrowed) */
    GPtrArray *offers;             /* of StoryOffer: all that are kept; in order once finished */
    guint64 offers_seen;           /* distinct offers so far */
    GQueue waiting;                /* of StoryOffer: not yet looked at whether to let them go */
    guint notable;                 /* offers kept for their signatures alone */
    GHashTable *redirected_people; /* initiator -> gint64 *: time of the last KRR for it */
    gint64 redirected_somebody_ns; /* the same for those whose names could not be kept */
    guint64 serial;                /* of the next leg or offer */
    LedgerOmissions omissions;
    GPtrArray *redirected;           /* of StoryOffer (borrowed), by number */
    GHashTable *legs_by_transaction; /* text -> GPtrArray of StoryLeg: they differ in branch */
    GPtrArray *legs;      /* of StoryLeg: with an offer or a KRR; in order once finished */
    GQueue plain_legs;    /* of StoryLeg: neither, in order; kept for a while */
    bool forgot_requests; /* plain legs were forgotten before their time */
    GHashTable *hops;     /* "address\taddress" -> Hop: what SIP was seen between them */
    GHashTable *malformed_by_digest; /* borrowed digest -> StoryMalformed (borrowed) */
    GPtrArray *malformed;            /* of StoryMalformed */
    GArray *cut_bodies;              /* of guint64, by capture index */
    GPtrArray *negotiations;         /* of StoryNegotiation */
    gint64 end_ns;
    bool finished; /* nothing was added since ledger_finish() */
};

/** Frees a leg that is in no list, and forgets its transaction. */
void ledger_forget_leg(Ledger *ledger, StoryLeg *leg);

/* ledger-expiry.c: what is kept, and for how long */

void ledger_expiry_init(Ledger *ledger);
void ledger_expiry_clear(Ledger *ledger);

/** A new offer begins to wait for its answer. */
void ledger_expiry_take_offer(Ledger *ledger, StoryOffer *offer);

/** Remembers that a KRR was on its way to its initiator. */
void ledger_expiry_note_krr(Ledger *ledger, const Krr *krr, gint64 time_ns);

/** Lets go what is over at that time. */
void ledger_expire(Ledger *ledger, gint64 now_ns);

/** Makes the negotiations of all legs and numbers them; called by ledger_finish(). */
void ledger_make_negotiations(Ledger *ledger);

void story_negotiation_free(gpointer negotiation);

#endif
