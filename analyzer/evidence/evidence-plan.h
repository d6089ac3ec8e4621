/* evidence-plan.h
 * Which frames prove the findings, and what is to be said of each
 *
 * The frames that the findings cite; those of their negotiations; what must be there for others to
 * be readable, or for absence to be seen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EVIDENCE_PLAN_H
#define EVIDENCE_PLAN_H

#include "analyzer/engine/frame-links.h"
#include "analyzer/evidence/hop-view.h"
#include "analyzer/report/report.h"

/** All that is said of a frame is cut there. Octets. */
#define EVIDENCE_MAX_COMMENT 8000

typedef struct EvidencePlan EvidencePlan;

/** @param links, hops  as told during the audit */
EvidencePlan *evidence_plan_new(const Report *report, const FrameLinks *links, const HopView *hops);
void evidence_plan_free(EvidencePlan *plan);

/** Is the frame wanted? If so, its comments without the frame's name: each a line of UTF-8 that is
 *  safe for a terminal. NULL: it is not wanted. Caller frees. */
char *evidence_plan_comment(const EvidencePlan *plan, guint32 capture, guint64 frame);

/** The last frame that is wanted of a capture; 0: none. */
guint64 evidence_plan_last(const EvidencePlan *plan, guint32 capture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EvidencePlan, evidence_plan_free)

#endif
