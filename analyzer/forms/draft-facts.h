/* draft-facts.h
 * What captures tell of a policy that nobody has written down: users, their KMSs, who asked whom
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef DRAFT_FACTS_H
#define DRAFT_FACTS_H

#include "analyzer/report/report.h"

/** The users of one domain, as far as they were seen. */
typedef struct DraftUsers {
    char *pattern;         /**< "sip:*@home.example.org", "tel:*" */
    guint64 made;          /**< offers that they made */
    guint64 got;           /**< offers that were made to them */
    GPtrArray *identities; /**< of char *, each once, in the order seen; the first few */
    StoryFrame first;
} DraftUsers;

/** A KMS that was named or asked. */
typedef struct DraftKms {
    char *name;
    guint64 own;      /**< offers of own users that name it for their own side */
    guint64 other;    /**< offers that name it for the other side */
    bool asked;       /**< an own user asked it for something */
    guint lists;      /**< KRRs that list it */
    const char *like; /**< the KMS seen more than in KRRs that it passes for; NULL: none */
    StoryFrame first;
} DraftKms;

/** No policy that a person checks names more KMSs, or more domains; a flood of KRRs can. */
#define DRAFT_MAX_NAMES 1000

typedef struct DraftFacts {
    GPtrArray *users;       /**< of DraftUsers, in the order seen */
    GPtrArray *kms;         /**< of DraftKms, likewise */
    const DraftUsers *own;  /**< those who made the most offers; NULL: there were none */
    const DraftKms *home;   /**< the KMS that these named most for themselves; NULL: none */
    guint64 left_out;       /**< mentions of more KMSs or domains than DRAFT_MAX_NAMES */
    GHashTable *by_name;    /**< name -> DraftKms */
    GHashTable *by_pattern; /**< pattern -> DraftUsers */
} DraftFacts;

/** Gathers what a report's captures show. Free with draft_facts_free(). */
DraftFacts *draft_facts_new(const Report *report);
void draft_facts_free(DraftFacts *facts);

/** The pattern of all users of the domain of an identity; NULL where it has none. Caller frees. */
char *draft_pattern(const char *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftFacts, draft_facts_free)

#endif
