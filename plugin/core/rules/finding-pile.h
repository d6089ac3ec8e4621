/* finding-pile.h
 * The findings of an audit while it is made: as many as there is room for, the gravest first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FINDING_PILE_H
#define FINDING_PILE_H

#include "core/rules/audit-findings.h"

typedef struct FindingPile FindingPile;

/** @param room  octets that its findings may take */
FindingPile *finding_pile_new(gsize room);
void finding_pile_free(FindingPile *pile);

/**
 * Adds a finding. Where there is no room for it, less grave ones go, the last of them first; where
 * there are none, it goes itself. Sentences that several findings share are kept once, but count for
 * each: what is left out must not depend on more than the findings themselves.
 *
 * @param finding   all but its sentences; its frames get a reference
 * @param octets    that its frames take
 * @param expected  copied
 * @param observed  copied
 */
void finding_pile_add(FindingPile *pile, const AuditFinding *finding, gsize octets,
                      const char *expected, const char *observed);

/** Moves all findings into an audit, in the order in which they were added, and fills its
 *  counts. */
void finding_pile_finish(FindingPile *pile, Audit *audit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FindingPile, finding_pile_free)

#endif
