/* krr-list.h
 * The two lists of a KRR: which KMSs are acceptable
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_LIST_H
#define KRR_LIST_H

#include <stdbool.h>

#include "core/document/krr-value.h"

/** What a list says. The numbers are those of the field krr.initiator_list.kind. */
typedef enum KrrListKind {
    KRR_LIST_MISSING = 0, /**< there is no such element */
    KRR_LIST_ANY = 1,     /**< any KMS is acceptable */
    KRR_LIST_EMPTY = 2,   /**< no KMS is acceptable: the communication must fail */
    KRR_LIST_LISTED = 3   /**< those that are listed, the preferred one first */
} KrrListKind;

typedef struct KrrList {
    KrrListKind kind;
    GPtrArray *kms; /**< of KrrValue, in the document's order; empty unless LISTED; never NULL */
    KrrRange range; /**< the whole element */
} KrrList;

/** Which of the two lists. */
typedef enum KrrSide { KRR_INITIATOR, KRR_RECEIVER, KRR_N_SIDES } KrrSide;

/** A KMS of a list, by its place; borrowed. */
static inline const char *krr_list_kms_at(const KrrList *list, guint place)
{
    return ((const KrrValue *)g_ptr_array_index(list->kms, place))->text;
}

/** Does the list allow this KMS? ANY allows each, an empty or missing one none. Opaque strings. */
bool krr_list_allows(const KrrList *list, const char *kms);

/** The list in words for people: "ANY", "empty", "missing" or "a, b, c". Caller frees. */
char *krr_list_to_text(const KrrList *list);

/** "missing", "any", "empty" or "listed", as in the report. */
const char *krr_list_kind_name(KrrListKind kind);

/** "initiator" or "receiver". */
const char *krr_side_name(KrrSide side);

#endif
