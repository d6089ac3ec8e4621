/* policy-draft.h
 * --draft-policy: a policy file to begin with, from what captures show
 *
 * It believes what it sees: whoever forged an offer is in it, too. So it states only who the users are and
 * which KMSs were seen, and writes everything else as comments, with the frames that speak for it. Audited
 * by it, the same captures give no finding that it has caused; a KMS that passes for another one is left
 * out, and found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef POLICY_DRAFT_H
#define POLICY_DRAFT_H

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** Writes the draft: a policy file that can be loaded, whatever names are in the captures. */
void policy_draft(const Report *report, const ReportStyle *style, Output *out);

#endif
