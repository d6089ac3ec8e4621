/* evidence.h
 * The frames that prove the findings, as a capture of its own
 *
 * A pcapng file with the frames in the order of time, as they were captured: time stamps,
 * interfaces, link types. Each has a comment that says which frame of which capture it was, what it
 * is in the story, and what was found.
 *
 * Audited again it gives the same findings. What one file cannot keep apart: two captures of the
 * same TCP connection become one, whose copies Wireshark takes for retransmissions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EVIDENCE_H
#define EVIDENCE_H

#include <stdbool.h>

#include "analyzer/evidence/evidence-plan.h"
#include "analyzer/process/output-file.h"

/**
 * Can the evidence be written there? Asked before an audit that may take long.
 * @param report  where the report goes, or NULL
 * @param inputs  files that are read, NULL-terminated
 */
bool evidence_check(const char *path, const char *report, const char *const *inputs,
                    GError **error);

/**
 * Writes the file and ends it.
 * @param captures  of Capture, all read, whose files are still as they were
 * @return false with @p error set: one line, with the name of the file that it is about
 */
bool evidence_write(OutputFile *file, const EvidencePlan *plan, const GPtrArray *captures,
                    GError **error);

#endif
