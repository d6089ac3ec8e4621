/* krr-visit.h
 * Every text and every array of KRRs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_VISIT_H
#define KRR_VISIT_H

#include "core/document/krr.h"

/** What is called for each text and array. Callers make it the first member of a struct with their own
 *  data. */
typedef struct KrrVisitor KrrVisitor;
struct KrrVisitor {
    void (*text)(KrrVisitor *visitor, char **text); /**< each text that there is */
    void (*array)(KrrVisitor *visitor, const GPtrArray *array,
                  gsize element); /**< each array, and the octets of one element; NULL: not told */
};

/** Visits KRRs and those beneath them. @param krrs  of Krr */
void krr_visit(KrrVisitor *visitor, const GPtrArray *krrs);

#endif
