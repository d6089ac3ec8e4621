/* negotiation-ladder.h
 * A negotiation as a drawing: who said what to whom, attempt by attempt
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NEGOTIATION_LADDER_H
#define NEGOTIATION_LADDER_H

#include "analyzer/report/finding-index.h"
#include "analyzer/report/ladder.h"
#include "analyzer/report/report.h"

/** More messages than these are counted, not drawn. */
#define NEGOTIATION_LADDER_MAX_MESSAGES 200

/**
 * The ladder of a negotiation.
 *
 * Its entities are the addresses of the legs in the order of the path, under their identity where
 * the policy knows the address. Where requests run from an address to itself, as on one machine,
 * the ports tell entities apart. Messages of one capture stand in the order of time; those of
 * several captures, whose clocks may differ, in the order of the path.
 */
Ladder *negotiation_ladder(const Report *report, const FindingIndex *findings,
                           const StoryNegotiation *negotiation);

#endif
