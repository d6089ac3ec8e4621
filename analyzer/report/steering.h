/* steering.h
 * Who steers whom: the creators of KRRs, the KMSs that they offer, the domains between which that happens
 *
 * One negotiation shows one redirect; a fraud shows in the sum: a server whose KRRs all leave one KMS, a
 * KMS that nobody offers but one, users who went there afterwards.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STEERING_H
#define STEERING_H

#include "analyzer/report/report.h"

/** Distinct names that are counted for one row; beyond that a row says "or more". */
#define STEERING_MAX_NAMES 4096

/** Limits of the whole: a flood can name more, and those that come first are counted. */
#define STEERING_MAX_ROWS    32768   /**< distinct names of creators, KMSs and users; pairs */
#define STEERING_MAX_ENTRIES 1000000 /**< names in the sets of all rows */

/** How often, from when to when, and how bad. */
typedef struct SteeringSum {
    guint krrs;                             /**< distinct KRRs, embedded ones included */
    guint findings[KRR_SEVERITY_ERROR + 1]; /**< that speak of one of these KRRs, by severity */
    StoryFrame first;                       /**< the first sighting of the first KRR */
    StoryFrame last;                        /**< the first sighting of the last one */
} SteeringSum;

/** A creator of KRRs, or a KMS that KRRs offer: all spellings of it, as RFC 3261 19.1.4 compares identities
 *  and as hosts are compared. */
typedef struct SteeringRow {
    const char *name;      /**< as first written; NULL: the creator of KRRs that name none */
    const char *canonical; /**< the one text of all spellings */
    SteeringSum sum;
    guint signatures[KRR_SIGNATURE_UNSUPPORTED + 1]; /**< the KRRs by KrrSignatureStatus */
    GHashTable *others; /**< of a creator the KMSs that its lists offer; of a KMS who offered it */
    GHashTable *users;  /**< initiators whose offers these KRRs answered */
    guint followed;     /**< of a KMS: attempts that name it right after a KRR that offered it */
} SteeringRow;

/** From the domain of initiators to that of receivers. */
typedef struct SteeringPair {
    char *initiator; /**< host of the identities; "" where that is not known */
    char *receiver;
    guint negotiations;
    SteeringSum sum;
} SteeringPair;

/** The tables, the gravest rows first, then those with most KRRs, then by name. */
typedef struct Steering {
    GPtrArray *creators; /**< of SteeringRow */
    GPtrArray *kms;      /**< likewise */
    GPtrArray *pairs;    /**< of SteeringPair */
    guint64 left_out;    /**< mentions of names for which there was no room */
    GHashTable *names;   /**< owns the names in the sets of the rows */
} Steering;

/** Sums up all KRRs, negotiations and findings. What it holds lives as long as the report's ledger. */
Steering *steering_new(const Report *report);
void steering_free(Steering *steering);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Steering, steering_free)

/** The gravest severity of the findings of a row; OFF: it has none. */
KrrSeverity steering_gravest(const SteeringSum *sum);

#endif
