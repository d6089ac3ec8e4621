/* unread-words.h
 * In words, what of a capture could not be read, and what helps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef UNREAD_WORDS_H
#define UNREAD_WORDS_H

#include "analyzer/capture/capture.h"
#include "analyzer/engine/unread.h"
#include "analyzer/report/report.h"

/** "12 frames of tls on port 5061 were not decrypted, the first is frame 3"; safe. Caller frees. */
char *words_unread(const Unread *unread);

/** What helps to read such things: a sentence. Static. */
const char *words_unread_help(UnreadKind kind);

/** Is there anything in the captures that could not be read? */
bool report_has_unread(const Report *report);

/** Is the audit incomplete: was a capture not read to its end, or something of KRRs, offers or SIP cut
 *  short or crowded out by a limit? */
bool report_is_partial(const Report *report);

/** What could not be read of a capture, at a place; NULL behind the last one. */
const Unread *report_unread_at(const Capture *capture, guint place);

#endif
