/* sheet-finding.h
 * Findings on the sheet of the HTML report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_FINDING_H
#define SHEET_FINDING_H

#include "analyzer/sheet/sheet.h"

/** How often each rule fired, the gravest first, with links to the findings. */
void sheet_tallies(Sheet *sheet);

/** A table of findings that say the same of the same, where some do: how often, from when to when. */
void sheet_groups(Sheet *sheet);

/** Findings, of AuditFinding, one below the other; NULL: none. */
void sheet_findings(Sheet *sheet, const GPtrArray *findings);

/** What an earlier report has and this audit has not; nothing where none was given. */
void sheet_gone(Sheet *sheet);

/** What the rules mean that fired. */
void sheet_glossary(Sheet *sheet);

#endif
