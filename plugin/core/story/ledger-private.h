/* ledger-private.h
 * The inside of the ledger, for the files of story/ alone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEDGER_PRIVATE_H
#define LEDGER_PRIVATE_H

#include "negotiation.h"
#include "uid-resolver.h"

struct Ledger {
    KmsPolicy *policy;
    UidResolver *resolver;
    GHashTable *krr_by_digest;       /* borrowed digest -> StoryKrr (borrowed) */
    GPtrArray *krrs;                 /* of StoryKrr, in order of first sighting */
    GHashTable *offer_by_digest;     /* borrowed digest -> StoryOffer (borrowed) */
    GPtrArray *offers;               /* of StoryOffer, all of them, in order of first sighting */
    GPtrArray *redirected;           /* of StoryOffer (borrowed), by number */
    GHashTable *legs_by_transaction; /* text -> GPtrArray of StoryLeg: they differ in branch */
    GPtrArray *legs;                 /* of StoryLeg: with an offer or a KRR, in order */
    GQueue plain_legs;               /* of StoryLeg: neither, in order; kept for a while */
    GHashTable *hops;                /* "address\taddress" -> Hop: what SIP was seen between them */
    GHashTable *malformed_by_digest; /* borrowed digest -> StoryMalformed (borrowed) */
    GPtrArray *malformed;            /* of StoryMalformed */
    GArray *cut_bodies;              /* of guint64, by capture index */
    GPtrArray *negotiations;         /* of StoryNegotiation */
    gint64 end_ns;
};

/** Makes the negotiations of all legs and numbers them; called once, by ledger_finish(). */
void ledger_make_negotiations(Ledger *ledger);

void story_negotiation_free(gpointer negotiation);

#endif
