/* domain-use.h
 * Which KMSs the users of one domain use towards those of another: the use of external security domains
 * (TR 33.880, clause 7.2.1.3.4)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef DOMAIN_USE_H
#define DOMAIN_USE_H

#include "core/story/ledger.h"

/** Rows that are told apart; offers beyond are counted as left out. */
#define DOMAIN_USE_MAX 4096

/** Offers between two domains with one pair of KMSs. */
typedef struct DomainUse {
    char *initiator; /**< host of the initiators' identities; "" where that is hidden or none */
    char *receiver;  /**< likewise */
    char *idrkmsi;   /**< as first written; NULL: not stated */
    char *idrkmsr;
    guint64 offers;
    guint users;         /**< distinct initiators */
    guint redirected;    /**< offers that a KRR answered */
    guint krrs;          /**< distinct KRRs that answered them */
    guint reported;      /**< those of these KRRs that were uploaded to a KMS */
    StoryFrame first;    /**< of the first offer */
    StoryFrame last;     /**< in which the latest of them was first seen */
    GHashTable *names;   /**< canonical names of the initiators */
    GHashTable *counted; /**< StoryKrr that are in krrs */
} DomainUse;

/** All offers by domains and KMSs: of DomainUse, those with most offers first, then by name. Caller frees.
 *  @param left_out  out: offers that are in no row, for want of room */
GPtrArray *domain_uses(const Ledger *ledger, guint64 *left_out);

#endif
